package app_test

import (
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

func TestTerminateAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second, bobs := w.registered(ada, password), w.loggedIn(ada, password), w.registered("bob@example.com", password)
	c, reset := w.caller(first), w.resetToken(ada)
	w.must(w.TerminateAccount(t.Context(), c, password, nil))
	w.wantRevoked(first)
	w.wantRevoked(second)
	w.wantLive(bobs)
	u := w.user(c)
	if !u.IsTerminated || !u.TerminatedAt.Equal(w.now) || u.CanLogIn() {
		t.Error("the account was not terminated now")
	}
	_, err := w.logIn(ada, password)
	w.want(err, domain.ErrInvalidCredentials)
	w.want(w.resetPassword(reset, otherPass, home), domain.ErrInvalidToken)
	w.want(w.TerminateAccount(t.Context(), c, password, nil), domain.ErrInvalidAccessToken)

	m := w.deliverOne(domain.MessageTerminated)
	if m.To.Address() != ada || m.Name.Value() != "Ada Lovelace" {
		t.Errorf("the notice goes to %s and greets %q", m.To.Address(), m.Name.Value())
	}
	if !m.At.Equal(w.now) || !m.Until.Equal(w.now.Add(14*day)) || m.LinkLifetime != 14*day {
		t.Errorf("the notice is of %v and offers a cancellation until %v, link lifetime %v", m.At, m.Until, m.LinkLifetime)
	}
	w.token(m, cancellationLink)
}

// A termination revokes the sessions and removes the reset links, so they stay invalid if an operator restores the account.
func TestTerminationRevokesSessionsAndResetLinks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pair := w.registered(ada, password)
	c, reset := w.caller(pair), w.resetToken(ada)
	w.must(w.TerminateAccount(t.Context(), c, password, nil))
	u := w.user(c)
	u.IsTerminated, u.TerminatedAt = false, time.Time{}
	w.must(w.store.Repos().Accounts.AddPending(t.Context(), u)) // overwrites, as in deactivate
	w.wantRevoked(pair)
	w.want(w.resetPassword(reset, otherPass, home), domain.ErrInvalidToken)
	w.wantLive(w.loggedIn(ada, password))
}

func TestTerminateAccountRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pair := w.registered(ada, password)
	c := w.caller(pair)
	w.want(w.TerminateAccount(t.Context(), c, otherPass, nil), domain.ErrWrongPassword)
	w.wantViolations(w.TerminateAccount(t.Context(), c, "", nil), "password required")
	w.hasher.err = domain.ErrBusy
	w.want(w.TerminateAccount(t.Context(), c, password, nil), domain.ErrBusy)
	w.hasher.err = nil
	if messages := w.deliver(); len(messages) != 0 {
		t.Errorf("refused terminations mailed %v", messages)
	}
	w.wantLive(pair)
}

// Of two concurrent terminations one takes effect, and one message is sent.
func TestConcurrentTerminations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second := w.registered(ada, password), w.loggedIn(ada, password)
	a, b := w.caller(first), w.caller(second)
	w.hasher.afterVerify = func() { w.must(w.TerminateAccount(t.Context(), b, password, nil)) }
	w.want(w.TerminateAccount(t.Context(), a, password, nil), domain.ErrInvalidAccessToken)
	w.deliverOne(domain.MessageTerminated)
}

// A signup with the email address of a terminated account gets no link and cannot log in.
func TestEmailAddressOfATerminatedAccountCannotBeVerifiedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(w.TerminateAccount(t.Context(), w.caller(w.registered(ada, password)), password, nil))
	w.deliver()
	w.pass(1)
	w.signUp(ada, otherPass)
	m := w.deliverOne(domain.MessageSignupAfterTermination)
	if m.Link != "" || !m.At.Equal(w.now.Add(-1)) || !m.Until.Equal(m.At.Add(14*day)) {
		t.Error("the message must say when the account was terminated and will be erased, and contain no link")
	}
	_, err := w.logIn(ada, otherPass)
	w.want(err, domain.ErrInvalidCredentials)
}
