//go:build faults

package faults

import (
	"cmp"
	"io"
	"log"
	"net"
	netmail "net/mail"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
)

// mailServer keeps what it accepts, and can wait before its replies.
type mailServer struct {
	url    string
	accept func(message)

	mu       sync.Mutex
	messages []message
	// beforeMail and afterData are called before the reply to MAIL, and after a message was stored, before the reply to it.
	beforeMail, afterData func()
}

type message struct{ id, to, link string }

func newMailServer(t *testing.T) *mailServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m := &mailServer{}
	server := m.serve(listener, m.keep)
	t.Cleanup(func() { _ = server.Close() })
	return m
}

// serve serves until the server that it returns is closed.
func (m *mailServer) serve(listener net.Listener, accept func(message)) *smtp.Server {
	m.url, m.accept = "smtp://"+listener.Addr().String()+"?tls=none", accept
	m.hook(func() {}, func() {})
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &mailSession{server: m}, nil }))
	server.Domain, server.ErrorLog = "localhost", log.New(io.Discard, "", 0)
	go func() { _ = server.Serve(listener) }()
	return server
}

func (m *mailServer) keep(got message) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.messages = append(m.messages, got)
}

// hook replaces both functions.
func (m *mailServer) hook(beforeMail, afterData func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.beforeMail, m.afterData = beforeMail, afterData
}

// to are the messages to an email address.
func (m *mailServer) to(email string) (found []message) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, got := range m.messages {
		if got.to == email {
			found = append(found, got)
		}
	}
	return found
}

// link waits for a link to an email address after the first n messages, and returns the newest one. Other messages, such as the notice
// of a reset before, may come between.
func (m *mailServer) link(t *testing.T, email string, n int) (newest string) {
	t.Helper()
	eventually(t, "a link arrives", func() bool {
		all := m.to(email)
		for _, got := range all[min(n, len(all)):] {
			newest = cmp.Or(got.link, newest)
		}
		return newest != ""
	})
	return newest
}

type mailSession struct {
	server *mailServer
	to     string
}

func (s *mailSession) Mail(string, *smtp.MailOptions) error {
	s.server.mu.Lock()
	wait := s.server.beforeMail
	s.server.mu.Unlock()
	wait()
	return nil
}

func (s *mailSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	return nil
}

var link = regexp.MustCompile(`#token=([A-Za-z0-9_-]+)`)

func (s *mailSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	parsed, err := netmail.ReadMessage(strings.NewReader(string(raw)))
	if err != nil {
		return err
	}
	got := message{id: parsed.Header.Get("Message-ID"), to: s.to}
	// The body is quoted-printable.
	if found := link.FindStringSubmatch(strings.NewReplacer("=\r\n", "", "=3D", "=").Replace(string(raw))); found != nil {
		got.link = found[1]
	}
	s.server.accept(got)
	s.server.mu.Lock()
	wait := s.server.afterData
	s.server.mu.Unlock()
	wait()
	return nil
}

func (s *mailSession) Reset()        {}
func (s *mailSession) Logout() error { return nil }
