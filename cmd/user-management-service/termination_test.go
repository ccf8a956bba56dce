package main

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/siriusys/user-management-service/adapters/devinbox"
	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

const reversalPage = "/pages/reverse-termination"

// terminate ends the account of a signed-in user whose password is goodPassword.
func (s *service) terminate(t *testing.T, pair tokens) {
	t.Helper()
	s.do(t, request{method: http.MethodPost, path: "/terminate", token: pair.AccessToken, body: m{"password": goodPassword}}).want(t, http.StatusNoContent)
}

// endGrace lets the grace of whatever is terminated be over.
func (s *service) endGrace(t *testing.T) {
	t.Helper()
	s.exec(t, `UPDATE users SET terminated_at = terminated_at - interval '336 hours' WHERE is_terminated AND erased_at IS NULL`)
}

// erase lets the grace of whatever is terminated be over, and has the job done that erases it.
func (s *service) erase(t *testing.T) {
	t.Helper()
	s.endGrace(t)
	s.exec(t, `INSERT INTO river_job (kind, args, max_attempts) VALUES ('erase', '{}', 3)`)
	eventually(t, "the terminated accounts to be erased", func() bool {
		return s.count(t, `SELECT count(*) FROM users WHERE is_terminated AND erased_at IS NULL`) == 0
	})
}

// id is that of the session's user.
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

func TestATerminatedAccountComesBackByTheMailedLink(t *testing.T) {
	t.Parallel()
	s := start(t)
	const email = "ada@example.com"
	pair := s.user(t, email)
	id := s.id(t, pair)
	s.terminate(t, pair)
	if code := s.post(t, "/login", loginOf(email, goodPassword)).want(t, http.StatusUnauthorized).problem(t).Code; code != "invalid_credentials" {
		t.Errorf("code %q", code)
	}
	token := s.token(t, email, reversalPage)
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		s.do(t, request{method: method, path: reversalPage + "?token=" + token}).want(t, http.StatusOK)
		s.do(t, request{method: method, path: "/termination-reversal?token=" + token}).want(t, http.StatusMethodNotAllowed)
	}
	s.post(t, "/login", loginOf(email, goodPassword)).want(t, http.StatusUnauthorized)

	s.post(t, "/termination-reversal", m{"token": token}).want(t, http.StatusNoContent)
	again := s.post(t, "/login", loginOf(email, goodPassword)).tokens(t)
	if got := s.id(t, again); got != id {
		t.Errorf("the account came back as %s, was %s", got, id)
	}
	s.me(t, pair.AccessToken).want(t, http.StatusUnauthorized)
	s.post(t, "/token/refresh", m{"refresh_token": pair.RefreshToken}).want(t, http.StatusUnauthorized)
	if newest := s.letters(t, email)[0]; newest.Subject != "Your account is back" || linkPattern.MatchString(newest.Text) {
		t.Errorf("mailed %q", newest.Subject)
	}
	s.terminate(t, again)
	if code := s.post(t, "/termination-reversal", m{"token": token}).want(t, http.StatusBadRequest).problem(t).Code; code != "invalid_token" {
		t.Errorf("code %q", code)
	}
	if n := s.count(t, `SELECT count(*) FROM audit_events WHERE kind = 'termination_undone'`); n != 1 {
		t.Errorf("%d reversals were recorded", n)
	}
}

func TestASignupWithATerminatedAddressMailsNoLink(t *testing.T) {
	t.Parallel()
	s := start(t)
	const email = "ada@example.com"
	s.terminate(t, s.user(t, email))
	token := s.token(t, email, reversalPage)
	for path, body := range map[string]m{
		"/signup": signupOf(email, "the password of a stranger"), "/email-verification-request": {"email": email}, "/password-reset-request": {"email": email},
	} {
		if a := s.post(t, path, body).want(t, http.StatusAccepted); len(a.body) != 0 {
			t.Errorf("%s answered %s", path, a.body)
		}
	}
	links := 0
	for _, l := range s.letters(t, email) {
		if linkPattern.MatchString(l.Text) {
			links++
		}
	}
	if links != 2 { // those of the signup and of the termination
		t.Errorf("%d letters with links", links)
	}
	s.post(t, "/termination-reversal", m{"token": token}).want(t, http.StatusNoContent)
	s.post(t, "/login", loginOf(email, goodPassword)).want(t, http.StatusOK)
}

func TestAnErasedAddressSignsUpAsSomebodyNew(t *testing.T) {
	t.Parallel()
	s := start(t)
	const email = "ada@example.com"
	pair := s.user(t, email)
	id := s.id(t, pair)
	s.terminate(t, pair)
	token := s.token(t, email, reversalPage)
	s.erase(t)
	if code := s.post(t, "/termination-reversal", m{"token": token}).want(t, http.StatusBadRequest).problem(t).Code; code != "invalid_token" {
		t.Errorf("code %q", code)
	}
	s.post(t, "/login", loginOf(email, goodPassword)).want(t, http.StatusUnauthorized)
	s.post(t, "/signup", signupOf(email, wrongPassword)).want(t, http.StatusAccepted)
	again := s.post(t, "/verify-email", m{"token": s.tokens(t, email, "/pages/verify-email", 2)[0], "password": wrongPassword}).tokens(t)
	if s.id(t, again) == id {
		t.Error("the new signup got the erased account's id")
	}
	if n := s.count(t, `SELECT count(*) FROM audit_events WHERE kind = 'erased' AND user_id = '`+id+`' AND address IS NULL`); n != 1 {
		t.Errorf("%d erasures were recorded", n)
	}
	if log := s.log.String(); !strings.Contains(log, `"account erased"`) || !strings.Contains(log, id) {
		t.Error("the log does not say whom the service erased")
	}
}

// A service that is started anew more often than the job comes round must erase all the same.
func TestErasureIsDoneAtEachStart(t *testing.T) {
	t.Parallel()
	inbox, err := devinbox.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = inbox.Close() })
	databaseURL, keyset := pgtest.New(t), devKeyset(t)
	s := startOn(t, databaseURL, keyset, inbox)
	s.terminate(t, s.user(t, "ada@example.com"))
	s.settle(t)
	s.stop()
	s.endGrace(t)
	s = startOn(t, databaseURL, keyset, inbox)
	eventually(t, "the account to be erased", func() bool {
		return s.count(t, `SELECT count(*) FROM users WHERE erased_at IS NULL`) == 0
	})
}

func TestTheGraceIsASetting(t *testing.T) {
	t.Parallel()
	s := start(t, "TERMINATION_GRACE=0")
	const email = "ada@example.com"
	s.terminate(t, s.user(t, email))
	if newest := s.letters(t, email)[0]; newest.Subject != "Your account was terminated" || linkPattern.MatchString(newest.Text) {
		t.Errorf("mailed %q", newest.Subject)
	}
	s.exec(t, `UPDATE users SET terminated_at = terminated_at - interval '1 hour'`)
	s.exec(t, `INSERT INTO river_job (kind, args, max_attempts) VALUES ('erase', '{}', 3)`)
	eventually(t, "the account to be erased", func() bool {
		return s.count(t, `SELECT count(*) FROM users WHERE erased_at IS NULL`) == 0
	})
}

// Many reversals meet erasures. Either one of them brings the account back, or the account is erased.
func TestOfSimultaneousReversalsAndErasuresOneWins(t *testing.T) {
	t.Parallel()
	const email, reversals, erasures = "ada@example.com", 20, 4
	inbox, err := devinbox.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = inbox.Close() })
	databaseURL, keyset := pgtest.New(t), devKeyset(t)
	s := startOn(t, databaseURL, keyset, inbox)
	store, err := postgres.Open(context.Background(), databaseURL, keyset.Sealer())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	eraser := &app.App{Store: store, Now: now, NewID: newID, TerminationGrace: domain.DefaultTerminationGrace}
	s.terminate(t, s.user(t, email))
	token := s.token(t, email, reversalPage)
	s.endGrace(t)
	var erased atomic.Int64
	got := simultaneously(t, reversals+erasures, func(i int) (answer, error) {
		if i < erasures {
			return answer{}, eraser.EraseTerminated(context.Background(), func(ids []domain.UserID) { erased.Add(int64(len(ids))) })
		}
		return s.try(request{method: http.MethodPost, path: "/termination-reversal", body: m{"token": token}})
	})
	back := got[http.StatusNoContent]
	if int64(back)+erased.Load() != 1 || back+got[http.StatusBadRequest] != reversals {
		t.Errorf("%v, erased %d", got, erased.Load())
	}
	if n := s.count(t, `SELECT count(*) FROM users WHERE NOT is_terminated`); n != back {
		t.Errorf("%d reversals succeeded, and %d accounts are back", back, n)
	}
}
