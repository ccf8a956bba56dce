// Package devinbox is the mail server of development: it takes every letter, forwards none, and shows them on a page.
package devinbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

const (
	capacity       = 500     // letters kept; the oldest go first
	maxLetterBytes = 1 << 20 // of one letter
	maxRecipients  = 10      // of one letter
	idleConnection = time.Minute
)

// Letter is a letter that was delivered.
type Letter struct {
	ID         string    `json:"id"`
	To         string    `json:"to"`
	Subject    string    `json:"subject"`
	Text       string    `json:"text"`
	HTML       string    `json:"html"`
	ReceivedAt time.Time `json:"received_at"`

	// MessageID is that of the letter's header, without angle brackets.
	MessageID string `json:"-"`
}

// Inbox is an SMTP server on the loopback interface and the letters that it took. Make it with Start.
type Inbox struct {
	mu       sync.Mutex
	address  string
	server   *smtp.Server // nil while it does not listen
	listener net.Listener
	done     chan struct{} // closed once the server has stopped
	letters  []Letter      // oldest first
	counter  int
	refusal  *smtp.SMTPError // the answer to every recipient, if set
}

// Start listens on addr, "127.0.0.1:0" for any free port. It refuses an address that is not loopback, since it takes mail
// from anybody without TLS.
func Start(addr string) (*Inbox, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("listen for mail: %w", err)
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return nil, errors.New("listen for mail: the development inbox listens on a loopback address only")
	}
	inbox := &Inbox{address: addr}
	if err := inbox.Resume(); err != nil {
		return nil, err
	}
	return inbox, nil
}

// Resume listens again, on the same address, after Close. It does nothing on an inbox that listens.
func (i *Inbox) Resume() error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.server != nil {
		return nil
	}
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", i.address)
	if err != nil {
		return fmt.Errorf("listen for mail: %w", err)
	}
	i.address = listener.Addr().String()
	i.server, i.listener, i.done = i.newServer(), listener, make(chan struct{})
	go func(server *smtp.Server, done chan struct{}) {
		defer close(done)
		_ = server.Serve(listener) // ends when Close closes the listener
	}(i.server, i.done)
	return nil
}

func (i *Inbox) newServer() *smtp.Server {
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) {
		return &session{inbox: i}, nil
	}))
	server.Domain = "localhost"
	server.MaxMessageBytes = maxLetterBytes
	server.MaxRecipients = maxRecipients
	server.ReadTimeout, server.WriteTimeout = idleConnection, idleConnection
	server.EnableSMTPUTF8 = true
	server.ErrorLog = log.New(io.Discard, "", 0) // a client that hangs up is no news
	return server
}

// Close stops listening and drops every connection, as when a mail server goes down. The letters stay.
func (i *Inbox) Close() error {
	i.mu.Lock()
	server, listener, done := i.server, i.listener, i.done
	i.server = nil
	i.mu.Unlock()
	if server == nil {
		return nil
	}
	err := errors.Join(server.Close(), listener.Close()) // the server does not know of the listener before it runs
	<-done
	if err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("stop listening for mail: %w", err)
	}
	return nil
}

// URL is the address of the server in the form that smtp.ParseURL reads.
func (i *Inbox) URL() string {
	i.mu.Lock()
	defer i.mu.Unlock()
	return "smtp://" + i.address + "?tls=none"
}

// Refuse answers every recipient from now on with an SMTP code, 400 to 599, and text.
func (i *Inbox) Refuse(code int, text string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.refusal = &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 0, 0}, Message: text}
}

// Accept ends what Refuse began.
func (i *Inbox) Accept() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.refusal = nil
}

// Letters are the letters kept, newest first.
func (i *Inbox) Letters() []Letter {
	i.mu.Lock()
	defer i.mu.Unlock()
	letters := slices.Clone(i.letters)
	slices.Reverse(letters)
	return letters
}

// Empty throws all letters away.
func (i *Inbox) Empty() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.letters = nil
}

// letter returns the letter with the given ID.
func (i *Inbox) letter(id string) (Letter, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	n := slices.IndexFunc(i.letters, func(l Letter) bool { return l.ID == id })
	if n < 0 {
		return Letter{}, false
	}
	return i.letters[n], true
}

func (i *Inbox) add(l Letter) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.counter++
	l.ID = strconv.Itoa(i.counter)
	l.ReceivedAt = time.Now().UTC()
	i.letters = append(i.letters, l)
	if len(i.letters) > capacity {
		i.letters = slices.Delete(i.letters, 0, len(i.letters)-capacity)
	}
}

func (i *Inbox) currentRefusal() error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.refusal == nil {
		return nil
	}
	return i.refusal
}

// session is one connection of a client.
type session struct {
	inbox *Inbox
	to    []string
}

func (s *session) Mail(string, *smtp.MailOptions) error { return nil }

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if err := s.inbox.currentRefusal(); err != nil {
		return err
	}
	s.to = append(s.to, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	l, err := parseLetter(r)
	if err != nil {
		return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: err.Error()}
	}
	for _, to := range s.to {
		l.To = to
		s.inbox.add(l)
	}
	return nil
}

func (s *session) Reset() { s.to = nil }

func (s *session) Logout() error { return nil }
