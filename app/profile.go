package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// Profile returns the signed-in user. Errors: domain.ErrInvalidAccessToken.
func (a *App) Profile(ctx context.Context, c domain.Caller) (domain.User, error) {
	u, err := a.Store.Repos().Sessions.User(ctx, c, a.Now())
	if err != nil {
		return domain.User{}, lost(err, domain.ErrInvalidAccessToken)
	}
	return u, nil
}

// profileAttempts is how often a change starts over because another one was faster.
const profileAttempts = 5

// ChangeProfile changes name or residence and returns the user as it then is. Changes of different parts made at once all
// take effect. Errors: domain.ErrInvalidAccessToken; domain.Errors; domain.ErrBusy if other changes were always faster.
func (a *App) ChangeProfile(ctx context.Context, c domain.Caller, change domain.ProfileChange) (domain.User, error) {
	for range profileAttempts {
		u, err := a.Profile(ctx, c)
		if err != nil {
			return domain.User{}, err
		}
		changed, err := u.ChangeProfile(change, a.Now())
		if err != nil {
			return domain.User{}, err
		}
		err = a.Store.Repos().Accounts.SaveProfile(ctx, changed)
		if err == nil {
			changed.Version++ // as SaveProfile did
			return changed, nil
		}
		if !errors.Is(err, ports.ErrConflict) {
			return domain.User{}, fmt.Errorf("store a profile: %w", err)
		}
	}
	return domain.User{}, domain.ErrBusy
}
