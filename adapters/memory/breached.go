package memory

import (
	"context"

	"github.com/siriusys/user-management-service/domain"
)

// Breached is a ports.BreachedPasswords that contains passwords in clear.
type Breached map[string]bool

// Contains reports whether b contains p.
func (b Breached) Contains(ctx context.Context, p domain.Password) (bool, error) {
	return b[p.Clear()], ctx.Err()
}
