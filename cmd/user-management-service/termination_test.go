package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/adapters/tink"
	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

const cancellationPage = "/pages/reverse-termination"

// endGracePeriod ends the grace period of every terminated account.
func (s *service) endGracePeriod(t *testing.T) {
	t.Helper()
	s.exec(t, `UPDATE users SET terminated_at = terminated_at - interval '336 hours' WHERE is_terminated AND erased_at IS NULL`)
}

// erase ends the grace period of every terminated account, and runs the job that erases them.
func (s *service) erase(t *testing.T) {
	t.Helper()
	s.endGracePeriod(t)
	s.exec(t, `INSERT INTO river_job (kind, args, max_attempts) VALUES ('erase', '{}', 3)`)
	eventually(t, "the terminated accounts to be erased", func() bool {
		return s.count(t, `SELECT count(*) FROM users WHERE is_terminated AND erased_at IS NULL`) == 0
	})
}

// id is the id of the session's user.
func (s *service) id(t *testing.T, pair tokens) string {
	t.Helper()
	var who struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(s.me(t, pair.AccessToken).want(t, http.StatusOK).body, &who); err != nil {
		t.Fatal(err)
	}
	return who.ID
}

func TestTheMailedLinkCancelsATermination(t *testing.T) {
	t.Parallel()
	s := start(t)
	const email = "ada@example.com"
	pair := s.user(t, email)
	id := s.id(t, pair)
	s.terminate(t, pair)
	s.post(t, "/login", loginOf(email, goodPassword)).wantProblem(t, http.StatusUnauthorized, "invalid_credentials")
	token := s.token(t, email, cancellationPage)
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		s.do(t, request{method: method, path: cancellationPage + "?token=" + token}).want(t, http.StatusOK)
		s.do(t, request{method: method, path: "/termination-reversal?token=" + token}).want(t, http.StatusMethodNotAllowed)
	}
	s.post(t, "/login", loginOf(email, goodPassword)).want(t, http.StatusUnauthorized)

	s.post(t, "/termination-reversal", m{"token": token}).want(t, http.StatusNoContent)
	again := s.logIn(t, email, goodPassword)
	if got := s.id(t, again); got != id {
		t.Errorf("after the cancellation the account has the id %s, want %s", got, id)
	}
	s.me(t, pair.AccessToken).want(t, http.StatusUnauthorized)
	s.post(t, "/token/refresh", m{"refresh_token": pair.RefreshToken}).want(t, http.StatusUnauthorized)
	if newest := s.messages(t, email)[0]; newest.Subject != "Your account termination was cancelled" ||
		linkPattern.MatchString(newest.Text) {
		t.Errorf("mailed %q", newest.Subject)
	}
	s.terminate(t, again)
	s.post(t, "/termination-reversal", m{"token": token}).wantProblem(t, http.StatusBadRequest, "invalid_token")
	if n := s.count(t, `SELECT count(*) FROM audit_events WHERE kind = 'termination_undone'`); n != 1 {
		t.Errorf("%d cancellations were recorded", n)
	}
}

func TestASignupWithATerminatedEmailAddressMailsNoLink(t *testing.T) {
	t.Parallel()
	s := start(t)
	const email = "ada@example.com"
	s.terminate(t, s.user(t, email))
	token := s.token(t, email, cancellationPage)
	for path, body := range map[string]m{
		"/signup": signupOf(email, otherPassword), "/email-verification-request": {"email": email}, "/password-reset-request": {"email": email},
	} {
		if a := s.post(t, path, body).want(t, http.StatusAccepted); len(a.body) != 0 {
			t.Errorf("%s returned %s", path, a.body)
		}
	}
	links := 0
	for _, message := range s.messages(t, email) {
		if linkPattern.MatchString(message.Text) {
			links++
		}
	}
	if links != 2 { // those of the signup and of the termination
		t.Errorf("%d messages with links", links)
	}
	s.post(t, "/termination-reversal", m{"token": token}).want(t, http.StatusNoContent)
	s.post(t, "/login", loginOf(email, goodPassword)).want(t, http.StatusOK)
}

func TestAnErasedEmailAddressSignsUpAsANewUser(t *testing.T) {
	t.Parallel()
	s := start(t)
	const email = "ada@example.com"
	pair := s.user(t, email)
	id := s.id(t, pair)
	s.terminate(t, pair)
	token := s.token(t, email, cancellationPage)
	s.erase(t)
	s.post(t, "/termination-reversal", m{"token": token}).wantProblem(t, http.StatusBadRequest, "invalid_token")
	s.post(t, "/login", loginOf(email, goodPassword)).want(t, http.StatusUnauthorized)
	s.post(t, "/signup", signupOf(email, wrongPassword)).want(t, http.StatusAccepted)
	again := s.post(t, "/verify-email", m{"token": s.tokens(t, email, "/pages/verify-email", 2)[0], "password": wrongPassword}).tokens(t)
	if s.id(t, again) == id {
		t.Error("the new signup got the erased account's id")
	}
	if n := s.count(t, `SELECT count(*) FROM audit_events WHERE kind = 'erased' AND user_id = '`+id+`' AND email_index IS NULL`); n != 1 {
		t.Errorf("%d erasures were recorded", n)
	}
	if log := s.log.String(); !strings.Contains(log, `"account erased"`) || !strings.Contains(log, id) {
		t.Error("the log does not contain the id of the erased account")
	}
}

// A service that restarts more often than the job is scheduled must erase too.
func TestErasureRunsAtEachStart(t *testing.T) {
	t.Parallel()
	inbox := newInbox(t)
	databaseURL, keyset := pgtest.New(t), devKeyset(t)
	s := startOn(t, databaseURL, keyset, inbox)
	s.terminate(t, s.user(t, "ada@example.com"))
	s.settle(t)
	s.stop()
	s.endGracePeriod(t)
	s = startOn(t, databaseURL, keyset, inbox)
	eventually(t, "the account to be erased", func() bool {
		return s.count(t, `SELECT count(*) FROM users WHERE erased_at IS NULL`) == 0
	})
}

func TestTheGracePeriodIsASetting(t *testing.T) {
	t.Parallel()
	s := start(t, "TERMINATION_GRACE=0")
	const email = "ada@example.com"
	s.terminate(t, s.user(t, email))
	if newest := s.messages(t, email)[0]; newest.Subject != "Your account was terminated" || linkPattern.MatchString(newest.Text) {
		t.Errorf("mailed %q", newest.Subject)
	}
	s.exec(t, `UPDATE users SET terminated_at = terminated_at - interval '1 hour'`)
	s.exec(t, `INSERT INTO river_job (kind, args, max_attempts) VALUES ('erase', '{}', 3)`)
	eventually(t, "the account to be erased", func() bool {
		return s.count(t, `SELECT count(*) FROM users WHERE erased_at IS NULL`) == 0
	})
}

// Either one of many cancellations succeeds, or one of the erasures.
func TestOfConcurrentCancellationsAndErasuresOneWins(t *testing.T) {
	t.Parallel()
	const email, cancellations, erasures = "ada@example.com", 20, 4
	inbox := newInbox(t)
	databaseURL, keyset := pgtest.New(t), devKeyset(t)
	s := startOn(t, databaseURL, keyset, inbox)
	store, err := postgres.Open(context.Background(), databaseURL, keyset.Sealer(), postgres.WithConnectionTimeout(waitLimit))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	accounts := newAccounts(store, keyset)
	s.terminate(t, s.user(t, email))
	token := s.token(t, email, cancellationPage)
	s.endGracePeriod(t)
	var erased atomic.Int64
	got := concurrently(t, cancellations+erasures, func(i int) (response, error) {
		if i < erasures {
			return response{}, accounts.EraseTerminated(context.Background(), func(ids []domain.UserID) { erased.Add(int64(len(ids))) })
		}
		return s.try(request{method: http.MethodPost, path: "/termination-reversal", body: m{"token": token}})
	})
	cancelled := got[http.StatusNoContent]
	if int64(cancelled)+erased.Load() != 1 || cancelled+got[http.StatusBadRequest] != cancellations {
		t.Errorf("%v, erased %d", got, erased.Load())
	}
	if n := s.count(t, `SELECT count(*) FROM users WHERE NOT is_terminated`); n != cancelled {
		t.Errorf("%d cancellations succeeded, but %d accounts are not terminated", cancelled, n)
	}
}

// newAccounts is the module that erases, as on another replica. It calls neither mailer nor tokens.
func newAccounts(store *postgres.Store, keyset *tink.Keyset) *app.Accounts {
	settings := Settings{TerminationGrace: domain.DefaultTerminationGrace, HashConcurrency: 1, HashQueue: 1}
	config := Config{Settings: settings, Keyset: keyset, Now: now, Logger: slog.New(slog.DiscardHandler)}
	return newModules(config.withDefaults(), store, nil, nil).accounts
}
