// Package smtp composes the messages of the service and sends them to a mail server over TLS. Only a server on the loopback
// interface may do without TLS. A few connections stay open for bursts.
package smtp

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"sync"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

const (
	dialTimeout = 10 * time.Second // of connecting and of the TLS handshake
	sendTimeout = 30 * time.Second // of one message, including the wait for a connection
	idleTimeout = 10 * time.Second // of an unused connection
)

// errClosed is what Send returns after Close.
var errClosed = errors.New("the mailer is closed")

// Mailer is a ports.Mailer that speaks SMTP (RFC 5321). It is safe for concurrent use. Create it with New.
type Mailer struct {
	dialer dialer
	from   mail.Address
	// fromDomain ends every Message-ID.
	fromDomain  string
	productName string
	idleAfter   time.Duration

	slots  chan struct{} // contains a token for each connection in use
	mu     sync.Mutex
	idle   []*connection // the most recently used comes last
	closed bool
}

// New makes a mailer. It reads the CA file but does not connect to the server: a server that is down now may be up later.
func New(c Config) (*Mailer, error) {
	dialer, err := newDialer(c)
	if err != nil {
		return nil, err
	}
	from, err := domain.ParseEmail(c.From.Address)
	if err != nil {
		return nil, fmt.Errorf("parse the sender's email address: %w", err)
	}
	if c.MaxConnections < 1 {
		return nil, errors.New("the mailer needs at least one connection")
	}
	return &Mailer{
		dialer:      dialer,
		from:        mail.Address{Name: c.From.Name, Address: envelopeAddress(from)},
		fromDomain:  domainOf(from),
		productName: c.ProductName,
		idleAfter:   idleTimeout,
		slots:       make(chan struct{}, c.MaxConnections),
	}, nil
}

// Send implements ports.Mailer. A 5xx reply that concerns the recipient or the message is ports.ErrMessageRejected. One to
// connecting, TLS or AUTH, or about the sender, is not: it means that the configuration is wrong, and no message should be dropped
// because of that. Send takes 30 s at most. After Close it fails.
func (m *Mailer) Send(ctx context.Context, message domain.Message) error {
	msg, err := m.compose(message)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	select {
	case m.slots <- struct{}{}:
		defer func() { <-m.slots }()
	case <-ctx.Done():
		return fmt.Errorf("wait for a connection to the mail server: %w", ctx.Err())
	}
	c, err := m.popIdle()
	if err != nil {
		return err
	}
	if c != nil {
		err = m.sendOver(ctx, c, msg)
		if !errors.Is(err, errConnectionClosed) || ctx.Err() != nil {
			return err
		}
	}
	// There was no idle connection, or the server had closed it in the meantime, which says nothing about the server now.
	if c, err = m.dialer.dial(ctx); err != nil {
		return err
	}
	return m.sendOver(ctx, c, msg)
}

// sendOver sends msg over c and keeps c for the next message if c is still usable.
func (m *Mailer) sendOver(ctx context.Context, c *connection, msg composedMessage) error {
	reusable, err := c.send(ctx, msg)
	if reusable {
		m.pushIdle(c)
	} else {
		c.close()
	}
	return err
}

// popIdle returns the most recently used idle connection, or nil if there is none.
func (m *Mailer) popIdle() (*connection, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return nil, errClosed
	}
	if len(m.idle) == 0 {
		return nil, nil
	}
	last := len(m.idle) - 1
	c := m.idle[last]
	m.idle = m.idle[:last]
	c.expiry.Stop()
	return c, nil
}

func (m *Mailer) pushIdle(c *connection) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		c.close()
		return
	}
	m.idle = append(m.idle, c)
	c.expiry = time.AfterFunc(m.idleAfter, func() { m.expire(c) })
}

func (m *Mailer) expire(c *connection) {
	if m.removeIdle(c) {
		c.quit()
	}
}

// removeIdle reports whether c was still idle.
func (m *Mailer) removeIdle(c *connection) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, other := range m.idle {
		if other == c {
			m.idle = append(m.idle[:i], m.idle[i+1:]...)
			return true
		}
	}
	return false
}

// Close sends QUIT on the idle connections and closes them. Connections in use are closed after their message. Close does not
// wait for those messages, and waits 2 s at most for the server.
func (m *Mailer) Close() error {
	m.mu.Lock()
	idle := m.idle
	m.idle, m.closed = nil, true
	m.mu.Unlock()
	var quitting sync.WaitGroup
	for _, c := range idle {
		c.expiry.Stop()
		quitting.Go(c.quit)
	}
	quitting.Wait()
	return nil
}

var _ ports.Mailer = (*Mailer)(nil)
