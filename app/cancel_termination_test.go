package app_test

import (
	"testing"
	"time"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// terminated terminates the account of the pair and returns the mailed token.
func (w *world) terminated(pair app.TokenPair) (token string) {
	w.t.Helper()
	w.must(w.TerminateAccount(w.t.Context(), w.caller(pair), password, nil))
	return w.token(w.deliverOne(domain.MessageTerminated), cancellationLink)
}

func TestCancelTermination(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pair := w.registered(ada, password)
	reset := w.resetToken(ada)
	token := w.terminated(pair)
	w.pass(14*day - 1)
	w.must(w.CancelTermination(t.Context(), token, home))
	if u := w.user(w.caller(w.loggedIn(ada, password))); u.IsTerminated || !u.TerminatedAt.IsZero() {
		t.Error("the account is still terminated")
	}
	w.want(w.CancelTermination(t.Context(), token, home), domain.ErrInvalidToken)
	w.wantNotice(domain.MessageTerminationCancelled)
	w.pass(1 - 14*day) // back to when the reset link and the sessions had not expired
	w.wantRevoked(pair)
	w.want(w.resetPassword(reset, otherPass, home), domain.ErrInvalidToken)
}

// The grace period starts with the termination, however late the message is sent.
func TestTerminationCanBeCancelledWithinTheGracePeriod(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(w.TerminateAccount(t.Context(), w.caller(w.registered(ada, password)), password, nil))
	w.pass(13 * day)
	m := w.deliverOne(domain.MessageTerminated)
	if m.LinkLifetime != day {
		t.Errorf("the link lives for %v, want a day", m.LinkLifetime)
	}
	token := w.token(m, cancellationLink)
	w.pass(day)
	w.want(w.CancelTermination(t.Context(), token, home), domain.ErrInvalidToken)
}

func TestCancelTerminationRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pair := w.registered(ada, password)
	reset := w.resetToken(ada)
	w.terminated(pair)
	w.wantViolations(w.CancelTermination(t.Context(), "", home), "token required")
	for _, token := range []string{reset, "srev_", "srev_" + reset[5:]} {
		w.want(w.CancelTermination(t.Context(), token, home), domain.ErrInvalidToken)
	}
	if messages := w.deliver(); len(messages) != 0 {
		t.Errorf("refused cancellations mailed %v", messages)
	}
}

// An earlier link of a cancelled termination does not cancel the next termination.
func TestCancellationRemovesTheOtherLinksOfItsTermination(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(w.TerminateAccount(t.Context(), w.caller(w.registered(ada, password)), password, nil))
	due := w.store.TakeMessages()[0]
	w.must(w.SendMessage(t.Context(), "1", due))
	w.must(w.SendMessage(t.Context(), "1", due)) // retried, as after a crash between sending and completing the job
	sent := w.mailer.Sent()
	first, second := w.token(sent[len(sent)-2], cancellationLink), w.token(sent[len(sent)-1], cancellationLink)
	w.must(w.CancelTermination(t.Context(), second, home))
	w.deliver()

	before := len(w.mailer.Sent())
	w.must(w.SendMessage(t.Context(), "1", due))
	if len(w.mailer.Sent()) != before {
		t.Error("sent the notice of a termination that was cancelled")
	}
	w.terminated(w.loggedIn(ada, password))
	w.want(w.CancelTermination(t.Context(), first, home), domain.ErrInvalidToken)
}

func TestTerminationWithoutGracePeriodMailsNoLink(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.TerminationGrace = 0
	w.build()
	w.must(w.TerminateAccount(t.Context(), w.caller(w.registered(ada, password)), password, nil))
	if m := w.deliverOne(domain.MessageTerminated); m.Link != "" || !m.Until.IsZero() || !m.At.Equal(w.now) {
		t.Errorf("the message offers a cancellation until %v by the link %q, want none", m.Until, m.Link)
	}
}

// Signups with the email address of a terminated account, however many, create no token and do not spend the rate limit of
// the termination message.
func TestSignupsForATerminatedAccountMakeNoTokens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.terminated(w.registered(ada, password))
	for range 20 {
		w.signUp(ada, otherPass)
		w.pass(time.Minute)
	}
	for _, m := range w.deliver() {
		if m.Template != domain.MessageSignupAfterTermination || m.Link != "" {
			t.Errorf("mailed %v", m)
		}
	}
	u, err := w.store.Repos().Accounts.FindVerified(t.Context(), w.index(ada))
	w.must(err)
	w.must(w.SendMessage(t.Context(), "again", ports.MessageRequest{Template: domain.MessageTerminated, UserID: u.ID, At: w.now}))
	w.token(w.mailer.Sent()[len(w.mailer.Sent())-1], cancellationLink)
}

// index returns the index of an email address.
func (w *world) index(email string) domain.EmailIndexes {
	w.t.Helper()
	parsed, err := domain.ParseEmail(email)
	w.must(err)
	tag, err := w.MAC.Tag("email_index", []byte(parsed.Canonical()))
	w.must(err)
	return domain.EmailIndexes{domain.EmailIndex(tag)}
}
