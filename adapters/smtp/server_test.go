package smtp_test

import (
	"cmp"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/emersion/go-sasl"
	server "github.com/emersion/go-smtp"

	"github.com/siriusys/user-management-service/adapters/smtp"
)

const (
	testUser     = "mail-user@example.net"
	testPassword = "s3cret/p@ss word"
)

// delivery is a message as the server received it.
type delivery struct {
	to   string
	utf8 bool // SMTPUTF8 was set in the envelope
	raw  string
}

// testServer is a mail server with TLS and AUTH that can be made to fail.
type testServer struct {
	authority *authority
	security  smtp.Security
	listener  *countingListener

	mu         sync.Mutex
	deliveries []delivery
	// reply, if set, returns the reply to each AUTH, MAIL, RCPT (with the address) and DATA.
	reply func(command string) error
	// commands are those that the server's sessions received.
	commands []string
}

// serve starts a server that protects its connections with security and requires the test user, unless there is no TLS.
func serve(t *testing.T, security smtp.Security, change ...func(*server.Server)) *testServer {
	t.Helper()
	s := &testServer{authority: newAuthority(t), security: security}
	srv := server.NewServer(server.BackendFunc(func(*server.Conn) (server.Session, error) { return &testSession{server: s}, nil }))
	srv.Domain = "localhost"
	srv.EnableSMTPUTF8 = true
	srv.ErrorLog = log.New(io.Discard, "", 0)
	if security != smtp.NoTLS {
		srv.TLSConfig = s.authority.serverConfig(t)
	}
	for _, c := range change {
		c(srv)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.listener = &countingListener{Listener: listener}
	listener = s.listener
	if security == smtp.ImplicitTLS {
		listener = tls.NewListener(listener, srv.TLSConfig)
	}
	stopped := make(chan struct{})
	go func() { defer close(stopped); _ = srv.Serve(listener) }()
	t.Cleanup(func() {
		_ = srv.Close()
		_ = listener.Close()
		<-stopped
	})
	return s
}

// config returns the configuration for the server, with valid credentials and authority.
func (s *testServer) config(t *testing.T) smtp.Config {
	t.Helper()
	return parse(t, s.url())
}

func (s *testServer) url() string {
	u := url.URL{Scheme: "smtp", Host: s.listener.Addr().String()}
	if s.security == smtp.NoTLS {
		u.RawQuery = "tls=none"
		return u.String()
	}
	if s.security == smtp.ImplicitTLS {
		u.Scheme = "smtps"
	}
	u.User = url.UserPassword(testUser, testPassword)
	u.RawQuery = url.Values{"ca": {s.authority.file}}.Encode()
	return u.String()
}

func parse(t *testing.T, rawURL string) smtp.Config {
	t.Helper()
	c, err := smtp.ParseURL(rawURL)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// mailer returns a mailer for c. It is closed at the end of the test.
func mailer(t *testing.T, c smtp.Config) *smtp.Mailer {
	t.Helper()
	m, err := smtp.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return m
}

func (s *testServer) delivered() []delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]delivery(nil), s.deliveries...)
}

func (s *testServer) setReply(reply func(command string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reply = reply
}

// received reports whether any session received the command.
func (s *testServer) received(command string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Contains(strings.Join(s.commands, " "), command)
}

func (s *testServer) receive(command string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.commands = append(s.commands, command)
	if s.reply == nil {
		return nil
	}
	return s.reply(command)
}

type testSession struct {
	server        *testServer
	authenticated bool
	current       delivery
}

func (s *testSession) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *testSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if err := s.server.receive("AUTH"); err != nil {
			return err
		}
		if user != testUser || password != testPassword {
			return &server.SMTPError{Code: 535, EnhancedCode: server.EnhancedCode{5, 7, 8}, Message: "no " + user + " with " + password}
		}
		s.authenticated = true
		return nil
	}), nil
}

func (s *testSession) Mail(_ string, opts *server.MailOptions) error {
	if !s.authenticated && s.server.security != smtp.NoTLS {
		return server.ErrAuthRequired
	}
	s.current.utf8 = opts.UTF8
	return s.server.receive("MAIL")
}

func (s *testSession) Rcpt(to string, _ *server.RcptOptions) error {
	s.current.to = to
	return s.server.receive("RCPT " + to)
}

func (s *testSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := s.server.receive("DATA"); err != nil {
		return err
	}
	s.current.raw = string(raw)
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.deliveries = append(s.server.deliveries, s.current)
	return nil
}

func (s *testSession) Reset()        { s.current = delivery{} }
func (s *testSession) Logout() error { return nil }

// reject replies with an error to one command, in a text that quotes the address, as servers do.
func reject(rejected string, code int, enhanced server.EnhancedCode, text string) func(string) error {
	return func(command string) error {
		if !strings.HasPrefix(command, rejected) {
			return nil
		}
		return &server.SMTPError{Code: code, EnhancedCode: enhanced, Message: "<Ada.Lovelace+tag@example.com>: " + cmp.Or(text, "not here")}
	}
}

// countingListener counts its connections and can cut them.
type countingListener struct {
	net.Listener
	total atomic.Int64
	most  atomic.Int64 // open concurrently
	open  atomic.Int64
	mu    sync.Mutex
	conns []net.Conn
}

func (l *countingListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.total.Add(1)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.most.Store(max(l.most.Load(), l.open.Add(1)))
	counted := &countedConn{Conn: conn, listener: l}
	l.conns = append(l.conns, counted)
	return counted, nil
}

// cut closes every connection, as a server does that restarts.
func (l *countingListener) cut() {
	l.mu.Lock()
	conns := l.conns
	l.conns = nil
	l.mu.Unlock()
	for _, c := range conns {
		_ = c.Close()
	}
}

type countedConn struct {
	net.Conn
	listener *countingListener
	once     sync.Once
}

func (c *countedConn) Close() error {
	c.once.Do(func() { c.listener.open.Add(-1) })
	err := c.Conn.Close()
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
