package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"regexp"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emersion/go-smtp"
)

// mailSink is a mail server that accepts every message and stores only the token of the link in it.
type mailSink struct {
	server   *smtp.Server
	url      string
	received atomic.Int64 // messages so far

	mu     sync.Mutex
	tokens map[string]string // by recipient, of the latest message with a link
	gate   sync.RWMutex      // locked for writing while deliveries are paused
}

func startMailSink(ctx context.Context) (*mailSink, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &mailSink{url: "smtp://" + listener.Addr().String() + "?tls=none", tokens: map[string]string{}}
	s.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &delivery{sink: s}, nil }))
	s.server.Domain = "localhost"
	s.server.EnableSMTPUTF8 = true
	s.server.ErrorLog = log.New(io.Discard, "", 0) // clients may close connections at any time
	go func() { _ = s.server.Serve(listener) }()   // until close
	return s, nil
}

func (s *mailSink) close() error { return s.server.Close() }

// pause makes every delivery wait until resume, like a mail server that is slow to reply.
func (s *mailSink) pause()  { s.gate.Lock() }
func (s *mailSink) resume() { s.gate.Unlock() }

// awaitTokens waits for a message with a link to each email address and returns the links' tokens in that order.
func (s *mailSink) awaitTokens(ctx context.Context, emails []string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	found := make([]string, len(emails))
	for i, email := range emails {
		for {
			s.mu.Lock()
			token, ok := s.tokens[email]
			delete(s.tokens, email)
			s.mu.Unlock()
			if found[i] = token; ok {
				break
			}
			select {
			case <-ctx.Done():
				return nil, fmt.Errorf("wait for messages, %d of %d received: %w", i, len(emails), ctx.Err())
			case <-time.After(5 * time.Millisecond):
			}
		}
	}
	return found, nil
}

// delivery is one connection of a client.
type delivery struct {
	sink      *mailSink
	recipient string
	message   bytes.Buffer
}

func (*delivery) Mail(string, *smtp.MailOptions) error { return nil }

func (d *delivery) Rcpt(to string, _ *smtp.RcptOptions) error {
	d.recipient = to
	return nil
}

func (d *delivery) Data(r io.Reader) error {
	d.message.Reset()
	if _, err := d.message.ReadFrom(r); err != nil {
		return err
	}
	d.sink.gate.RLock()
	defer d.sink.gate.RUnlock()
	if token := findToken(d.message.Bytes()); token != "" {
		d.sink.mu.Lock()
		d.sink.tokens[d.recipient] = token
		d.sink.mu.Unlock()
	}
	d.sink.received.Add(1)
	return nil
}

func (*delivery) Reset()        {}
func (*delivery) Logout() error { return nil }

var link = regexp.MustCompile(`#token=([\w-]+)`)

// findToken returns the token of a message's link. The body is quoted-printable (RFC 2045, section 6.7).
func findToken(message []byte) string {
	plain := bytes.ReplaceAll(bytes.ReplaceAll(message, []byte("=\r\n"), nil), []byte("=3D"), []byte("="))
	if match := link.FindSubmatch(plain); match != nil {
		return string(match[1])
	}
	return ""
}

var _ smtp.Session = (*delivery)(nil)
