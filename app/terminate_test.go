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
	w.must(w.TerminateAccount(t.Context(), c, password))
	w.wantEnded(first)
	w.wantEnded(second)
	w.wantLive(bobs)
	u := w.user(c)
	if !u.IsTerminated || !u.TerminatedAt.Equal(w.now) || u.CanSignIn() {
		t.Error("the account was not terminated now")
	}
	_, err := w.logIn(ada, password)
	w.want(err, domain.ErrInvalidCredentials)
	w.want(w.ResetPassword(t.Context(), reset, otherPass, home), domain.ErrInvalidToken)
	w.want(w.TerminateAccount(t.Context(), c, password), domain.ErrInvalidAccessToken)

	m := w.deliverOne(domain.MailTerminated)
	if m.To.Address() != ada || m.Name.Value() != "Ada Lovelace" || !m.At.Equal(w.now) || !m.Until.Equal(w.now.Add(14*day)) || m.LinkLifetime != 14*day {
		t.Error("the letter goes elsewhere, or says something else")
	}
	w.token(m, reversing)
}

// The sessions and reset links of a terminated account are dead themselves, not only because the account is: nothing of it
// comes back if an operator restores the account.
func TestTerminationEndsWhatTheAccountHad(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pair := w.registered(ada, password)
	c, reset := w.caller(pair), w.resetToken(ada)
	w.must(w.TerminateAccount(t.Context(), c, password))
	u := w.user(c)
	u.IsTerminated, u.TerminatedAt = false, time.Time{}
	w.must(w.store.Repos().Accounts.AddPending(t.Context(), u)) // overwrites, as in deactivate
	w.wantEnded(pair)
	w.want(w.ResetPassword(t.Context(), reset, otherPass, home), domain.ErrInvalidToken)
	w.wantLive(w.loggedIn(ada, password))
}

func TestTerminateAccountRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pair := w.registered(ada, password)
	c := w.caller(pair)
	w.want(w.TerminateAccount(t.Context(), c, otherPass), domain.ErrWrongPassword)
	w.wantFaults(w.TerminateAccount(t.Context(), c, ""), "password required")
	w.hasher.err = domain.ErrBusy
	w.want(w.TerminateAccount(t.Context(), c, password), domain.ErrBusy)
	w.hasher.err = nil
	if mails := w.deliver(); len(mails) != 0 {
		t.Errorf("refused terminations mailed %v", mails)
	}
	w.wantLive(pair)
}

// Of two terminations made at once one takes effect, and one letter goes out.
func TestSimultaneousTerminations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second := w.registered(ada, password), w.loggedIn(ada, password)
	a, b := w.caller(first), w.caller(second)
	w.hasher.afterVerify = func() { w.must(w.TerminateAccount(t.Context(), b, password)) }
	w.want(w.TerminateAccount(t.Context(), a, password), domain.ErrInvalidAccessToken)
	w.deliverOne(domain.MailTerminated)
}

// A signup that was pending when its address was verified and terminated elsewhere stays dead.
func TestTerminatedAddressCannotBeVerifiedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(w.TerminateAccount(t.Context(), w.caller(w.registered(ada, password)), password))
	w.deliver()
	w.pass(1)
	w.signUp(ada, otherPass)
	if m := w.deliverOne(domain.MailSignupAfterTermination); m.Link != "" || !m.At.Equal(w.now.Add(-1)) || !m.Until.Equal(m.At.Add(14*day)) {
		t.Error("the letter must tell when the account was terminated and will be erased, and link to nothing")
	}
	_, err := w.logIn(ada, otherPass)
	w.want(err, domain.ErrInvalidCredentials)
}
