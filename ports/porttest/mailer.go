package porttest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// MailerUnderTest is a mailer and its mail server, which accepts every letter at first.
type MailerUnderTest struct {
	Mailer ports.Mailer
	// Delivered returns the letters that the server has accepted, in order.
	Delivered func(t *testing.T) []DeliveredLetter
	// RefuseForGood makes the server refuse every letter in a way that says that it always will, quoting the address.
	RefuseForGood func(t *testing.T)
	// RefuseForNow makes the server refuse every letter in a way that says that it may take it later, quoting the address.
	RefuseForNow func(t *testing.T)
	// Accept makes the server accept every letter again.
	Accept func(t *testing.T)
}

// DeliveredLetter is a letter as it arrived.
type DeliveredLetter struct {
	To        string
	MessageID string
	// Text is what the letter says; a mailer that does not put letters into words gives what it would speak of.
	Text string
}

// Mailer checks the contract of ports.Mailer. fresh returns a new mailer each time.
func Mailer(t *testing.T, fresh func(t *testing.T) MailerUnderTest) {
	t.Helper()
	promises := map[string]func(*testing.T, MailerUnderTest){
		"a letter for which Send returned nil was delivered to its address": mailerDelivers,
		"every letter says what it is for":                                  mailerSaysWhatFor,
		"letters of one ID have one Message-ID, others another":             mailerMessageIDs,
		"a refusal for good is ErrMailRefused":                              mailerRefusedForGood,
		"a refusal for now is another error, and the letter goes later":     mailerRefusedForNow,
		"a done context is an error and nothing is sent":                    mailerContext,
		"many at once are all delivered":                                    mailerConcurrency,
	}
	for name, check := range promises {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, fresh(t))
		})
	}
}

const mailerAddress = "Ada.Lovelace+tag@example.com"

// letterOf makes a letter of each kind with what it needs.
func letterOf(t *testing.T, id string, template domain.MailTemplate) domain.Mail {
	t.Helper()
	to, err := domain.ParseEmail(mailerAddress)
	if err != nil {
		t.Fatal(err)
	}
	m := domain.Mail{ID: id, Template: template, To: to, At: time.Date(2026, 11, 7, 14, 5, 0, 0, time.UTC)}
	if template == domain.MailVerification || template == domain.MailPasswordReset || template == domain.MailTerminated {
		m.Link, m.LinkLifetime = "https://example.com/pages/open#token="+id+"_-x", time.Hour
	}
	return m
}

func mailerDelivers(t *testing.T, m MailerUnderTest) {
	if got := m.Delivered(t); len(got) != 0 {
		t.Fatalf("%d letters were delivered before any was sent", len(got))
	}
	if err := m.Mailer.Send(t.Context(), letterOf(t, "one", domain.MailVerification)); err != nil {
		t.Fatalf("Send: %v", err)
	}
	got := m.Delivered(t)
	if len(got) != 1 {
		t.Fatalf("%d letters were delivered, want 1", len(got))
	}
	if diff := cmp.Diff(mailerAddress, got[0].To); diff != "" {
		t.Errorf("delivered to another address (-want +got):\n%s", diff)
	}
}

func mailerSaysWhatFor(t *testing.T, m MailerUnderTest) {
	said := map[string]domain.MailTemplate{}
	for i, template := range domain.MailTemplates() {
		letter := letterOf(t, fmt.Sprintf("letter-%d", i), template)
		if err := m.Mailer.Send(t.Context(), letter); err != nil {
			t.Fatalf("Send of the %s letter: %v", template, err)
		}
		got := m.Delivered(t)
		text := got[len(got)-1].Text
		if !strings.Contains(text, letter.Link) {
			t.Errorf("the %s letter lacks its link:\n%s", template, text)
		}
		if other, same := said[text]; same {
			t.Errorf("the letters %s and %s say the same:\n%s", template, other, text)
		}
		said[text] = template
	}
}

func mailerMessageIDs(t *testing.T, m MailerUnderTest) {
	for _, id := range []string{"same", "same", "other"} {
		if err := m.Mailer.Send(t.Context(), letterOf(t, id, domain.MailPasswordChanged)); err != nil {
			t.Fatalf("Send: %v", err)
		}
	}
	got := m.Delivered(t)
	if len(got) != 3 {
		t.Fatalf("%d letters were delivered, want 3", len(got))
	}
	if got[0].MessageID == "" || got[0].MessageID != got[1].MessageID {
		t.Errorf("one ID, but the Message-IDs %q and %q", got[0].MessageID, got[1].MessageID)
	}
	if got[0].MessageID == got[2].MessageID {
		t.Errorf("two IDs, but one Message-ID %q", got[0].MessageID)
	}
}

func mailerRefusedForGood(t *testing.T, m MailerUnderTest) {
	m.RefuseForGood(t)
	err := m.Mailer.Send(t.Context(), letterOf(t, "refused", domain.MailTerminated))
	if !errors.Is(err, ports.ErrMailRefused) {
		t.Errorf("Send returned %v, want ErrMailRefused", err)
	}
	namesNoAddress(t, err)
	m.Accept(t)
	if err := m.Mailer.Send(t.Context(), letterOf(t, "next", domain.MailTerminated)); err != nil {
		t.Errorf("Send after a refusal: %v", err)
	}
}

func mailerRefusedForNow(t *testing.T, m MailerUnderTest) {
	letter := letterOf(t, "later", domain.MailAlreadyRegistered)
	m.RefuseForNow(t)
	err := m.Mailer.Send(t.Context(), letter)
	if err == nil || errors.Is(err, ports.ErrMailRefused) {
		t.Errorf("Send returned %v, want an error other than ErrMailRefused", err)
	}
	namesNoAddress(t, err)
	if got := m.Delivered(t); len(got) != 0 {
		t.Errorf("%d letters were delivered while the server refused", len(got))
	}
	m.Accept(t)
	if err := m.Mailer.Send(t.Context(), letter); err != nil {
		t.Errorf("Send once the server accepts: %v", err)
	}
	if got := m.Delivered(t); len(got) != 1 {
		t.Errorf("%d letters were delivered in the end, want 1", len(got))
	}
}

func mailerContext(t *testing.T, m MailerUnderTest) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := m.Mailer.Send(ctx, letterOf(t, "never", domain.MailPasswordReset))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Send returned %v, want context.Canceled", err)
	}
	if got := m.Delivered(t); len(got) != 0 {
		t.Errorf("%d letters were delivered, want none", len(got))
	}
}

func mailerConcurrency(t *testing.T, m MailerUnderTest) {
	const letters = 20
	errs := make(chan error, letters)
	for i := range letters {
		letter := letterOf(t, fmt.Sprintf("burst-%d", i), domain.MailVerification)
		go func() { errs <- m.Mailer.Send(t.Context(), letter) }()
	}
	for range letters {
		if err := <-errs; err != nil {
			t.Errorf("Send: %v", err)
		}
	}
	ids := map[string]bool{}
	for _, l := range m.Delivered(t) {
		ids[l.MessageID] = true
	}
	if len(ids) != letters {
		t.Errorf("%d different letters were delivered, want %d", len(ids), letters)
	}
}

// namesNoAddress fails if err holds the address or one of its two sides.
func namesNoAddress(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	local, host, _ := strings.Cut(strings.ToLower(mailerAddress), "@")
	for _, part := range []string{local, host} {
		if strings.Contains(strings.ToLower(err.Error()), part) {
			t.Errorf("the error holds %q of the address: %v", part, err)
		}
	}
}
