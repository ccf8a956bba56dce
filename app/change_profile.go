package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// profileAttempts is how often a change starts over because a concurrent one was stored first.
const profileAttempts = 5

// ChangeProfile changes name or residence and returns the changed user. Concurrent changes of different parts all take
// effect. Errors: domain.ErrInvalidAccessToken; domain.Errors; domain.ErrBusy if a concurrent change came first at each
// attempt.
func (a *Accounts) ChangeProfile(ctx context.Context, c domain.Caller, change domain.ProfileChange) (domain.User, error) {
	for range profileAttempts {
		u, err := a.ReadProfile(ctx, c)
		if err != nil {
			return domain.User{}, err
		}
		changed, err := u.ChangeProfile(change, a.now())
		if err != nil {
			return domain.User{}, err
		}
		err = a.store.Repos().Accounts.ChangeProfile(ctx, changed)
		if err == nil {
			changed.Version++ // as the store did
			return changed, nil
		}
		if !errors.Is(err, ports.ErrConflict) {
			return domain.User{}, fmt.Errorf("store a profile: %w", err)
		}
	}
	return domain.User{}, domain.ErrBusy
}
