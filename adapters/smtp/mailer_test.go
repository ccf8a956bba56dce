package smtp_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	server "github.com/emersion/go-smtp"

	"github.com/siriusys/user-management-service/adapters/smtp"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports/porttest"
	"github.com/siriusys/user-management-service/ports/porttest/await"
)

func TestMailer(t *testing.T) {
	t.Parallel()
	for name, security := range map[string]smtp.Security{"STARTTLS": smtp.StartTLS, "implicit TLS": smtp.ImplicitTLS, "no TLS": smtp.NoTLS} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			porttest.Mailer(t, func(t *testing.T) porttest.MailerUnderTest { return underTest(t, serve(t, security)) })
		})
	}
}

func underTest(t *testing.T, s *testServer) porttest.MailerUnderTest {
	return porttest.MailerUnderTest{
		Mailer: mailer(t, s.config(t)),
		Delivered: func(t *testing.T) []porttest.DeliveredMessage {
			var messages []porttest.DeliveredMessage
			for _, r := range s.delivered() {
				m := parseMessage(t, r.raw)
				messages = append(messages, porttest.DeliveredMessage{To: r.to, MessageID: m.header.Get("Message-ID"), Text: m.text})
			}
			return messages
		},
		RejectPermanently: func(*testing.T) {
			s.setReply(reject("RCPT", 550, server.EnhancedCode{5, 1, 1}, ""))
		},
		RejectTemporarily: func(*testing.T) {
			s.setReply(reject("RCPT", 451, server.EnhancedCode{4, 3, 2}, ""))
		},
		Accept: func(*testing.T) { s.setReply(nil) },
	}
}

// newMessage returns a message for tests that need no particular one.
func newMessage(t *testing.T, id string) domain.Message {
	t.Helper()
	return newMessageTo(t, id, "Ada.Lovelace+tag@example.com")
}

func newMessageTo(t *testing.T, id, address string) domain.Message {
	t.Helper()
	to, err := domain.ParseEmail(address)
	if err != nil {
		t.Fatal(err)
	}
	return domain.Message{
		ID: id, Template: domain.MessagePasswordReset, To: to, At: time.Date(2026, 11, 7, 15, 5, 0, 0, time.FixedZone("CET", 3600)),
		Link: "https://accounts.example.com/pages/password-reset#token=aB-_9", LinkLifetime: 30 * time.Minute,
	}
}

func send(t *testing.T, m *smtp.Mailer, id string) {
	t.Helper()
	if err := m.Send(t.Context(), newMessage(t, id)); err != nil {
		t.Fatalf("Send: %v", err)
	}
}

// eventually polls until done. It fails the test if that never happens.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	await.Until(t, what, done)
}

func TestBurstUsesOneConnection(t *testing.T) {
	t.Parallel()
	s := serve(t, smtp.StartTLS)
	m := mailer(t, s.config(t))
	for i := range 10 {
		send(t, m, fmt.Sprint(i))
	}
	if got := s.listener.total.Load(); got != 1 {
		t.Errorf("10 messages used %d connections, want 1", got)
	}
}

func TestConnectionsAreLimited(t *testing.T) {
	t.Parallel()
	s := serve(t, smtp.NoTLS)
	c := s.config(t)
	c.MaxConnections = 3
	m := mailer(t, c)
	errs := make(chan error)
	for i := range 30 {
		message := newMessage(t, fmt.Sprint(i))
		go func() { errs <- m.Send(t.Context(), message) }()
	}
	for range 30 {
		if err := <-errs; err != nil {
			t.Errorf("Send: %v", err)
		}
	}
	if most, total := s.listener.most.Load(), s.listener.total.Load(); most > 3 || total > 3 {
		t.Errorf("30 concurrent messages used %d connections, %d concurrently, want 3 at most", total, most)
	}
}

func TestDeadConnectionIsReplaced(t *testing.T) {
	t.Parallel()
	s := serve(t, smtp.StartTLS)
	m := mailer(t, s.config(t))
	send(t, m, "before")
	s.listener.cut()
	send(t, m, "after")
	if got := len(s.delivered()); got != 2 {
		t.Errorf("%d messages were delivered, want 2", got)
	}
	if got := s.listener.total.Load(); got != 2 {
		t.Errorf("there were %d connections, want 2", got)
	}
}

func TestIdleConnectionIsClosed(t *testing.T) {
	t.Parallel()
	s := serve(t, smtp.StartTLS)
	m := mailer(t, s.config(t))
	m.SetIdleAfter(time.Millisecond)
	send(t, m, "one")
	eventually(t, "the idle connection is closed", func() bool { return s.listener.open.Load() == 0 })
	send(t, m, "two")
	if got := s.listener.total.Load(); got != 2 {
		t.Errorf("there were %d connections, want 2", got)
	}
}

func TestCloseClosesConnections(t *testing.T) {
	t.Parallel()
	s := serve(t, smtp.ImplicitTLS)
	m := mailer(t, s.config(t))
	send(t, m, "one")
	if err := m.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
	eventually(t, "the connection is closed", func() bool { return s.listener.open.Load() == 0 })
	if err := m.Send(t.Context(), newMessage(t, "two")); err == nil {
		t.Error("Send after Close returned nil")
	}
}

// TestSilentServer proves that a server that sends nothing delays no caller beyond its context.
func TestSilentServer(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	for _, url := range []string{"smtp://" + listener.Addr().String(), "smtps://" + listener.Addr().String()} {
		m := mailer(t, parse(t, url))
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		start := time.Now()
		err := m.Send(ctx, newMessage(t, "one"))
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Send returned %v, want context.DeadlineExceeded", err)
		}
		if took := time.Since(start); took > await.Limit(t) {
			t.Errorf("Send took %s, want its context's 50 ms", took)
		}
	}
}

// TestCancelDuringData proves that Send returns immediately when its context is cancelled, and that the mailer stays usable.
func TestCancelDuringData(t *testing.T) {
	t.Parallel()
	s := serve(t, smtp.StartTLS)
	m := mailer(t, s.config(t))
	send(t, m, "first")
	ctx, cancel := context.WithCancel(t.Context())
	release := make(chan struct{})
	s.setReply(func(verb string) error {
		if verb == "DATA" {
			cancel()
			<-release
		}
		return nil
	})
	err := m.Send(ctx, newMessage(t, "second"))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Send returned %v, want context.Canceled", err)
	}
	close(release)
	s.setReply(nil)
	send(t, m, "third")
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	s := serve(t, smtp.StartTLS)
	c := s.config(t)
	c.From = netmail.Address{Name: "Siriusys Ümläut", Address: "no-reply@mail.siriusys.com"}
	m := mailer(t, c)
	before := time.Now().Add(-2 * time.Second)
	send(t, m, "0198-job_7")
	got := parseMessage(t, s.delivered()[0].raw)
	for name, want := range map[string]string{
		"Message-ID":       "<0198-job_7@mail.siriusys.com>",
		"To":               "<Ada.Lovelace+tag@example.com>",
		"Subject":          "Reset your password",
		"Auto-Submitted":   "auto-generated",
		"Content-Language": "en",
		"MIME-Version":     "1.0",
		"User-Agent":       "",
		"X-Mailer":         "",
	} {
		if value := got.header.Get(name); value != want {
			t.Errorf("%s is %q, want %q", name, value, want)
		}
	}
	if from, err := got.header.AddressList("From"); err != nil || len(from) != 1 || *from[0] != c.From {
		t.Errorf("From is %v (%v), want %v", from, err, c.From)
	}
	if date, err := got.header.Date(); err != nil || date.Before(before) || date.After(time.Now()) {
		t.Errorf("Date is %v (%v), want now", date, err)
	}
	if types := strings.Join(got.types, ", "); types != "text/plain; charset=UTF-8, text/html; charset=UTF-8" {
		t.Errorf("the parts are %s", types)
	}
}

func TestSMTPUTF8OnlyWhereNeeded(t *testing.T) {
	t.Parallel()
	s := serve(t, smtp.StartTLS)
	m := mailer(t, s.config(t))
	for i, tt := range []struct {
		address, to string
		utf8        bool
	}{
		{"grete@example.com", "grete@example.com", false},
		{"grete@bücher.example", "grete@xn--bcher-kva.example", false},
		{"gräte@bücher.example", "gräte@xn--bcher-kva.example", true},
		{"grete@example.com", "grete@example.com", false},
	} {
		if err := m.Send(t.Context(), newMessageTo(t, fmt.Sprint(i), tt.address)); err != nil {
			t.Errorf("Send to %s: %v", tt.address, err)
			continue
		}
		got := s.delivered()[i]
		if got.to != tt.to || got.utf8 != tt.utf8 {
			t.Errorf("the message to %s was sent to %s with SMTPUTF8 %t, want %s with %t", tt.address, got.to, got.utf8, tt.to, tt.utf8)
		}
	}
}

func TestInvalidMessageIDs(t *testing.T) {
	t.Parallel()
	s := serve(t, smtp.NoTLS)
	m := mailer(t, s.config(t))
	for _, id := range []string{"", "a b", "a@b", "a>\r\nBcc: x@example.com\r\nX: <", "ä"} {
		if err := m.Send(t.Context(), newMessage(t, id)); err == nil {
			t.Errorf("Send accepted the ID %q", id)
		}
	}
	if got := len(s.delivered()); got != 0 {
		t.Errorf("%d messages were delivered, want none", got)
	}
}
