package smtp_test

import (
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

// received is a letter as it came over the wire.
type received struct {
	to   string
	utf8 bool // the envelope asked for SMTPUTF8
	raw  string
}

// testServer is a mail server with TLS and AUTH that can be made to fail.
type testServer struct {
	authority *authority
	security  smtp.Security
	listener  *countingListener

	mu      sync.Mutex
	letters []received
	// reply, if set, is asked for the answer to each AUTH, MAIL, RCPT (with the address) and DATA.
	reply func(verb string) error
	// spoken holds the verbs that reached the server's sessions.
	spoken []string
}

// serve starts a server that protects its connections as security says and wants the test user unless there is no TLS.
// change may spoil it.
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

// config points at the server with the right credentials and authority.
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

// mailer makes a mailer for c that is closed at the end of the test.
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

func (s *testServer) delivered() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]received(nil), s.letters...)
}

func (s *testServer) answer(reply func(verb string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reply = reply
}

// heard reports whether any session heard verb.
func (s *testServer) heard(verb string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Contains(strings.Join(s.spoken, " "), verb)
}

func (s *testServer) hear(verb string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spoken = append(s.spoken, verb)
	if s.reply == nil {
		return nil
	}
	return s.reply(verb)
}

type testSession struct {
	server        *testServer
	authenticated bool
	letter        received
}

func (s *testSession) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *testSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if err := s.server.hear("AUTH"); err != nil {
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
	s.letter.utf8 = opts.UTF8
	return s.server.hear("MAIL")
}

func (s *testSession) Rcpt(to string, _ *server.RcptOptions) error {
	s.letter.to = to
	return s.server.hear("RCPT " + to)
}

func (s *testSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := s.server.hear("DATA"); err != nil {
		return err
	}
	s.letter.raw = string(raw)
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.letters = append(s.server.letters, s.letter)
	return nil
}

func (s *testSession) Reset()        { s.letter = received{} }
func (s *testSession) Logout() error { return nil }

// refuse answers one verb with a reply that quotes the address, as servers do.
func refuse(verb string, code int, enhanced server.EnhancedCode) func(string) error {
	return func(heard string) error {
		if !strings.HasPrefix(heard, verb) {
			return nil
		}
		return &server.SMTPError{Code: code, EnhancedCode: enhanced, Message: "<Ada.Lovelace+tag@example.com>: not here"}
	}
}

// countingListener knows its connections and can cut them.
type countingListener struct {
	net.Listener
	total atomic.Int64
	most  atomic.Int64 // open at once
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

// cut drops every connection, as a server that restarts does.
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
