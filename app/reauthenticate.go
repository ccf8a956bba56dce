package app

import (
	"context"

	"github.com/siriusys/user-management-service/domain"
)

// reauthenticate checks the password that a logged-in user gives again. The attempt counts for the device of the
// session, which reauthenticate returns.
// Errors: domain.ErrWrongPassword; domain.ErrTooManyAttempts; domain.ErrInvalidAccessToken.
func (a *Accounts) reauthenticate(
	ctx context.Context, c domain.Caller, password domain.Password, u domain.User,
) (domain.DeviceID, error) {
	session, err := a.store.Repos().Sessions.ReadSession(ctx, c, a.now())
	if err != nil {
		return domain.DeviceID{}, mapNotFound(err, domain.ErrInvalidAccessToken)
	}
	networks, err := a.pseudonyms.networks(c.Network)
	if err != nil {
		return domain.DeviceID{}, err
	}
	account, err := a.pseudonyms.account(u.Email)
	if err != nil {
		return domain.DeviceID{}, err
	}
	by := domain.PasswordAttempt{Account: account, Device: session.DeviceID, Networks: networks}
	attempt, err := a.passwords.spend(ctx, by)
	if err != nil {
		return domain.DeviceID{}, err
	}
	if _, err := attempt.check(ctx, password, u.Credentials(), domain.ErrWrongPassword); err != nil {
		return domain.DeviceID{}, err
	}
	return session.DeviceID, attempt.clear(ctx)
}
