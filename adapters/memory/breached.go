package memory

import (
	"context"

	"github.com/siriusys/user-management-service/domain"
)

// Breached is a ports.BreachedPasswords of the passwords that it holds in clear.
type Breached map[string]bool

// Contains looks p up.
func (b Breached) Contains(ctx context.Context, p domain.Password) (bool, error) {
	return b[p.Clear()], ctx.Err()
}
