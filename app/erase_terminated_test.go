package app_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// erase erases the accounts that are due and returns their ids.
func (w *world) erase() (erased []domain.UserID) {
	w.t.Helper()
	w.must(w.EraseTerminated(w.t.Context(), func(ids []domain.UserID) { erased = append(erased, ids...) }))
	return erased
}

func TestEraseTerminated(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pair := w.registered(ada, password)
	c, bob := w.caller(pair), w.caller(w.registered("bob@example.com", password))
	token := w.terminated(pair)
	w.must(w.RequestPasswordReset(t.Context(), ada, "", home))
	w.signUp(ada, otherPass)
	late := w.store.TakeMessages()
	w.pass(14 * day)
	if erased := w.erase(); len(erased) != 0 {
		t.Fatalf("erased within the grace period: %v", erased)
	}
	w.pass(1)
	if diff := cmp.Diff([]domain.UserID{c.UserID}, w.erase()); diff != "" {
		t.Fatalf("erased (-want +got):\n%s", diff)
	}
	if _, err := w.store.Repos().Accounts.FindByID(t.Context(), c.UserID); !errors.Is(err, ports.ErrNotFound) {
		t.Errorf("an erased account is found: error %v, want %v", err, ports.ErrNotFound)
	}
	w.user(bob)
	w.want(w.CancelTermination(t.Context(), token, home), domain.ErrInvalidToken)
	last := w.store.Audited()[len(w.store.Audited())-1]
	if last.Kind != domain.AuditErased || last.UserID != c.UserID || last.EmailIndex != "" || !last.At.Equal(w.now) {
		t.Errorf("recorded %+v", last)
	}
	// Messages still due to the account are dropped. The one to the email address goes to the pending signup.
	sent := len(w.mailer.Sent())
	for i, request := range append(late, ports.MessageRequest{Template: domain.MessageTerminated, UserID: c.UserID, At: w.now}) {
		w.must(w.SendMessage(t.Context(), fmt.Sprint("late ", i), request))
	}
	if got := w.mailer.Sent()[sent:]; len(got) != 1 || got[0].Template != domain.MessageVerification {
		t.Errorf("mailed %v, want one %s", got, domain.MessageVerification)
	}
}

func TestEmailAddressOfAnErasedAccountSignsUpAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pair := w.registered(ada, password)
	old := w.caller(pair)
	w.terminated(pair)
	w.pass(14*day + 1)
	w.erase()
	again := w.registered(ada, otherPass)
	if w.caller(again).UserID == old.UserID {
		t.Error("a new signup got the id of the erased account")
	}
	w.wantLive(again)
	_, err := w.logIn(ada, password)
	w.want(err, domain.ErrInvalidCredentials)
}

// Other services must have seen the revocations before the sessions are removed, however short the grace period is.
func TestErasureWaitsWhileRevocationsAreListed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.TerminationGrace = 0
	w.build()
	w.must(w.TerminateAccount(t.Context(), w.caller(w.registered(ada, password)), password, nil))
	w.pass(w.Sessions.AccessToken + domain.RevocationSettling)
	if erased := w.erase(); len(erased) != 0 {
		t.Error("an account was erased while the revocations of its sessions are listed")
	}
	w.pass(1)
	if erased := w.erase(); len(erased) != 1 {
		t.Errorf("erased %v, want one account", erased)
	}
}

func TestErasureRunsAsManyBatchesAsNeeded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const many = 250
	u := w.user(w.caller(w.registered(ada, password)))
	for n := range many {
		u.ID, u.EmailIndex = domain.UserID{ID: w.newID()}, domain.EmailIndex(fmt.Sprint(n))
		u.IsTerminated, u.TerminatedAt = true, w.now
		w.must(w.store.Repos().Accounts.AddPending(t.Context(), u))
	}
	w.pass(15 * day)
	var batches []int
	w.must(w.EraseTerminated(t.Context(), func(ids []domain.UserID) { batches = append(batches, len(ids)) }))
	if diff := cmp.Diff([]int{100, 100, 50}, batches); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestErasureStopsAtAnError(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.terminated(w.registered(ada, password))
	w.pass(15 * day)
	broken := errors.New("disk full")
	w.Store = failingStore{w.store, broken}
	w.build()
	err := w.EraseTerminated(t.Context(), func([]domain.UserID) { t.Error("reported accounts that were not erased") })
	if !errors.Is(err, broken) {
		t.Errorf("got the error %v, want the store's", err)
	}
}

func TestExportAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.caller(w.registered(ada, password))
	w.pass(time.Hour)
	w.loggedIn(ada, password)
	w.resetToken(ada)
	got, err := w.ExportAccount(t.Context(), c)
	w.must(err)
	if got.User.Email.Address() != ada || len(got.Sessions) != 2 || len(got.Links) != 1 || len(got.Events) != 3 {
		t.Errorf("exported %d sessions, %d links, %d events, want 2, 1, 3", len(got.Sessions), len(got.Links), len(got.Events))
	}
	last := w.store.Audited()[len(w.store.Audited())-1]
	if last.Kind != domain.AuditExported || last.UserID != c.UserID || last.SessionID != c.SessionID {
		t.Errorf("recorded %+v", last)
	}
	w.must(w.TerminateAccount(t.Context(), c, password, nil))
	_, err = w.ExportAccount(t.Context(), c)
	w.want(err, domain.ErrInvalidAccessToken)
}

// One account neither keeps the database busy nor fills the audit log, and keeps no other account from an export.
func TestExportsOfAUserAreLimited(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, other := w.caller(w.registered(ada, password)), w.caller(w.registered("bob@example.com", password))
	for range domain.ExportsPerHour {
		_, err := w.ExportAccount(t.Context(), c)
		w.must(err)
	}
	_, err := w.ExportAccount(t.Context(), c)
	w.want(err, domain.ErrTooManyAttempts)
	if n := len(w.events(domain.AuditExported)); n != domain.ExportsPerHour {
		t.Errorf("%d events, want %d", n, domain.ExportsPerHour)
	}
	_, err = w.ExportAccount(t.Context(), other)
	w.must(err)
	w.pass(time.Hour)
	_, err = w.ExportAccount(t.Context(), c)
	w.must(err)
}
