package app

import (
	"context"
	"errors"
	"net/netip"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// LogInInput is the unparsed input of a login.
type LogInInput struct {
	domain.Redacted
	Email, Password string
	// DeviceToken is the token that an earlier login from the same device returned; empty if there was none.
	DeviceToken string
	// From is the client's network.
	From netip.Prefix
}

// parsedLogIn is the input of a login, parsed.
type parsedLogIn struct {
	email    domain.Email
	indexes  domain.EmailIndexes
	password domain.Password
	by       domain.PasswordAttempt
	// device is the device of the token. It is known only if storage still has it, for the account of the email address.
	device domain.KnownDevice
}

// LogIn creates a session. It costs exactly one password hash, with and without an account, and one more only to renew a hash
// made with old parameters. It costs none when a rate limit refuses it.
// Errors: domain.ErrInvalidCredentials, whatever the reason; domain.ErrTooManyAttempts; domain.Errors.
func (a *Authentication) LogIn(ctx context.Context, in LogInInput) (LoggedIn, error) {
	parsed, err := a.parseLogIn(in)
	if err != nil {
		return LoggedIn{}, err
	}
	attempt, account, err := a.passwords.spendLogin(ctx, parsed.indexes, parsed.by, parsed.device)
	if err != nil {
		return LoggedIn{}, err
	}
	parsed.by = attempt.by
	match, err := attempt.check(ctx, parsed.password, account, domain.ErrInvalidCredentials)
	if err != nil {
		return LoggedIn{}, err
	}
	if match.Outdated {
		account.PasswordHash = a.renewHash(ctx, parsed, account)
	}
	return a.createSession(ctx, account, parsed, attempt)
}

func (a *Authentication) parseLogIn(in LogInInput) (parsed parsedLogIn, err error) {
	var fields domain.Fields
	parsed.email, err = domain.ParseStoredEmail(in.Email)
	fields.Check("email", err)
	parsed.password, err = domain.ParsePassword(in.Password)
	fields.Check("password", err)
	parsed.device, err = a.tokens.parseDeviceToken(in.DeviceToken)
	fields.Check("device_token", err)
	if err := fields.Err(); err != nil {
		return parsedLogIn{}, err
	}
	if parsed.indexes, err = a.pseudonyms.Email(parsed.email); err != nil {
		return parsedLogIn{}, err
	}
	if parsed.by.Account, err = a.pseudonyms.account(parsed.email); err != nil {
		return parsedLogIn{}, err
	}
	parsed.by.Networks, err = a.pseudonyms.networks(in.From)
	return parsed, err
}

// createSession creates a session after the right password, clears the attempt and issues the tokens.
func (a *Authentication) createSession(
	ctx context.Context, account domain.Credentials, in parsedLogIn, attempt attempt,
) (LoggedIn, error) {
	now := a.now()
	created, err := a.tokens.newSession(account.UserID, a.tokens.knownOrNewDevice(attempt.by.Device), now)
	if err != nil {
		return LoggedIn{}, err
	}
	event, err := a.events.newFrom(in.by.Network(), domain.AuditLoggedIn, domain.AuditEvent{UserID: account.UserID})
	if err != nil {
		return LoggedIn{}, err
	}
	err = a.store.Repos().Sessions.Create(ctx, created.session, account.PasswordHash, attempt.limits, event)
	if err != nil {
		return LoggedIn{}, mapNotFound(err, domain.ErrInvalidCredentials)
	}
	return a.tokens.issue(created, now)
}

// renewHash replaces a hash made with old parameters and returns the hash that is stored afterwards. If it fails, the login
// still succeeds, and the next one tries again.
func (a *Authentication) renewHash(ctx context.Context, in parsedLogIn, account domain.Credentials) domain.PasswordHash {
	renewed, err := a.hasher.Hash(ctx, in.by.HashWaiter(), in.password)
	if err != nil {
		return account.PasswordHash
	}
	err = a.store.Repos().Accounts.ReplacePassword(ctx, account.UserID, account.PasswordHash, renewed, a.now())
	switch {
	case err == nil:
		return renewed
	case errors.Is(err, ports.ErrConflict):
		return a.concurrentHash(ctx, in, account)
	default:
		return account.PasswordHash
	}
}

// concurrentHash returns the hash that a concurrent login stored first, if it is of the same password, else the old one.
func (a *Authentication) concurrentHash(
	ctx context.Context, in parsedLogIn, account domain.Credentials,
) domain.PasswordHash {
	stored, err := a.store.Repos().Accounts.FindByID(ctx, account.UserID)
	if err != nil {
		return account.PasswordHash
	}
	if match, err := a.hasher.Verify(ctx, in.by.HashWaiter(), in.password, stored.PasswordHash); err != nil || !match.OK {
		return account.PasswordHash
	}
	return stored.PasswordHash
}
