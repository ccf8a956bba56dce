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

// MailerUnderTest is a mailer and its mail server, which accepts every message at first.
type MailerUnderTest struct {
	Mailer ports.Mailer
	// Delivered returns the messages that the server has accepted, in order.
	Delivered func(t *testing.T) []DeliveredMessage
	// RejectPermanently makes the server reject every message permanently, in a reply that contains the email address.
	RejectPermanently func(t *testing.T)
	// RejectTemporarily makes the server reject every message temporarily, in a reply that contains the email address.
	RejectTemporarily func(t *testing.T)
	// Accept makes the server accept every message again.
	Accept func(t *testing.T)
}

// DeliveredMessage is a message as it arrived.
type DeliveredMessage struct {
	To        string
	MessageID string
	// Text is the text of the message. A mailer that renders no text returns the values that would be rendered.
	Text string
}

// Mailer checks the contract of ports.Mailer. fresh returns a new mailer each time.
func Mailer(t *testing.T, fresh func(t *testing.T) MailerUnderTest) {
	t.Helper()
	promises := map[string]func(*testing.T, MailerUnderTest){
		"Send returns nil once the message is delivered to its email address":            mailerDelivers,
		"each template has a text of its own, with its link":                             mailerDistinguishesTemplates,
		"messages with the same ID have the same Message-ID, others have different ones": mailerMessageIDs,
		"a permanent rejection is ErrMessageRejected":                                    mailerRejectsPermanently,
		"a temporary rejection is another error, and a retry succeeds":                   mailerRejectsTemporarily,
		"a cancelled context is ctx's error, and nothing is sent":                        mailerHonorsContext,
		"concurrent messages are all delivered":                                          mailerConcurrency,
	}
	for name, check := range promises {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, fresh(t))
		})
	}
}

const mailerAddress = "Ada.Lovelace+tag@example.com"

// messageOf makes a message of a template, with the link of templates that have one.
func messageOf(t *testing.T, id string, template domain.MessageTemplate) domain.Message {
	t.Helper()
	to, err := domain.ParseEmail(mailerAddress)
	if err != nil {
		t.Fatal(err)
	}
	m := domain.Message{ID: id, Template: template, To: to, At: time.Date(2026, 11, 7, 14, 5, 0, 0, time.UTC)}
	if template == domain.MessageVerification || template == domain.MessagePasswordReset || template == domain.MessageTerminated {
		m.Link, m.LinkLifetime = "https://example.com/pages/open#token="+id+"_-x", time.Hour
	}
	return m
}

func mailerDelivers(t *testing.T, m MailerUnderTest) {
	if got := m.Delivered(t); len(got) != 0 {
		t.Fatalf("%d messages were delivered before any was sent", len(got))
	}
	if err := m.Mailer.Send(t.Context(), messageOf(t, "one", domain.MessageVerification)); err != nil {
		t.Fatalf("Send: %v", err)
	}
	got := m.Delivered(t)
	if len(got) != 1 {
		t.Fatalf("%d messages were delivered, want 1", len(got))
	}
	if diff := cmp.Diff(mailerAddress, got[0].To); diff != "" {
		t.Errorf("delivered to another email address (-want +got):\n%s", diff)
	}
}

func mailerDistinguishesTemplates(t *testing.T, m MailerUnderTest) {
	templates := map[string]domain.MessageTemplate{}
	for i, template := range domain.MessageTemplates() {
		message := messageOf(t, fmt.Sprintf("message-%d", i), template)
		if err := m.Mailer.Send(t.Context(), message); err != nil {
			t.Fatalf("Send of the %s message: %v", template, err)
		}
		got := m.Delivered(t)
		text := got[len(got)-1].Text
		if !strings.Contains(text, message.Link) {
			t.Errorf("the %s message lacks its link:\n%s", template, text)
		}
		if other, same := templates[text]; same {
			t.Errorf("the messages %s and %s have the same text:\n%s", template, other, text)
		}
		templates[text] = template
	}
}

func mailerMessageIDs(t *testing.T, m MailerUnderTest) {
	for _, id := range []string{"same", "same", "other"} {
		if err := m.Mailer.Send(t.Context(), messageOf(t, id, domain.MessagePasswordChanged)); err != nil {
			t.Fatalf("Send: %v", err)
		}
	}
	got := m.Delivered(t)
	if len(got) != 3 {
		t.Fatalf("%d messages were delivered, want 3", len(got))
	}
	if got[0].MessageID == "" || got[0].MessageID != got[1].MessageID {
		t.Errorf("messages with one ID have the Message-IDs %q and %q", got[0].MessageID, got[1].MessageID)
	}
	if got[0].MessageID == got[2].MessageID {
		t.Errorf("messages with two IDs have one Message-ID %q", got[0].MessageID)
	}
}

func mailerRejectsPermanently(t *testing.T, m MailerUnderTest) {
	m.RejectPermanently(t)
	err := m.Mailer.Send(t.Context(), messageOf(t, "rejected", domain.MessageTerminated))
	if !errors.Is(err, ports.ErrMessageRejected) {
		t.Errorf("Send returned %v, want ErrMessageRejected", err)
	}
	wantNoAddress(t, err)
	m.Accept(t)
	if err := m.Mailer.Send(t.Context(), messageOf(t, "next", domain.MessageTerminated)); err != nil {
		t.Errorf("Send after a rejection: %v", err)
	}
}

func mailerRejectsTemporarily(t *testing.T, m MailerUnderTest) {
	message := messageOf(t, "later", domain.MessageAlreadyRegistered)
	m.RejectTemporarily(t)
	err := m.Mailer.Send(t.Context(), message)
	if err == nil || errors.Is(err, ports.ErrMessageRejected) {
		t.Errorf("Send returned %v, want an error other than ErrMessageRejected", err)
	}
	wantNoAddress(t, err)
	if got := m.Delivered(t); len(got) != 0 {
		t.Errorf("%d messages were delivered while the server rejected them", len(got))
	}
	m.Accept(t)
	if err := m.Mailer.Send(t.Context(), message); err != nil {
		t.Errorf("Send when the server accepts again: %v", err)
	}
	if got := m.Delivered(t); len(got) != 1 {
		t.Errorf("%d messages were delivered, want 1", len(got))
	}
}

func mailerHonorsContext(t *testing.T, m MailerUnderTest) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := m.Mailer.Send(ctx, messageOf(t, "never", domain.MessagePasswordReset))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Send returned %v, want context.Canceled", err)
	}
	if got := m.Delivered(t); len(got) != 0 {
		t.Errorf("%d messages were delivered, want none", len(got))
	}
}

func mailerConcurrency(t *testing.T, m MailerUnderTest) {
	const messages = 20
	errs := make(chan error, messages)
	for i := range messages {
		message := messageOf(t, fmt.Sprintf("burst-%d", i), domain.MessageVerification)
		go func() { errs <- m.Mailer.Send(t.Context(), message) }()
	}
	for range messages {
		if err := <-errs; err != nil {
			t.Errorf("Send: %v", err)
		}
	}
	ids := map[string]bool{}
	for _, delivered := range m.Delivered(t) {
		ids[delivered.MessageID] = true
	}
	if len(ids) != messages {
		t.Errorf("%d different messages were delivered, want %d", len(ids), messages)
	}
}

// wantNoAddress checks that err contains neither the local part of the email address nor its domain.
func wantNoAddress(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	local, host, _ := strings.Cut(strings.ToLower(mailerAddress), "@")
	for _, part := range []string{local, host} {
		if strings.Contains(strings.ToLower(err.Error()), part) {
			t.Errorf("the error contains %q of the email address: %v", part, err)
		}
	}
}
