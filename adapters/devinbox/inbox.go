// Package devinbox is the mail server for development. It accepts every message, forwards none and shows them on a page.
package devinbox

import (
	"context"
	"crypto/tls"
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
	capacity        = 500     // messages kept; the oldest are removed first
	maxMessageBytes = 1 << 20 // of one message
	maxRecipients   = 10      // of one message
	idleConnection  = time.Minute
)

// Message is a message that was delivered.
type Message struct {
	ID         string    `json:"id"`
	To         string    `json:"to"`
	Subject    string    `json:"subject"`
	Text       string    `json:"text"`
	HTML       string    `json:"html"`
	ReceivedAt time.Time `json:"received_at"`

	// MessageID is the Message-ID header without angle brackets.
	MessageID string `json:"-"`
}

// Inbox is an SMTP server and the messages that it has accepted. Create it with Start or StartTLS.
type Inbox struct {
	mu       sync.Mutex
	address  string
	tls      *tls.Config  // nil for plaintext
	server   *smtp.Server // nil while the inbox does not listen
	listener net.Listener
	done     chan struct{} // closed once the server has stopped
	messages []Message     // oldest first
	counter  int
	refusal  *smtp.SMTPError // the reply to every recipient, if set
}

// Start listens on addr; "127.0.0.1:0" selects a free port. It requires a loopback address, because the server accepts
// messages without TLS or authentication.
func Start(addr string) (*Inbox, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("listen for mail: %w", err)
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return nil, errors.New("listen for mail: the development inbox listens on a loopback address only")
	}
	return started(&Inbox{address: addr})
}

// StartTLS listens on addr, which need not be a loopback address, and accepts only connections that begin with TLS.
func StartTLS(addr string, config *tls.Config) (*Inbox, error) {
	return started(&Inbox{address: addr, tls: config})
}

func started(inbox *Inbox) (*Inbox, error) {
	if err := inbox.Resume(); err != nil {
		return nil, err
	}
	return inbox, nil
}

// Resume listens on the same address again after Close. It does nothing if the inbox is listening.
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
	if i.tls != nil {
		listener = tls.NewListener(listener, i.tls)
	}
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
	server.MaxMessageBytes = maxMessageBytes
	server.MaxRecipients = maxRecipients
	server.ReadTimeout, server.WriteTimeout = idleConnection, idleConnection
	server.EnableSMTPUTF8 = true
	server.ErrorLog = log.New(io.Discard, "", 0) // broken connections are not worth a log message
	return server
}

// Close stops listening and closes every connection, like a mail server that goes down. The messages stay.
func (i *Inbox) Close() error {
	i.mu.Lock()
	server, listener, done := i.server, i.listener, i.done
	i.server = nil
	i.mu.Unlock()
	if server == nil {
		return nil
	}
	err := errors.Join(server.Close(), listener.Close()) // the server closes the listener only once Serve has begun
	<-done
	if err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("stop listening for mail: %w", err)
	}
	return nil
}

// URL is the URL of the server in the form that smtp.ParseURL reads.
func (i *Inbox) URL() string {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.tls != nil {
		return "smtps://" + i.address
	}
	return "smtp://" + i.address + "?tls=none"
}

// Refuse makes the server refuse every recipient with an SMTP reply code, 400 to 599, and text.
func (i *Inbox) Refuse(code int, text string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.refusal = &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 0, 0}, Message: text}
}

// Accept makes the server accept recipients again after Refuse.
func (i *Inbox) Accept() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.refusal = nil
}

// Messages returns the messages, newest first.
func (i *Inbox) Messages() []Message {
	i.mu.Lock()
	defer i.mu.Unlock()
	messages := slices.Clone(i.messages)
	slices.Reverse(messages)
	return messages
}

// Empty deletes all messages.
func (i *Inbox) Empty() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.messages = nil
}

// message returns the message with the given ID.
func (i *Inbox) message(id string) (Message, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	n := slices.IndexFunc(i.messages, func(m Message) bool { return m.ID == id })
	if n < 0 {
		return Message{}, false
	}
	return i.messages[n], true
}

func (i *Inbox) add(m Message) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.counter++
	m.ID = strconv.Itoa(i.counter)
	m.ReceivedAt = time.Now().UTC()
	i.messages = append(i.messages, m)
	if len(i.messages) > capacity {
		i.messages = slices.Delete(i.messages, 0, len(i.messages)-capacity)
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
	m, err := parseMessage(r)
	if err != nil {
		return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: err.Error()}
	}
	for _, to := range s.to {
		m.To = to
		s.inbox.add(m)
	}
	return nil
}

func (s *session) Reset() { s.to = nil }

func (s *session) Logout() error { return nil }
