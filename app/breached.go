package app

import (
	"context"

	"github.com/siriusys/user-management-service/domain"
)

// refuseBreached is a fault of the field if the password is known to be breached. Where that cannot be found out, it passes.
func (a *App) refuseBreached(ctx context.Context, field string, p domain.Password) error {
	found, err := a.Breached.Contains(ctx, p)
	if !found || err != nil {
		return nil //nolint:nilerr // a signup must not depend on somebody else's service
	}
	var fields domain.Fields
	fields.Check(field, domain.ErrPasswordBreached)
	return fields.Err()
}
