package app_test

import (
	"errors"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

func TestVerificationMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.signUp(ada, password)
	at := w.now
	w.pass(time.Hour)
	m := w.deliverOne(domain.MessageVerification)
	if m.To.Address() != ada || m.Name != (domain.FullName{}) || m.LinkLifetime != 24*time.Hour || !m.At.Equal(at) || m.ID == "" {
		t.Error("a verification message must greet without a name and say how long its link is valid and when the signup was")
	}
	// The lifetime starts when the message is sent, not at the signup.
	token := w.token(m, verificationLink)
	w.pass(24*time.Hour - 1)
	_, err := w.VerifyEmail(t.Context(), token, password, home)
	w.must(err)
}

func TestResetMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.registered(ada, password)
	w.must(w.RequestPasswordReset(t.Context(), "ADA@example.com", "", home))
	m := w.deliverOne(domain.MessagePasswordReset)
	if m.To.Address() != ada || m.Name.Value() != "Ada Lovelace" || m.LinkLifetime != time.Hour {
		t.Error("a reset message must go to the email address as it was signed up, greet by name, and say how long its link is valid")
	}
	w.token(m, resetLink)
}

// A user who was removed before a message is sent gets none.
func TestRemovedUserGetsNoMessage(t *testing.T) {
	t.Parallel()
	for _, template := range domain.MessageTemplates() {
		w := newWorld(t)
		toUser := ports.MessageRequest{Template: template, UserID: domain.UserID{ID: domain.ID{1}}, At: w.now}
		toEmail := ports.MessageRequest{Template: template, EmailIndexes: domain.EmailIndexes{"unknown"}, At: w.now}
		w.must(w.SendMessage(t.Context(), "1", toUser))
		w.must(w.SendMessage(t.Context(), "2", toEmail))
		if messages := w.deliver(); len(messages) != 0 || len(w.mailer.Sent()) != 0 {
			t.Errorf("%s: a message without a recipient was sent", template)
		}
	}
}

func TestSignupThatWasRemovedMeanwhileGetsNoMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.signUp(ada, otherPass)
	late := w.store.TakeMessages()
	w.pass(time.Second)
	w.registered(ada, password)
	w.must(w.SendMessage(t.Context(), "late", late[0]))
	if sent := w.mailer.Sent(); len(sent) != 1 {
		t.Errorf("sent %v, want only the verification message of the verified signup", sent)
	}
}

// A message that is retried after its signup was verified is dropped.
func TestVerifiedSignupGetsNoMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.signUp(ada, password)
	due := w.store.TakeMessages()[0]
	w.must(w.SendMessage(t.Context(), "1", due))
	w.pass(time.Second)
	_, err := w.VerifyEmail(t.Context(), w.token(w.mailer.Sent()[0], verificationLink), password, home)
	w.must(err)
	w.must(w.SendMessage(t.Context(), "1", due))
	if sent := w.mailer.Sent(); len(sent) != 1 {
		t.Errorf("sent %v, want one message", sent)
	}
}

// An account that can no longer log in gets no reset message, even if the request came earlier.
func TestTerminatedAccountGetsNoResetMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.caller(w.registered(ada, password))
	w.must(w.RequestPasswordReset(t.Context(), ada, "", home))
	w.must(w.TerminateAccount(t.Context(), c, password, nil))
	w.deliverOne(domain.MessageTerminated)
}

func TestMessageIsRetriedUnderItsID(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.signUp(ada, password)
	due := w.store.TakeMessages()[0]
	down := errors.New("connection refused")
	for _, failure := range []error{down, ports.ErrMessageRejected} {
		w.mailer.Fail(failure)
		if err := w.SendMessage(t.Context(), "7", due); !errors.Is(err, failure) {
			t.Errorf("got the error %v, want %v", err, failure)
		}
	}
	w.mailer.Fail(nil)
	w.must(w.SendMessage(t.Context(), "7", due))
	w.must(w.SendMessage(t.Context(), "7", due))
	sent := w.mailer.Sent()
	if len(sent) != 2 || sent[0].ID != "7" || sent[1].ID != "7" {
		t.Fatalf("sent %v, want two messages with one ID", sent)
	}
	// A message that arrives twice contains two tokens, and each of them works.
	_, err := w.VerifyEmail(t.Context(), w.token(sent[0], verificationLink), otherPass, home)
	w.want(err, domain.ErrWrongPassword)
	_, err = w.VerifyEmail(t.Context(), w.token(sent[1], verificationLink), password, home)
	w.must(err)
}

// The outbox contains neither tokens nor email addresses.
func TestOutboxContainsNothingSecret(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.registered(ada, password)
	w.must(w.RequestPasswordReset(t.Context(), ada, "", home))
	index, err := w.MAC.Tag("email_index", []byte("ada@example.com"))
	w.must(err)
	for _, request := range w.store.TakeMessages() {
		if len(request.EmailIndexes) != 1 || string(request.EmailIndexes[0]) != string(index) {
			t.Errorf("the request names the email address as %q, not by its keyed index", request.EmailIndexes)
		}
	}
}

func TestMessageWithoutEntropyIsNotSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.signUp(ada, password)
	w.Entropy = noEntropy{}
	w.build()
	if err := w.SendMessage(t.Context(), "1", w.store.TakeMessages()[0]); err == nil || len(w.mailer.Sent()) != 0 {
		t.Error("a message whose token has no entropy was sent")
	}
}

// noEntropy is a source of entropy that fails.
type noEntropy struct{}

func (noEntropy) Read([]byte) (int, error) { return 0, errors.New("no entropy") }
