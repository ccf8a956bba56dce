package app_test

import (
	"testing"
	"time"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// terminated ends the account of the pair and returns the token of the letter.
func (w *world) terminated(pair app.TokenPair) (token string) {
	w.t.Helper()
	w.must(w.TerminateAccount(w.t.Context(), w.caller(pair), password))
	return w.token(w.deliverOne(domain.MailTerminated), reversing)
}

func TestReverseTermination(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pair := w.registered(ada, password)
	reset := w.resetToken(ada)
	token := w.terminated(pair)
	w.pass(14*day - 1)
	w.must(w.ReverseTermination(t.Context(), token, home))
	if u := w.user(w.caller(w.loggedIn(ada, password))); u.IsTerminated || !u.TerminatedAt.IsZero() {
		t.Error("the account is still terminated")
	}
	w.want(w.ReverseTermination(t.Context(), token, home), domain.ErrInvalidToken)
	if m := w.deliverOne(domain.MailTerminationReversed); m.To.Address() != ada || m.Name.Value() != "Ada Lovelace" || m.Link != "" || !m.At.Equal(w.now) {
		t.Error("the notice goes elsewhere, or says something else")
	}
	w.pass(1 - 14*day) // to when the reset link and the sessions would still be good
	w.wantEnded(pair)
	w.want(w.ResetPassword(t.Context(), reset, otherPass, home), domain.ErrInvalidToken)
}

// The grace counts from the termination, however late the letter is written.
func TestReversalEndsWithTheGrace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(w.TerminateAccount(t.Context(), w.caller(w.registered(ada, password)), password))
	w.pass(13 * day)
	m := w.deliverOne(domain.MailTerminated)
	if m.LinkLifetime != day {
		t.Errorf("the link lives for %v", m.LinkLifetime)
	}
	token := w.token(m, reversing)
	w.pass(day)
	w.want(w.ReverseTermination(t.Context(), token, home), domain.ErrInvalidToken)
}

func TestReverseTerminationRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pair := w.registered(ada, password)
	reset := w.resetToken(ada)
	w.terminated(pair)
	w.wantFaults(w.ReverseTermination(t.Context(), "", home), "token required")
	for _, token := range []string{reset, "srev_", "srev_" + reset[5:]} {
		w.want(w.ReverseTermination(t.Context(), token, home), domain.ErrInvalidToken)
	}
	if mails := w.deliver(); len(mails) != 0 {
		t.Errorf("refused reversals mailed %v", mails)
	}
}

// The letter that came first is no way around a second termination.
func TestReversalKillsTheLinksOfItsTermination(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(w.TerminateAccount(t.Context(), w.caller(w.registered(ada, password)), password))
	due := w.store.TakeLetters()[0]
	w.must(w.WriteLetter(t.Context(), "1", due))
	w.must(w.WriteLetter(t.Context(), "1", due)) // tried again, since nobody saw that it was sent
	sent := w.mailer.Sent()
	first, second := w.token(sent[len(sent)-2], reversing), w.token(sent[len(sent)-1], reversing)
	w.must(w.ReverseTermination(t.Context(), second, home))
	w.deliver()

	before := len(w.mailer.Sent())
	w.must(w.WriteLetter(t.Context(), "1", due))
	if len(w.mailer.Sent()) != before {
		t.Error("an account that is back was told of its termination")
	}
	w.terminated(w.loggedIn(ada, password))
	w.want(w.ReverseTermination(t.Context(), first, home), domain.ErrInvalidToken)
}

func TestTerminationWithoutGraceMailsNoLink(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.TerminationGrace = 0
	w.must(w.TerminateAccount(t.Context(), w.caller(w.registered(ada, password)), password))
	if m := w.deliverOne(domain.MailTerminated); m.Link != "" || !m.Until.IsZero() || !m.At.Equal(w.now) {
		t.Error("the letter promises a way back that is none")
	}
}

// A stranger who signs up with the address, however often, has no token made, and does not use up the letters of termination.
func TestSignupsWithATerminatedAddressMakeNoTokens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.terminated(w.registered(ada, password))
	for range 20 {
		w.signUp(ada, otherPass)
		w.pass(time.Minute)
	}
	for _, m := range w.deliver() {
		if m.Template != domain.MailSignupAfterTermination || m.Link != "" {
			t.Errorf("mailed %v", m)
		}
	}
	u, err := w.store.Repos().Accounts.Verified(t.Context(), w.index(ada))
	w.must(err)
	w.must(w.WriteLetter(t.Context(), "again", ports.Letter{Template: domain.MailTerminated, UserID: u.ID, At: w.now}))
	w.token(w.mailer.Sent()[len(w.mailer.Sent())-1], reversing)
}

// index is what an address is found by.
func (w *world) index(email string) domain.EmailIndexes {
	w.t.Helper()
	parsed, err := domain.ParseEmail(email)
	w.must(err)
	tag, err := w.MAC.Tag("email_index", []byte(parsed.Canonical()))
	w.must(err)
	return domain.EmailIndexes{domain.EmailIndex(tag)}
}
