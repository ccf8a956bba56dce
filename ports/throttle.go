package ports

import (
	"context"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// Throttle keeps count of what is limited, for all replicas together. Counts may be lost when the store crashes; what
// Disable said is not.
type Throttle interface {
	// Take counts one in each of the budgets, as domain.Budget.Take says, or in none if one of them is closed or disabled.
	// Of simultaneous takes no more are granted than the budgets allow. The scopes of one call must differ and come in the
	// same order in every call. No budgets are always granted.
	Take(ctx context.Context, budgets []domain.Budget, now time.Time) (domain.Allowance, error)
	// GiveBack takes back one in each budget, for what did not happen after all. A budget below its limit opens again.
	GiveBack(ctx context.Context, budgets []domain.Budget) error
	// Forgive ends the row of those budgets that count what happens in a row, and takes back one in each of the others.
	Forgive(ctx context.Context, budgets []domain.Budget) error
	// Disable closes a budget that has a DisableAt until Restore, durably. Twice is no error.
	Disable(ctx context.Context, b domain.Budget, now time.Time) error
	// Restore forgets every wrong password of an address, under whichever of its indexes and from whichever device, and undoes
	// Disable.
	Restore(ctx context.Context, address domain.EmailIndexes) error
	// RemoveForgotten removes at most limit counts that were forgotten before the given time, and says how many.
	RemoveForgotten(ctx context.Context, before time.Time, limit int) (int, error)
}
