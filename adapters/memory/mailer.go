package memory

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// Mailer is a ports.Mailer that stores the messages. Its zero value is ready.
type Mailer struct {
	mu   sync.Mutex
	sent []domain.Message
	err  error
}

// Send stores the message, unless Fail has set an error.
func (m *Mailer) Send(ctx context.Context, message domain.Message) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("send a message: %w", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return m.err
	}
	m.sent = append(m.sent, message)
	return nil
}

// Sent returns the stored messages, the oldest first.
func (m *Mailer) Sent() []domain.Message {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.sent)
}

// Fail makes every later Send return err. With nil, Send succeeds again.
func (m *Mailer) Fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.err = err
}

var _ ports.Mailer = (*Mailer)(nil)
