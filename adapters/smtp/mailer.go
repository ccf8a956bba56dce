// Package smtp puts the letters of the service into words and hands them to a mail server, over TLS only. A few
// connections are kept open for bursts.
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
	dialTimeout = 10 * time.Second // to reach the server and agree on TLS
	sendTimeout = 30 * time.Second // for one letter, with the waiting for a connection
	idleTimeout = 10 * time.Second // after which an unused connection is closed
)

// errClosed is what Send returns after Close.
var errClosed = errors.New("the mailer is closed")

// Mailer is a ports.Mailer that speaks SMTP (RFC 5321). It is safe for concurrent use. Make it with New.
type Mailer struct {
	dialer dialer
	from   mail.Address
	// fromDomain ends every Message-ID.
	fromDomain string
	wording    wording
	idleAfter  time.Duration

	slots  chan struct{} // holds a token for each connection in use
	mu     sync.Mutex
	idle   []*connection // the one used last comes last
	closed bool
}

// New makes a mailer. It reads the CA file but does not call the server: a server that is down now may be up later.
func New(c Config) (*Mailer, error) {
	dialer, err := newDialer(c)
	if err != nil {
		return nil, err
	}
	from, err := domain.ParseEmail(c.From.Address)
	if err != nil {
		return nil, fmt.Errorf("the sender of the letters: %w", err)
	}
	if c.MaxConnections < 1 {
		return nil, errors.New("the mailer needs at least one connection")
	}
	return &Mailer{
		dialer:     dialer,
		from:       mail.Address{Name: c.From.Name, Address: envelopeAddress(from)},
		fromDomain: domainOf(from),
		wording:    wording{product: c.ProductName},
		idleAfter:  idleTimeout,
		slots:      make(chan struct{}, c.MaxConnections),
	}, nil
}

// Send keeps the contract of ports.Mailer. A 5xx reply to the letter is ports.ErrMailRefused; a 5xx reply to connecting,
// TLS or AUTH is not, since it is the configuration that is at fault and no letter should be lost to it. It takes 30 s at
// most. After Close it fails.
func (m *Mailer) Send(ctx context.Context, letter domain.Mail) error {
	msg, err := m.compose(letter)
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
	c, err := m.take()
	if err != nil {
		return err
	}
	if c != nil {
		err = m.sendOver(ctx, c, msg)
		if !errors.Is(err, errConnectionLost) || ctx.Err() != nil {
			return err
		}
	}
	// There was no open connection, or the server had dropped it meanwhile: that says nothing about the server now.
	if c, err = m.dialer.dial(ctx); err != nil {
		return err
	}
	return m.sendOver(ctx, c, msg)
}

// sendOver sends msg over c and keeps c for the next letter if all went well.
func (m *Mailer) sendOver(ctx context.Context, c *connection, msg message) error {
	reusable, err := c.send(ctx, msg)
	if reusable {
		m.keep(c)
	} else {
		c.abandon()
	}
	return err
}

// take returns an open connection, or nil if there is none.
func (m *Mailer) take() (*connection, error) {
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

func (m *Mailer) keep(c *connection) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		c.abandon()
		return
	}
	m.idle = append(m.idle, c)
	c.expiry = time.AfterFunc(m.idleAfter, func() { m.expire(c) })
}

func (m *Mailer) expire(c *connection) {
	if m.forget(c) {
		c.quit()
	}
}

// forget takes c out of the idle ones, unless a letter has taken it already.
func (m *Mailer) forget(c *connection) bool {
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

// Close takes leave of the server on the connections that lie idle; those in use are closed after their letter. It waits
// for neither the letters nor, longer than 2 s, for the server.
func (m *Mailer) Close() error {
	m.mu.Lock()
	idle := m.idle
	m.idle, m.closed = nil, true
	m.mu.Unlock()
	var leaving sync.WaitGroup
	for _, c := range idle {
		c.expiry.Stop()
		leaving.Go(c.quit)
	}
	leaving.Wait()
	return nil
}

var _ ports.Mailer = (*Mailer)(nil)
