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

// mailSink is a mail server that takes every letter and keeps none, only the token of the link in it.
type mailSink struct {
	server *smtp.Server
	url    string
	taken  atomic.Int64 // letters so far

	mu     sync.Mutex
	tokens map[string]string // by recipient, of the newest letter with a link
	gate   sync.RWMutex      // held for writing while no letter is to be taken
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
	s.server.ErrorLog = log.New(io.Discard, "", 0) // a client that hangs up is no news
	go func() { _ = s.server.Serve(listener) }()   // until close
	return s, nil
}

func (s *mailSink) close() error { return s.server.Close() }

// hold makes every delivery wait, as at a mail server that is slow to answer, until release.
func (s *mailSink) hold()    { s.gate.Lock() }
func (s *mailSink) release() { s.gate.Unlock() }

// collect waits for a letter with a link to each address and returns the links' tokens in that order.
func (s *mailSink) collect(ctx context.Context, addresses []string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	found := make([]string, len(addresses))
	for i, address := range addresses {
		for {
			s.mu.Lock()
			token, ok := s.tokens[address]
			delete(s.tokens, address)
			s.mu.Unlock()
			if found[i] = token; ok {
				break
			}
			select {
			case <-ctx.Done():
				return nil, fmt.Errorf("wait for letters, %d of %d came: %w", i, len(addresses), ctx.Err())
			case <-time.After(5 * time.Millisecond):
			}
		}
	}
	return found, nil
}

// delivery is one connection of a client.
type delivery struct {
	sink *mailSink
	to   string
	read bytes.Buffer
}

func (*delivery) Mail(string, *smtp.MailOptions) error { return nil }

func (d *delivery) Rcpt(to string, _ *smtp.RcptOptions) error {
	d.to = to
	return nil
}

func (d *delivery) Data(r io.Reader) error {
	d.read.Reset()
	if _, err := d.read.ReadFrom(r); err != nil {
		return err
	}
	d.sink.gate.RLock()
	defer d.sink.gate.RUnlock()
	if token := tokenIn(d.read.Bytes()); token != "" {
		d.sink.mu.Lock()
		d.sink.tokens[d.to] = token
		d.sink.mu.Unlock()
	}
	d.sink.taken.Add(1)
	return nil
}

func (*delivery) Reset()        {}
func (*delivery) Logout() error { return nil }

var link = regexp.MustCompile(`#token=([\w-]+)`)

// tokenIn finds the token of a letter's link; the body is quoted-printable (RFC 2045, section 6.7).
func tokenIn(letter []byte) string {
	plain := bytes.ReplaceAll(bytes.ReplaceAll(letter, []byte("=\r\n"), nil), []byte("=3D"), []byte("="))
	if match := link.FindSubmatch(plain); match != nil {
		return string(match[1])
	}
	return ""
}

var _ smtp.Session = (*delivery)(nil)
