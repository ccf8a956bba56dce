package app

import (
	"context"
	"errors"
	"fmt"
	"net/netip"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// LogInInput is what somebody logs in with, as it came.
type LogInInput struct {
	Email, Password string
	// DeviceToken is that of an earlier login from the same device; empty if there was none.
	DeviceToken string
	// From is the client's network.
	From netip.Prefix
}

// String hides what somebody logs in with.
func (LogInInput) String() string { return "[login]" }

// GoString hides it from %#v.
func (i LogInInput) GoString() string { return i.String() }

// parsedLogIn is the input of a login, parsed.
type parsedLogIn struct {
	address domain.Email
	indexes domain.EmailIndexes
	attempt domain.Password
	by      domain.Guess
}

// LogIn opens a session. It costs exactly one password hash, whether or not the address has an account, and more only to
// renew a hash made with old parameters; none once there were too many wrong guesses.
// Errors: domain.ErrInvalidCredentials, whatever the reason; domain.ErrTooManyAttempts; domain.ErrPasswordDisabled;
// domain.Errors.
func (a *App) LogIn(ctx context.Context, in LogInInput) (SignedIn, error) {
	c, err := a.parseLogIn(in)
	if err != nil {
		return SignedIn{}, err
	}
	g, account, err := a.guessAt(ctx, c.indexes, c.by)
	if err != nil {
		return SignedIn{}, err
	}
	match, err := g.try(ctx, c.attempt, account, domain.ErrInvalidCredentials)
	if err != nil {
		return SignedIn{}, err
	}
	if match.Stale {
		account.PasswordHash = a.renewHash(ctx, account, c.attempt)
	}
	return a.open(ctx, account, c, g)
}

func (a *App) parseLogIn(in LogInInput) (parsed parsedLogIn, err error) {
	var fields domain.Fields
	parsed.address, err = domain.ParseEmail(in.Email)
	fields.Check("email", err)
	parsed.attempt, err = domain.ParsePassword(in.Password)
	fields.Check("password", err)
	parsed.by.Device, err = a.device(in.DeviceToken, parsed.address)
	fields.Check("device_token", err)
	if err := fields.Err(); err != nil {
		return parsedLogIn{}, err
	}
	if parsed.indexes, err = a.emailIndex(parsed.address); err != nil {
		return parsedLogIn{}, err
	}
	parsed.by.Address = parsed.indexes.Current()
	parsed.by.Network, err = a.networkPseudonym(in.From)
	return parsed, err
}

// open opens a session for the guess that was right, which is forgiven.
func (a *App) open(ctx context.Context, account domain.Credentials, in parsedLogIn, g guess) (SignedIn, error) {
	now := a.Now()
	opened, err := a.newSession(account.UserID, a.knownOrNew(in.by.Device), now)
	if err != nil {
		return SignedIn{}, err
	}
	event := a.event(domain.AuditLoggedIn, domain.AuditEvent{Address: in.by.Address, Network: in.by.Network})
	if err := a.Store.Repos().Sessions.Open(ctx, opened.session, account.PasswordHash, g.budgets, event); err != nil {
		return SignedIn{}, lost(err, domain.ErrInvalidCredentials)
	}
	return a.signedIn(opened, in.address, now)
}

// renewHash replaces a hash made with old parameters and returns the one now stored. Failing to is no reason to refuse the
// login: the next one tries again.
func (a *App) renewHash(ctx context.Context, account domain.Credentials, proven domain.Password) domain.PasswordHash {
	renewed, err := a.Hasher.Hash(ctx, proven)
	if err != nil {
		return account.PasswordHash
	}
	err = a.Store.Repos().Accounts.ReplacePassword(ctx, account.UserID, account.PasswordHash, renewed, a.Now())
	switch {
	case err == nil:
		return renewed
	case errors.Is(err, ports.ErrConflict):
		return a.othersHash(ctx, account, proven)
	default:
		return account.PasswordHash
	}
}

// othersHash returns the hash that a simultaneous login stored first, if it is of the same password.
func (a *App) othersHash(ctx context.Context, account domain.Credentials, proven domain.Password) domain.PasswordHash {
	stored, err := a.Store.Repos().Accounts.ByID(ctx, account.UserID)
	if err != nil {
		return account.PasswordHash
	}
	if match, err := a.Hasher.Verify(ctx, proven, stored.PasswordHash); err != nil || !match.OK {
		return account.PasswordHash
	}
	return stored.PasswordHash
}

// provePassword checks that a signed-in user knows the password too. The guess counts for the device of the session.
// Errors: domain.ErrWrongPassword; domain.ErrTooManyAttempts; domain.ErrPasswordDisabled; domain.ErrInvalidAccessToken.
func (a *App) provePassword(ctx context.Context, c domain.Caller, attempt domain.Password, u domain.User) error {
	session, err := a.Store.Repos().Sessions.Own(ctx, c, a.Now())
	if err != nil {
		return lost(err, domain.ErrInvalidAccessToken)
	}
	network, err := a.networkPseudonym(c.Network)
	if err != nil {
		return err
	}
	address, err := a.emailIndex(u.Email)
	if err != nil {
		return err
	}
	g, err := a.takeGuess(ctx, domain.Guess{Address: address.Current(), Device: session.DeviceID, Network: network})
	if err != nil {
		return err
	}
	if _, err := g.try(ctx, attempt, u.Credentials(), domain.ErrWrongPassword); err != nil {
		return err
	}
	if err := a.Store.Repos().Throttle.Forgive(ctx, g.budgets); err != nil {
		return fmt.Errorf("forgive the wrong passwords before the right one: %w", err)
	}
	return nil
}
