package app

import (
	"context"

	"github.com/siriusys/user-management-service/domain"
)

// ReadProfile returns the logged-in user. Errors: domain.ErrInvalidAccessToken.
func (a *Accounts) ReadProfile(ctx context.Context, c domain.Caller) (domain.User, error) {
	u, err := a.store.Repos().Accounts.ReadProfile(ctx, c, a.now())
	if err != nil {
		return domain.User{}, mapNotFound(err, domain.ErrInvalidAccessToken)
	}
	return u, nil
}
