package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// Restoration makes a restored backup safe to serve: it revokes what became valid again, and repeats what users did since the
// backup, as far as the service's log names it. An operator runs it before clients reach the database.
type Restoration struct {
	RestorationConfig
}

// RestorationConfig is what Restoration calls. Every field must be set; TerminationGrace may be 0.
type RestorationConfig struct {
	Store       ports.Store
	Data        ports.RestoredData
	Hasher      ports.PasswordHasher
	SigningKeys *SigningKeys
	AuditEvents AuditEvents
	// TerminationGrace is the grace period before a terminated account is erased.
	TerminationGrace time.Duration
	Now              func() time.Time
	// Entropy is the source of passwords that no user knows.
	Entropy io.Reader
}

// NewRestoration returns the module.
func NewRestoration(c RestorationConfig) *Restoration { return &Restoration{c} }

// RepeatOutcome is what Repeat did.
type RepeatOutcome int

const (
	// Repeated: the change took effect again.
	Repeated RepeatOutcome = iota
	// InBackup: the database already contains the change, from the backup or from an earlier call, or no account is left to erase.
	InBackup
	// NoAccount: the account does not exist or is in a state that excludes the change, such as erased.
	NoAccount
)

// Repeat makes a change of an account take effect again that a restored backup may lack. The event is named by its id, kind, time and
// user, and is recorded under that id, so a second call changes nothing. The id may be zero for an erasure. A changed password is
// not known: Repeat replaces the old one with one that no user knows, so the user resets it. For a termination without a live
// cancellation link, Repeat requests the message that contains one.
// Call RevokeRestored first, and then Repeat for the events of an account in their order.
func (r *Restoration) Repeat(ctx context.Context, e domain.AuditEvent) (RepeatOutcome, error) {
	e = domain.AuditEvent{ID: e.ID, At: e.At, Kind: e.Kind, UserID: e.UserID}
	outcome, err := r.repeat(ctx, e)
	if errors.Is(err, ports.ErrNotFound) || errors.Is(err, ports.ErrConflict) {
		return NoAccount, nil
	}
	if err != nil {
		return 0, fmt.Errorf("repeat the event %s of kind %s: %w", e.ID, e.Kind, err)
	}
	return outcome, nil
}

func (r *Restoration) repeat(ctx context.Context, e domain.AuditEvent) (RepeatOutcome, error) {
	if e.Kind == domain.AuditErased {
		return r.eraseAgain(ctx, e)
	}
	isRecorded, err := r.Store.Repos().Audit.IsRecorded(ctx, e.ID)
	if err != nil {
		return 0, err
	}
	if !isRecorded {
		if err := r.apply(ctx, e); err != nil {
			return 0, err
		}
	}
	if e.Kind == domain.AuditTerminated {
		if err := r.requestCancellationLink(ctx, e); err != nil {
			return 0, err
		}
	}
	if isRecorded {
		return InBackup, nil
	}
	return Repeated, nil
}

// apply makes the change and records the event in one transaction.
func (r *Restoration) apply(ctx context.Context, e domain.AuditEvent) error {
	change, err := r.changeOf(ctx, e)
	if err != nil {
		return err
	}
	return r.Store.InTx(ctx, func(ctx context.Context, repos ports.Repos) error {
		if err := change(ctx, repos); err != nil {
			return err
		}
		return repos.Audit.Record(ctx, e)
	})
}

// changeOf returns what an event of a kind did to the account.
func (r *Restoration) changeOf(ctx context.Context, e domain.AuditEvent) (func(context.Context, ports.Repos) error, error) {
	switch e.Kind {
	case domain.AuditTerminated:
		return func(ctx context.Context, repos ports.Repos) error {
			return repos.Accounts.TerminateAccount(ctx, e.UserID, e.At)
		}, nil
	case domain.AuditTerminationCancelled:
		return func(ctx context.Context, repos ports.Repos) error {
			if err := repos.Accounts.CancelTermination(ctx, e.UserID, r.Now()); err != nil {
				return err
			}
			return repos.Links.RemoveAllOf(ctx, e.UserID, domain.CancelTermination)
		}, nil
	case domain.AuditPasswordChanged, domain.AuditPasswordReset:
		return r.unknownPassword(ctx, e.UserID)
	default:
		return nil, fmt.Errorf("events of kind %q are not repeated", e.Kind)
	}
}

// unknownPassword returns a change to a password that no user knows.
func (r *Restoration) unknownPassword(
	ctx context.Context, id domain.UserID,
) (func(context.Context, ports.Repos) error, error) {
	u, err := r.Store.Repos().Accounts.FindByID(ctx, id)
	if err != nil {
		return nil, err
	}
	password, err := domain.RandomPassword(r.Entropy)
	if err != nil {
		return nil, err
	}
	hash, err := r.Hasher.Hash(ctx, domain.HashWaiter{IsKnown: true}, password)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, repos ports.Repos) error {
		return repos.Accounts.ReplacePassword(ctx, id, u.PasswordHash, hash, r.Now())
	}, nil
}

func (r *Restoration) eraseAgain(ctx context.Context, e domain.AuditEvent) (RepeatOutcome, error) {
	event, outcome := r.AuditEvents.new(domain.AuditErased, domain.AuditEvent{UserID: e.UserID}), InBackup
	err := r.Store.InTx(ctx, func(ctx context.Context, repos ports.Repos) error {
		erased, err := repos.Accounts.EraseAccounts(ctx, []domain.UserID{e.UserID}, event.At)
		if err != nil || len(erased) == 0 {
			return err
		}
		outcome = Repeated
		return repos.Audit.Record(ctx, event)
	})
	return outcome, err
}

// requestCancellationLink replaces the link of a termination that was lost with the database.
func (r *Restoration) requestCancellationLink(ctx context.Context, e domain.AuditEvent) error {
	now, repos := r.Now(), r.Store.Repos()
	u, err := repos.Accounts.FindByID(ctx, e.UserID)
	if err != nil {
		return err
	}
	if !u.IsCancellable(r.TerminationGrace, now) {
		return nil
	}
	isLive, err := repos.Links.HasLive(ctx, u.ID, domain.CancelTermination, now)
	if err != nil || isLive {
		return err
	}
	return repos.Outbox.Enqueue(ctx, ports.MessageRequest{Template: domain.MessageTerminated, UserID: u.ID, At: u.TerminatedAt})
}
