package app

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// SignUpInput is the unparsed input of a signup.
type SignUpInput struct {
	domain.Redacted
	Email, FullName, Country, StateProvince, Password string
	// IdempotencyKey is nil for a call that cannot be repeated.
	IdempotencyKey *string
	// From is the client's network.
	From netip.Prefix
}

// SignUp creates a pending signup and requests a verification message. It does the same whatever the state of the email
// address, so that no client learns it. Mail.SendMessage looks up the state, and sends either a link or the information that
// there already is an account. Errors: domain.ErrTooManyAttempts; domain.Errors with every invalid field; those of Idempotency.once.
func (a *Accounts) SignUp(ctx context.Context, in SignUpInput) error {
	signup, err := domain.ParseSignup(a.passwordPolicy, in.Email, in.FullName, in.Country, in.StateProvince, in.Password)
	if err != nil {
		return err
	}
	networks, err := a.pseudonyms.networks(in.From)
	if err != nil {
		return err
	}
	from := domain.PasswordAttempt{Networks: networks}
	waiter := from.HashWaiter()
	if err := a.hasher.Ready(waiter); err != nil {
		return fmt.Errorf("prepare a signup: %w", err)
	}
	indexes, err := a.pseudonyms.Email(signup.Email)
	if err != nil {
		return err
	}
	// A key is for one wide network: clients elsewhere that chose the same key do not meet it.
	call, err := a.idempotency.newCall(in.IdempotencyKey, signUpOperation, from.WideNetwork(), in.From,
		in.Email, in.FullName, in.Country, in.StateProvince, in.Password)
	if err != nil {
		return err
	}
	if err := a.limiter.spendRequest(ctx, networks); err != nil {
		return err
	}
	_, err = a.idempotency.once(ctx, call, func() error {
		hash, err := a.hashSignup(ctx, waiter, signup)
		if err != nil {
			return err
		}
		return a.storeSignup(ctx, newSignup{signup, indexes, hash, in.From, from, call})
	})
	return err
}

// newSignup is a signup whose password is hashed.
type newSignup struct {
	domain.Signup
	indexes domain.EmailIndexes
	hash    domain.PasswordHash
	from    netip.Prefix
	by      domain.PasswordAttempt
	call    domain.IdempotentCall
}

// storeSignup stores the pending signup and requests the message.
func (a *Accounts) storeSignup(ctx context.Context, s newSignup) error {
	now := a.now()
	own, err := a.pseudonyms.signupNetwork(s.Email, s.from)
	if err != nil {
		return err
	}
	u := s.Pending(domain.UserID{ID: a.newID()}, s.indexes.Primary(), s.hash, own, now)
	event, err := a.events.newFrom(s.by.Network(), domain.AuditSignedUp, domain.AuditEvent{UserID: u.ID})
	if err != nil {
		return err
	}
	counted, err := a.events.countedNetwork(s.by.WideNetwork())
	if err != nil {
		return err
	}
	message := ports.MessageRequest{
		Template: domain.MessageVerification, EmailIndexes: s.indexes, At: now, Network: s.by.WideNetwork(), Client: s.by.Network(),
	}
	store := func(ctx context.Context, r ports.Repos) error {
		if err := r.Accounts.SignUp(ctx, u, s.indexes, counted, event, message); err != nil {
			return fmt.Errorf("store a signup: %w", err)
		}
		return a.idempotency.complete(ctx, r, s.call, domain.KnownDevice{})
	}
	if s.call.IsZero() {
		return store(ctx, a.store.Repos()) // one round trip
	}
	return a.store.InTx(ctx, store)
}
