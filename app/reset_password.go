package app

import (
	"context"
	"errors"
	"fmt"
	"net/netip"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// ResetPasswordInput is the unparsed input of a password reset.
type ResetPasswordInput struct {
	domain.Redacted
	Token, NewPassword string
	// IdempotencyKey is nil for a call that cannot be repeated.
	IdempotencyKey *string
	// From is the client's network.
	From netip.Prefix
}

// ResetPassword sets a new password by a mailed link, revokes every session, removes the other reset links and the known devices, and
// requests a notice. It returns a device token: the link proved that the caller receives the messages to the email address.
// Errors: domain.ErrInvalidToken; domain.Errors, which leave the link usable; those of Idempotency.once.
func (a *Accounts) ResetPassword(ctx context.Context, in ResetPasswordInput) (deviceToken string, err error) {
	link, err := parseReset(in)
	if err != nil {
		return "", err
	}
	hash := link.Hash()
	call, err := a.idempotency.newCall(in.IdempotencyKey, resetOperation, string(hash[:]), in.From, in.NewPassword)
	if err != nil {
		return "", err
	}
	u, err := a.store.Repos().Links.FindUser(ctx, domain.ResetPassword, hash, a.now())
	if errors.Is(err, ports.ErrNotFound) {
		earlier, err := a.idempotency.findCompleted(ctx, call, domain.ErrInvalidToken)
		if err != nil {
			return "", err
		}
		return a.tokens.deviceToken(earlier.Device, a.now())
	}
	if err != nil {
		return "", fmt.Errorf("find the user of a reset link: %w", err)
	}
	chosen, err := a.chooseReset(in, u)
	if err != nil {
		return "", err
	}
	device := domain.KnownDevice{UserID: u.ID, ID: a.tokens.newDevice()}
	earlier, err := a.idempotency.once(ctx, call, func() error {
		return a.resetPassword(ctx, newReset{link: link, user: u, chosen: chosen, from: in.From, device: device, call: call})
	})
	if err != nil {
		return "", err
	}
	if earlier.Completed {
		device = earlier.Device
	}
	return a.tokens.deviceToken(device, a.now())
}

func (a *Accounts) chooseReset(in ResetPasswordInput, u domain.User) (domain.Password, error) {
	var fields domain.Fields
	chosen, err := a.passwordPolicy.Choose(in.NewPassword, u.Email, u.FullName)
	fields.Check("new_password", err)
	return chosen, fields.Err()
}

// newReset is a reset whose input is valid.
type newReset struct {
	link   domain.LinkToken
	user   domain.User
	chosen domain.Password
	from   netip.Prefix
	device domain.KnownDevice
	call   domain.IdempotentCall
}

// resetPassword hashes and stores the new password, and makes the device known.
func (a *Accounts) resetPassword(ctx context.Context, reset newReset) error {
	u := reset.user
	hash, err := a.hashReset(ctx, reset.link, u, reset.chosen, reset.from)
	if err != nil {
		return err
	}
	// What was hashed is used, also if the client has disconnected.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTimeout)
	defer cancel()
	network, err := a.pseudonyms.network(reset.from)
	if err != nil {
		return err
	}
	now := a.now()
	event, err := a.events.newFrom(network, domain.AuditPasswordReset, domain.AuditEvent{UserID: u.ID})
	if err != nil {
		return err
	}
	err = a.store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
		// The account's row first: resets by two links of one account then wait for one another instead of deadlocking.
		if err := r.Accounts.ReplacePassword(ctx, u.ID, u.PasswordHash, hash, now); err != nil {
			return fmt.Errorf("store a reset password: %w", err)
		}
		if _, err := r.Links.Use(ctx, domain.ResetPassword, reset.link.Hash(), now); err != nil {
			return fmt.Errorf("use a reset link: %w", err)
		}
		if err := completePasswordChange(ctx, r, event, domain.SessionID{}, domain.DeviceID{}); err != nil {
			return err
		}
		if err := r.Sessions.AddDevice(ctx, reset.device, now); err != nil {
			return fmt.Errorf("make the device of a reset known: %w", err)
		}
		return a.idempotency.complete(ctx, r, reset.call, reset.device)
	})
	return mapNotFound(err, domain.ErrInvalidToken)
}

// hashReset hashes the new password. It counts against the link, since its holder could otherwise make the service hash without end.
// Errors: domain.ErrInvalidToken after domain.LinkAttempts; those of hashNewPassword, which do not count.
func (a *Accounts) hashReset(
	ctx context.Context, link domain.LinkToken, u domain.User, chosen domain.Password, from netip.Prefix,
) (domain.PasswordHash, error) {
	waiter, err := a.waiterOf(u, from)
	if err != nil {
		return "", err
	}
	attempt, err := a.limiter.spendLink(ctx, link)
	if err != nil {
		return "", err
	}
	hash, err := a.hashNewPassword(ctx, waiter, "new_password", chosen)
	if err != nil {
		a.limiter.refund(ctx, attempt.limits)
	}
	return hash, err
}

func parseReset(in ResetPasswordInput) (domain.LinkToken, error) {
	var fields domain.Fields
	link, err := domain.ParseLinkToken(domain.ResetPassword, in.Token)
	fields.Check("token", err)
	_, err = domain.ParseChosenPassword(in.NewPassword)
	fields.Check("new_password", err)
	return link, fields.Err()
}
