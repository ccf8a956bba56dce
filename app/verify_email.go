package app

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// RequestEmailVerification has the verification links of an address's pending signups mailed again. It does the same
// whether or not there are any. Errors: domain.ErrTooManyAttempts; domain.Errors for a faulty address.
func (a *App) RequestEmailVerification(ctx context.Context, email string, from netip.Prefix) error {
	index, err := a.parseIndex(email)
	if err != nil {
		return err
	}
	network, err := a.networkPseudonym(from)
	if err != nil {
		return err
	}
	if err := a.takeRequest(ctx, network); err != nil {
		return err
	}
	letter := ports.Letter{Template: domain.MailVerification, Address: ports.AddressOf(index), At: a.Now()}
	return a.Store.Repos().Outbox.Enqueue(ctx, letter)
}

// VerifyEmail makes a pending signup the account of its address and signs its owner in. The link proves that the caller
// receives the address's mail, the password that it was the caller who signed up: only both together make an account, so
// that nobody's signup with a foreign address ever comes to life.
// Errors: domain.ErrInvalidToken; domain.ErrWrongPassword, which leaves the link alive; domain.ErrTooManyAttempts;
// domain.ErrPasswordDisabled; domain.Errors.
func (a *App) VerifyEmail(ctx context.Context, token, password string, from netip.Prefix) (SignedIn, error) {
	var fields domain.Fields
	link, err := domain.ParseLinkToken(domain.VerifyEmail, token)
	fields.Check("token", err)
	attempt, err := domain.ParsePassword(password)
	fields.Check("password", err)
	if err := fields.Err(); err != nil {
		return SignedIn{}, err
	}
	u, err := a.Store.Repos().Links.User(ctx, domain.VerifyEmail, link.Hash(), a.Now())
	if err != nil {
		return SignedIn{}, lost(err, domain.ErrInvalidToken)
	}
	v, err := a.verification(u, link, from)
	if err != nil {
		return SignedIn{}, err
	}
	g, err := a.takeGuess(ctx, domain.Guess{Address: v.address.Current(), Network: v.network})
	if err != nil {
		return SignedIn{}, err
	}
	pending := domain.Credentials{UserID: u.ID, PasswordHash: u.PasswordHash, Usable: true}
	if _, err := g.try(ctx, attempt, pending, domain.ErrWrongPassword); err != nil {
		return SignedIn{}, err
	}
	return a.activate(ctx, v, g)
}

// verification is what somebody with a link wants to verify.
type verification struct {
	user    domain.User
	link    domain.LinkToken
	address domain.EmailIndexes
	network string
}

func (a *App) verification(u domain.User, link domain.LinkToken, from netip.Prefix) (v verification, err error) {
	v.user, v.link = u, link
	if v.address, err = a.emailIndex(u.Email); err != nil {
		return verification{}, err
	}
	v.network, err = a.networkPseudonym(from)
	return v, err
}

// activate locks the address's signups before it touches their links: verifications of one address then wait for one
// another instead of deadlocking. The guess that was right is forgiven.
func (a *App) activate(ctx context.Context, v verification, g guess) (SignedIn, error) {
	u, now := v.user, a.Now()
	opened, err := a.newSession(u.ID, a.knownOrNew(domain.DeviceID{}), now)
	if err != nil {
		return SignedIn{}, err
	}
	event := a.event(domain.AuditAddressVerified, domain.AuditEvent{UserID: u.ID, Address: v.address.Current(), Network: v.network})
	err = a.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
		if err := r.Accounts.Activate(ctx, u.ID, v.address, now); err != nil {
			return fmt.Errorf("activate a signup: %w", err)
		}
		if _, err := r.Links.Use(ctx, domain.VerifyEmail, v.link.Hash(), now); err != nil {
			return fmt.Errorf("use a verification link: %w", err)
		}
		if err := r.Links.RemoveAllOf(ctx, u.ID, domain.VerifyEmail); err != nil {
			return fmt.Errorf("remove the other verification links: %w", err)
		}
		return r.Sessions.Open(ctx, opened.session, u.PasswordHash, g.budgets, event)
	})
	if err != nil {
		return SignedIn{}, lost(err, domain.ErrInvalidToken)
	}
	return a.signedIn(opened, u.Email, now)
}
