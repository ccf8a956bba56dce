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
		Delivered: func(t *testing.T) []porttest.DeliveredLetter {
			var letters []porttest.DeliveredLetter
			for _, r := range s.delivered() {
				l := readLetter(t, r.raw)
				letters = append(letters, porttest.DeliveredLetter{To: r.to, MessageID: l.header.Get("Message-ID"), Text: l.text})
			}
			return letters
		},
		RefuseForGood: func(*testing.T) {
			s.answer(refuse("RCPT", 550, server.EnhancedCode{5, 1, 1}))
		},
		RefuseForNow: func(*testing.T) {
			s.answer(refuse("RCPT", 451, server.EnhancedCode{4, 3, 2}))
		},
		Accept: func(*testing.T) { s.answer(nil) },
	}
}

// letter is a letter to send where it does not matter which.
func letter(t *testing.T, id string) domain.Mail {
	t.Helper()
	return letterTo(t, id, "Ada.Lovelace+tag@example.com")
}

func letterTo(t *testing.T, id, address string) domain.Mail {
	t.Helper()
	to, err := domain.ParseEmail(address)
	if err != nil {
		t.Fatal(err)
	}
	return domain.Mail{
		ID: id, Template: domain.MailPasswordReset, To: to, At: time.Date(2026, 11, 7, 15, 5, 0, 0, time.FixedZone("CET", 3600)),
		Link: "https://accounts.example.com/pages/password-reset#token=aB-_9", LinkLifetime: 30 * time.Minute,
	}
}

func send(t *testing.T, m *smtp.Mailer, id string) {
	t.Helper()
	if err := m.Send(t.Context(), letter(t, id)); err != nil {
		t.Fatalf("Send: %v", err)
	}
}

// eventually waits until done, for 10 s at most.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("waited 10 s in vain: %s", what)
		}
	}
}

func TestBurstGoesOverOneConnection(t *testing.T) {
	t.Parallel()
	s := serve(t, smtp.StartTLS)
	m := mailer(t, s.config(t))
	for i := range 10 {
		send(t, m, fmt.Sprint(i))
	}
	if got := s.listener.total.Load(); got != 1 {
		t.Errorf("10 letters took %d connections, want 1", got)
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
		l := letter(t, fmt.Sprint(i))
		go func() { errs <- m.Send(t.Context(), l) }()
	}
	for range 30 {
		if err := <-errs; err != nil {
			t.Errorf("Send: %v", err)
		}
	}
	if most, total := s.listener.most.Load(), s.listener.total.Load(); most > 3 || total > 3 {
		t.Errorf("30 letters at once took %d connections, %d at once, want 3 at most", total, most)
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
		t.Errorf("%d letters were delivered, want 2", got)
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
	eventually(t, "the idle connection closes", func() bool { return s.listener.open.Load() == 0 })
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
	eventually(t, "the connection closes", func() bool { return s.listener.open.Load() == 0 })
	if err := m.Send(t.Context(), letter(t, "two")); err == nil {
		t.Error("Send after Close returned nil")
	}
}

// TestSilentServer proves that a server that says nothing holds up no caller beyond its context.
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
		err := m.Send(ctx, letter(t, "one"))
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Send returned %v, want context.DeadlineExceeded", err)
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("Send took %s, want its context's 50 ms", took)
		}
	}
}

// TestCancelInTheMiddle proves that a cancelled letter ends at once, and that the mailer goes on.
func TestCancelInTheMiddle(t *testing.T) {
	t.Parallel()
	s := serve(t, smtp.StartTLS)
	m := mailer(t, s.config(t))
	send(t, m, "first")
	ctx, cancel := context.WithCancel(t.Context())
	release := make(chan struct{})
	s.answer(func(verb string) error {
		if verb == "DATA" {
			cancel()
			<-release
		}
		return nil
	})
	err := m.Send(ctx, letter(t, "second"))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Send returned %v, want context.Canceled", err)
	}
	close(release)
	s.answer(nil)
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
	l := readLetter(t, s.delivered()[0].raw)
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
		if got := l.header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if from, err := l.header.AddressList("From"); err != nil || len(from) != 1 || *from[0] != c.From {
		t.Errorf("From is %v (%v), want %v", from, err, c.From)
	}
	if date, err := l.header.Date(); err != nil || date.Before(before) || date.After(time.Now()) {
		t.Errorf("Date is %v (%v), want now", date, err)
	}
	if got := strings.Join(l.types, ", "); got != "text/plain; charset=UTF-8, text/html; charset=UTF-8" {
		t.Errorf("the parts are %s", got)
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
		if err := m.Send(t.Context(), letterTo(t, fmt.Sprint(i), tt.address)); err != nil {
			t.Errorf("Send to %s: %v", tt.address, err)
			continue
		}
		got := s.delivered()[i]
		if got.to != tt.to || got.utf8 != tt.utf8 {
			t.Errorf("the letter to %s went to %s with SMTPUTF8 %t, want %s with %t", tt.address, got.to, got.utf8, tt.to, tt.utf8)
		}
	}
}

func TestIDThatIsNoMessageID(t *testing.T) {
	t.Parallel()
	s := serve(t, smtp.NoTLS)
	m := mailer(t, s.config(t))
	for _, id := range []string{"", "a b", "a@b", "a>\r\nBcc: x@example.com\r\nX: <", "ä"} {
		if err := m.Send(t.Context(), letter(t, id)); err == nil {
			t.Errorf("Send took the ID %q", id)
		}
	}
	if got := len(s.delivered()); got != 0 {
		t.Errorf("%d letters were delivered, want none", got)
	}
}
