package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// Import adds accounts of another system. It is not part of Accounts because the command that runs it has no tokens and no
// rate limits.
type Import struct {
	store      ports.Store
	hasher     ports.PasswordHasher
	pseudonyms Pseudonyms
	events     AuditEvents
	now        func() time.Time
	newID      func() domain.ID
}

// NewImport builds the import into the store. It accepts the password hashes that hasher recognizes.
func NewImport(store ports.Store, hasher ports.PasswordHasher, pseudonyms Pseudonyms, events AuditEvents, r Runtime) *Import {
	return &Import{store: store, hasher: hasher, pseudonyms: pseudonyms, events: events, now: r.Now, newID: r.NewID}
}

// ImportUserInput is the unparsed account of another system.
type ImportUserInput struct {
	domain.Redacted
	Email, FullName, Country, StateProvince string
	// PasswordHash is that system's hash: bcrypt, scrypt, PBKDF2 or Argon2. The first login replaces it.
	PasswordHash string
	// CreatedAt is when the account was created there; nil means now.
	CreatedAt *time.Time
}

var (
	errNoHash      = &domain.Error{Kind: domain.Invalid, Code: "required", Text: "is required"}
	errUnknownHash = &domain.Error{Kind: domain.Invalid, Code: "unknown_hash", Text: "has an unsupported format"}
	errCostlyHash  = &domain.Error{Kind: domain.Invalid, Code: "costly_hash", Text: "costs too much to verify"}
	errFuture      = &domain.Error{Kind: domain.Invalid, Code: "in_the_future", Text: "is in the future"}
	errAncient     = &domain.Error{Kind: domain.Invalid, Code: "too_early", Text: "is before 1970; omit it if it is unknown"}
)

// ImportUser adds an account whose email address another system has verified. added is false if the email address already has
// an account, which stays unchanged, so that an interrupted import can be repeated. Pending signups of the address are
// removed.
// Errors: domain.Errors with every invalid field.
func (i *Import) ImportUser(ctx context.Context, in ImportUserInput) (added bool, err error) {
	u, err := i.parse(in)
	if err != nil {
		return false, err
	}
	indexes, err := i.pseudonyms.Email(u.Email)
	if err != nil {
		return false, err
	}
	u.EmailIndex = indexes.Primary()
	event := i.events.new(domain.AuditUserImported, domain.AuditEvent{UserID: u.ID})
	err = i.store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
		if err := r.Accounts.AddPending(ctx, u); err != nil {
			return fmt.Errorf("store an imported account: %w", err)
		}
		if err := r.Accounts.Activate(ctx, u.ID, indexes, event.At); err != nil {
			return fmt.Errorf("activate an imported account: %w", err)
		}
		if err := r.Links.RemoveVerifications(ctx, indexes); err != nil {
			return fmt.Errorf("remove the verification links of an imported account: %w", err)
		}
		return r.Audit.Record(ctx, event)
	})
	if errors.Is(err, ports.ErrConflict) {
		return false, nil
	}
	return err == nil, err
}

// Check reports what ImportUser would refuse before it looks for an account: domain.Errors with every invalid field, or nil.
func (i *Import) Check(in ImportUserInput) error {
	_, err := i.parse(in)
	return err
}

func (i *Import) parse(in ImportUserInput) (domain.User, error) {
	var fields domain.Fields
	email, err := domain.ParseEmail(in.Email)
	fields.Check("email", err)
	name, err := domain.ParseFullName(in.FullName)
	fields.Check("full_name", err)
	residence, err := domain.ParseResidence(in.Country, in.StateProvince)
	fields.Check("country", err)
	hash := domain.PasswordHash(in.PasswordHash)
	fields.Check("password_hash", i.checkHash(hash))
	now := i.now()
	createdAt, err := parseCreation(in.CreatedAt, now)
	fields.Check("created_at", err)
	return domain.User{
		ID: domain.UserID{ID: i.newID()}, Email: email, FullName: name, Residence: residence, PasswordHash: hash,
		CreatedAt: createdAt, UpdatedAt: now, Version: 1,
	}, fields.Err()
}

func (i *Import) checkHash(hash domain.PasswordHash) error {
	if hash == "" {
		return errNoHash
	}
	switch err := i.hasher.Recognize(hash); {
	case err == nil:
		return nil
	case errors.Is(err, ports.ErrCostlyHash):
		return errCostlyHash
	default:
		return errUnknownHash
	}
}

// parseCreation checks when an account was created. A time before 1970 is what some systems write for a time that they don't know.
func parseCreation(at *time.Time, now time.Time) (time.Time, error) {
	switch {
	case at == nil:
		return now, nil
	case at.After(now):
		return time.Time{}, errFuture
	case at.Unix() < 0:
		return time.Time{}, errAncient
	default:
		return at.UTC(), nil
	}
}
