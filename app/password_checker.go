package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// PasswordChecker checks passwords within the rate limits.
type PasswordChecker struct {
	store   ports.Store
	hasher  ports.PasswordHasher
	limiter *Limiter
	events  AuditEvents
	now     func() time.Time
}

// NewPasswordChecker returns a checker that counts each attempt with limiter and records wrong passwords.
func NewPasswordChecker(
	store ports.Store, hasher ports.PasswordHasher, limiter *Limiter, events AuditEvents, now func() time.Time,
) *PasswordChecker {
	return &PasswordChecker{store: store, hasher: hasher, limiter: limiter, events: events, now: now}
}

// attempt is a password attempt that was counted and not yet checked. An attempt counts as wrong before its password is
// hashed, so that concurrent attempts cannot exceed the limit. A right password clears it.
type attempt struct {
	countedAttempt
	checker *PasswordChecker
}

// spend counts an attempt. It does so before it looks up any account, so that a refusal takes the same time with and without
// an account. Errors: those of Limiter.spendAttempt; domain.ErrBusy if the queue of hashes is full, and the attempt is not
// counted then.
func (p *PasswordChecker) spend(ctx context.Context, by domain.PasswordAttempt) (attempt, error) {
	if err := p.hasher.Ready(by.HashWaiter()); err != nil {
		return attempt{}, fmt.Errorf("prepare a password check: %w", err)
	}
	spent, err := p.limiter.spendAttempt(ctx, by)
	return attempt{countedAttempt: spent, checker: p}, err
}

// spendLogin counts an attempt and finds the credentials of the email address in the same round trip. A refusal still
// takes the same time with and without an account. Errors: those of spend.
func (p *PasswordChecker) spendLogin(
	ctx context.Context, indexes domain.EmailIndexes, by domain.PasswordAttempt, device domain.KnownDevice,
) (attempt, domain.Credentials, error) {
	presumed := by
	presumed.Device = device.ID
	if err := p.hasher.Ready(presumed.HashWaiter()); err != nil {
		return attempt{}, domain.Credentials{}, fmt.Errorf("prepare a password check: %w", err)
	}
	spent, account, err := p.limiter.spendLogin(ctx, indexes, by, device)
	return attempt{countedAttempt: spent, checker: p}, account, err
}

// check verifies the password, at the cost of one hash. The right password of an account that cannot log in counts as wrong.
// The caller clears the attempt of a right one, by clear or by ports.Sessions.Create. What was hashed counts, also if the client
// has disconnected meanwhile.
// Errors: wrong, in a *domain.RateLimitError; domain.ErrBusy; ctx's error.
func (a attempt) check(
	ctx context.Context, password domain.Password, account domain.Credentials, wrong *domain.Error,
) (ports.Match, error) {
	match, err := a.checker.hasher.Verify(ctx, a.by.HashWaiter(), password, account.PasswordHash)
	if err != nil {
		a.refund(ctx, err)
		return ports.Match{}, fmt.Errorf("check a password: %w", err)
	}
	if !match.OK || !account.CanLogIn {
		return ports.Match{}, a.fail(ctx, account.UserID, wrong)
	}
	reportRateLimit(ctx, a.decision.Succeed(a.limits), a.checker.now())
	return match, nil
}

// refund refunds an attempt whose password was not hashed. If the client hung up, the limits of its networks keep it: otherwise
// it could queue for hashes without end. If the service was the reason, all limits are refunded.
func (a attempt) refund(ctx context.Context, err error) {
	refunded := a.limits
	if ctx.Err() != nil && !errors.Is(err, domain.ErrBusy) {
		refunded = slices.DeleteFunc(slices.Clone(a.limits), domain.RateLimit.IsShared)
	}
	a.checker.limiter.refund(ctx, refunded)
}

// clear removes the attempt of a right password and the wrong ones before it from the counters.
func (a attempt) clear(ctx context.Context) error {
	if err := a.checker.store.Repos().RateLimits.Clear(ctx, a.limits); err != nil {
		return fmt.Errorf("clear the wrong passwords before the right one: %w", err)
	}
	return nil
}

// recordTimeout bounds the record of a failure that outlives its request.
const recordTimeout = 5 * time.Second

// fail records the wrong password, also if the client has disconnected, and returns wrong with what remains of the limit.
func (a attempt) fail(ctx context.Context, user domain.UserID, wrong *domain.Error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTimeout)
	defer cancel()
	p := a.checker
	now := p.now()
	kinds := []domain.AuditKind{domain.AuditPasswordRefused}
	if now.Before(a.decision.BlockedUntil) {
		kinds = append(kinds, domain.AuditAttemptsBlocked)
	}
	if err := a.record(ctx, user, kinds...); err != nil {
		return fmt.Errorf("record a wrong password: %w", err)
	}
	return a.decision.Error(wrong, now)
}

// record records what a wrong password caused. A known device and a session have few attempts, so each is recorded. Of other
// clients, only the first of a wide network and hour is, and later the count: the same with and without an account.
func (a attempt) record(ctx context.Context, user domain.UserID, kinds ...domain.AuditKind) error {
	events := make([]domain.AuditEvent, len(kinds))
	for i, kind := range kinds {
		var err error
		if events[i], err = a.checker.events.newFrom(a.by.Network(), kind, domain.AuditEvent{UserID: user}); err != nil {
			return err
		}
	}
	audit := a.checker.store.Repos().Audit
	if !a.by.Device.IsZero() {
		return audit.Record(ctx, events...)
	}
	network, err := a.checker.events.countedNetwork(a.by.WideNetwork())
	if err != nil {
		return err
	}
	return audit.RecordFirst(ctx, network, events...)
}
