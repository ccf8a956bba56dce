package app_test

import (
	"errors"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

func TestVerificationLetter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.signUp(ada, password)
	at := w.now
	w.pass(time.Hour)
	m := w.deliverOne(domain.MailVerification)
	if m.To.Address() != ada || m.Name != (domain.FullName{}) || m.LinkLifetime != 24*time.Hour || !m.At.Equal(at) || m.ID == "" {
		t.Error("a verification letter greets nobody by name and says how long its link lives and when the signup was")
	}
	// The lifetime counts from the writing, not from the signup.
	token := w.token(m, verification)
	w.pass(24*time.Hour - 1)
	_, err := w.VerifyEmail(t.Context(), token, password, home)
	w.must(err)
}

func TestResetLetter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.registered(ada, password)
	w.must(w.RequestPasswordReset(t.Context(), "ADA@example.com", home))
	m := w.deliverOne(domain.MailPasswordReset)
	if m.To.Address() != ada || m.Name.Value() != "Ada Lovelace" || m.LinkLifetime != 30*time.Minute {
		t.Error("a reset letter goes to the address as its owner wrote it, greets by name, and says how long its link lives")
	}
	w.token(m, resetting)
}

// Whoever is not there any more when a letter is written gets none.
func TestVanishedUserGetsNoLetter(t *testing.T) {
	t.Parallel()
	for _, template := range domain.MailTemplates() {
		w := newWorld(t)
		w.must(w.WriteLetter(t.Context(), "1", ports.Letter{Template: template, UserID: domain.UserID{ID: domain.ID{1}}, At: w.now}))
		w.must(w.WriteLetter(t.Context(), "2", ports.Letter{Template: template, Address: [][]byte{[]byte("nobody")}, At: w.now}))
		if mails := w.deliver(); len(mails) != 0 || len(w.mailer.Sent()) != 0 {
			t.Errorf("%s: a letter to nobody was sent", template)
		}
	}
}

func TestSignupThatWasRemovedMeanwhileGetsNoLetter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.signUp(ada, otherPass)
	late := w.store.TakeLetters()
	w.registered(ada, password)
	w.must(w.WriteLetter(t.Context(), "late", late[0]))
	if sent := w.mailer.Sent(); len(sent) != 1 {
		t.Errorf("sent %v, want the first verification letter alone", sent)
	}
}

// A letter that is written again after its signup was verified is left unsent.
func TestVerifiedSignupGetsNoLetter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.signUp(ada, password)
	due := w.store.TakeLetters()[0]
	w.must(w.WriteLetter(t.Context(), "1", due))
	_, err := w.VerifyEmail(t.Context(), w.token(w.mailer.Sent()[0], verification), password, home)
	w.must(err)
	w.must(w.WriteLetter(t.Context(), "1", due))
	if sent := w.mailer.Sent(); len(sent) != 1 {
		t.Errorf("sent %v, want one letter", sent)
	}
}

// An account that can no longer sign in when a reset letter is written gets none.
func TestTerminatedAccountGetsNoResetLetter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.caller(w.registered(ada, password))
	w.must(w.RequestPasswordReset(t.Context(), ada, home))
	w.must(w.TerminateAccount(t.Context(), c, password))
	w.deliverOne(domain.MailTerminated)
}

func TestLetterIsTriedAgainUnderItsID(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.signUp(ada, password)
	due := w.store.TakeLetters()[0]
	down := errors.New("connection refused")
	for _, failure := range []error{down, ports.ErrMailRefused} {
		w.mailer.Fail(failure)
		if err := w.WriteLetter(t.Context(), "7", due); !errors.Is(err, failure) {
			t.Errorf("got the error %v, want %v", err, failure)
		}
	}
	w.mailer.Fail(nil)
	w.must(w.WriteLetter(t.Context(), "7", due))
	w.must(w.WriteLetter(t.Context(), "7", due))
	sent := w.mailer.Sent()
	if len(sent) != 2 || sent[0].ID != "7" || sent[1].ID != "7" {
		t.Fatalf("the attempts at one letter must share its ID")
	}
	// A letter that arrives twice has two tokens, and each of them works.
	_, err := w.VerifyEmail(t.Context(), w.token(sent[0], verification), otherPass, home)
	w.want(err, domain.ErrWrongPassword)
	_, err = w.VerifyEmail(t.Context(), w.token(sent[1], verification), password, home)
	w.must(err)
}

// The queue holds neither a token nor an address.
func TestQueuedLettersHoldNothingSecret(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.registered(ada, password)
	w.must(w.RequestPasswordReset(t.Context(), ada, home))
	index, err := w.MAC.Tag("email_index", []byte("ada@example.com"))
	w.must(err)
	for _, l := range w.store.TakeLetters() {
		if len(l.Address) != 1 || string(l.Address[0]) != string(index) {
			t.Errorf("the letter names the address as %q, not by its keyed index", l.Address)
		}
	}
}

func TestLetterWithoutEntropyIsNotSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.signUp(ada, password)
	w.Entropy = eof{}
	if err := w.WriteLetter(t.Context(), "1", w.store.TakeLetters()[0]); err == nil || len(w.mailer.Sent()) != 0 {
		t.Error("a letter with a token drawn from nothing was sent")
	}
}

// eof is entropy that has run dry.
type eof struct{}

func (eof) Read([]byte) (int, error) { return 0, errors.New("no entropy") }
