package app

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// SignUpInput is what somebody signs up with, as it came.
type SignUpInput struct {
	Email, FullName, Country, StateProvince, Password string
	// From is the client's network.
	From netip.Prefix
}

// String hides what somebody signs up with.
func (SignUpInput) String() string { return "[signup]" }

// GoString hides it from %#v.
func (i SignUpInput) GoString() string { return i.String() }

// SignUp stores a pending account and has a link mailed that verifies its address. It does the same whatever the address's
// state, so that nobody learns it: whether the letter holds a link or the news that there is an account already is decided
// when it is written. Errors: domain.ErrTooManyAttempts; domain.Errors with every faulty field.
func (a *App) SignUp(ctx context.Context, in SignUpInput) error {
	signup, err := domain.ParseSignup(a.Passwords, in.Email, in.FullName, in.Country, in.StateProvince, in.Password)
	if err != nil {
		return err
	}
	if err := a.Hasher.Ready(); err != nil {
		return fmt.Errorf("take a signup: %w", err)
	}
	index, err := a.emailIndex(signup.Email)
	if err != nil {
		return err
	}
	network, err := a.networkPseudonym(in.From)
	if err != nil {
		return err
	}
	if err := a.takeRequest(ctx, network); err != nil {
		return err
	}
	if err := a.refuseBreached(ctx, "password", signup.Password); err != nil {
		return err
	}
	hash, err := a.Hasher.Hash(ctx, signup.Password)
	if err != nil {
		return fmt.Errorf("hash the password of a signup: %w", err)
	}
	now := a.Now()
	u := signup.Pending(domain.UserID{ID: a.NewID()}, index.Current(), hash, now)
	event := a.event(domain.AuditSignedUp, domain.AuditEvent{UserID: u.ID, Address: index.Current(), Network: network})
	letter := ports.Letter{Template: domain.MailVerification, UserID: u.ID, At: now}
	if err := a.Store.Repos().Accounts.SignUp(ctx, u, event, letter); err != nil {
		return fmt.Errorf("store a signup: %w", err)
	}
	return nil
}
