package memory

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// Mailer is a ports.Mailer that keeps the letters. Its zero value is ready.
type Mailer struct {
	mu   sync.Mutex
	sent []domain.Mail
	err  error
}

// Send keeps the letter, unless Fail has set an error.
func (m *Mailer) Send(ctx context.Context, letter domain.Mail) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("send a letter: %w", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return m.err
	}
	m.sent = append(m.sent, letter)
	return nil
}

// Sent returns the letters kept, oldest first.
func (m *Mailer) Sent() []domain.Mail {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.sent)
}

// Fail makes every Send return err from now on; nil ends that.
func (m *Mailer) Fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.err = err
}

var _ ports.Mailer = (*Mailer)(nil)
