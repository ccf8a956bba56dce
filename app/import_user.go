package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// ImportInput is an account of another system, as it came.
type ImportInput struct {
	Email, FullName, Country, StateProvince string
	// PasswordHash is that system's hash: bcrypt, scrypt, PBKDF2 or Argon2. The first login replaces it.
	PasswordHash string
	// CreatedAt is when the account was made there; the zero time is now.
	CreatedAt time.Time
}

// String hides whom the import is about.
func (ImportInput) String() string { return "[import]" }

// GoString hides it from %#v.
func (i ImportInput) GoString() string { return i.String() }

var (
	errUnknownHash = &domain.Error{Kind: domain.Invalid, Code: "unknown_hash", Text: "is of no form that can be checked, or costs too much"}
	errFuture      = &domain.Error{Kind: domain.Invalid, Code: "in_the_future", Text: "lies in the future"}
)

// ImportUser makes a verified account of one that another system has verified. added is false if the address has an account
// already, which stays as it is; so an import that was cut short can be run again. Pending signups of the address are removed.
// Errors: domain.Errors with every faulty field.
func (a *App) ImportUser(ctx context.Context, in ImportInput) (added bool, err error) {
	u, err := a.parseImport(in)
	if err != nil {
		return false, err
	}
	address, err := a.emailIndex(u.Email)
	if err != nil {
		return false, err
	}
	u.EmailIndex = address.Current()
	event := a.event(domain.AuditUserImported, domain.AuditEvent{UserID: u.ID, Address: u.EmailIndex})
	err = a.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
		if err := r.Accounts.AddPending(ctx, u); err != nil {
			return fmt.Errorf("store an imported account: %w", err)
		}
		if err := r.Accounts.Activate(ctx, u.ID, address, event.At); err != nil {
			return fmt.Errorf("activate an imported account: %w", err)
		}
		return r.Audit.Record(ctx, event)
	})
	if errors.Is(err, ports.ErrConflict) {
		return false, nil
	}
	return err == nil, err
}

func (a *App) parseImport(in ImportInput) (domain.User, error) {
	var fields domain.Fields
	email, err := domain.ParseEmail(in.Email)
	fields.Check("email", err)
	name, err := domain.ParseFullName(in.FullName)
	fields.Check("full_name", err)
	residence, err := domain.ParseResidence(in.Country, in.StateProvince)
	fields.Check("country", err)
	hash := domain.PasswordHash(in.PasswordHash)
	if a.Hasher.Recognize(hash) != nil {
		fields.Check("password_hash", errUnknownHash)
	}
	now := a.Now()
	if in.CreatedAt.IsZero() {
		in.CreatedAt = now
	}
	if in.CreatedAt.After(now) {
		fields.Check("created_at", errFuture)
	}
	return domain.User{
		ID: domain.UserID{ID: a.NewID()}, Email: email, FullName: name, Residence: residence, PasswordHash: hash,
		CreatedAt: in.CreatedAt.UTC(), UpdatedAt: now, Version: 1,
	}, fields.Err()
}
