package main

import (
	"io"
	"log"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
)

// mailServer is a mail server that refuses commands, or lets messages wait for their reply.
type mailServer struct {
	url string

	mu sync.Mutex
	// refuse returns the reply to MAIL, RCPT and DATA; nil accepts all.
	refuse func(command string) *smtp.SMTPError
	// held are the messages that wait for their reply, in the order in which they came; nil if none wait.
	held     []*heldMessage
	isHeld   bool
	accepted []string // the Message-IDs, in order
}

type heldMessage struct {
	id      string
	release func()
}

// startMailServer starts a mail server that accepts everything, until the test ends.
func startMailServer(t *testing.T) *mailServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &mailServer{url: "smtp://" + listener.Addr().String() + "?tls=none"}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &mailSession{s}, nil }))
	server.Domain, server.ErrorLog = "localhost", log.New(io.Discard, "", 0)
	ended := make(chan struct{})
	go func() { defer close(ended); _ = server.Serve(listener) }()
	t.Cleanup(func() {
		s.releaseAll()
		_ = server.Close()
		_ = listener.Close()
		<-ended
	})
	return s
}

// setRefusal makes the server refuse a command, "MAIL", "RCPT" or "DATA", from now on; "" accepts all.
func (s *mailServer) setRefusal(command string, code int, enhanced smtp.EnhancedCode, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = func(got string) *smtp.SMTPError {
		if got != command {
			return nil
		}
		return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: text}
	}
}

// hold lets every message from now on wait for its reply.
func (s *mailServer) hold() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.isHeld = true
}

// waiting are the messages that came while the server held them.
func (s *mailServer) waiting() []*heldMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*heldMessage(nil), s.held...)
}

func (s *mailServer) releaseAll() {
	s.mu.Lock()
	s.isHeld = false
	s.mu.Unlock()
	for _, m := range s.waiting() {
		m.release()
	}
}

func (s *mailServer) delivered() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.accepted...)
}

func (s *mailServer) reply(command string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuse == nil {
		return nil
	}
	if refusal := s.refuse(command); refusal != nil {
		return refusal
	}
	return nil
}

// receive returns once the server replies.
func (s *mailServer) receive(id string) {
	s.mu.Lock()
	if s.isHeld {
		released := make(chan struct{})
		s.held = append(s.held, &heldMessage{id: id, release: sync.OnceFunc(func() { close(released) })})
		s.mu.Unlock()
		<-released
		s.mu.Lock()
	}
	s.accepted = append(s.accepted, id)
	s.mu.Unlock()
}

type mailSession struct{ server *mailServer }

func (s *mailSession) Mail(string, *smtp.MailOptions) error { return s.server.reply("MAIL") }
func (s *mailSession) Rcpt(string, *smtp.RcptOptions) error { return s.server.reply("RCPT") }
func (s *mailSession) Reset()                               {}
func (s *mailSession) Logout() error                        { return nil }

func (s *mailSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := s.server.reply("DATA"); err != nil {
		return err
	}
	message, err := mail.ReadMessage(strings.NewReader(string(raw)))
	if err != nil {
		return err
	}
	s.server.receive(message.Header.Get("Message-ID"))
	return nil
}
