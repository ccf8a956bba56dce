package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// Limiter counts requests, messages and password attempts against the rate limits of the policy.
type Limiter struct {
	store   ports.Store
	policy  domain.RateLimitPolicy
	metrics ports.Metrics
	now     func() time.Time
}

// NewLimiter returns a limiter that counts in the store, for all replicas together. Metrics count the decisions of this replica.
func NewLimiter(store ports.Store, policy domain.RateLimitPolicy, metrics ports.Metrics, now func() time.Time) *Limiter {
	return &Limiter{store: store, policy: policy, metrics: metrics, now: now}
}

// spendRequest counts a signup or a request for a message against the limits of the client's networks.
// Errors: domain.ErrTooManyAttempts in a *domain.RateLimitError.
func (l *Limiter) spendRequest(ctx context.Context, networks []string) error {
	return l.spend(ctx, "count a request", l.policy.Request(networks))
}

// spendExport counts an export against the limit of the user. Errors: those of spendRequest.
func (l *Limiter) spendExport(ctx context.Context, user domain.UserID) error {
	return l.spend(ctx, "count an export", l.policy.Export(user))
}

func (l *Limiter) spend(ctx context.Context, doing string, limits []domain.RateLimit) error {
	now := l.now()
	decision, err := l.store.Repos().RateLimits.Spend(ctx, limits, now)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	l.count(decision)
	reportRateLimit(ctx, decision, now)
	return refusal(decision, now)
}

// refusal returns the error of a decision that refuses, else nil. Decision.Refusal has a concrete type, whose nil would be an
// error that is not nil.
func refusal(decision domain.Decision, now time.Time) error {
	if decision.Allowed {
		return nil
	}
	return decision.Refusal(now)
}

// count counts a decision in the metrics. Without limits there was nothing to decide.
func (l *Limiter) count(d domain.Decision) {
	switch {
	case d.Scope == "":
	case d.Allowed:
		l.metrics.RateLimitAllowed(d.Scope)
	default:
		l.metrics.RateLimitRefused(d.Scope)
	}
}

// countedAttempt is a password attempt that was counted, and the decision of the limits.
type countedAttempt struct {
	by       domain.PasswordAttempt
	limits   []domain.RateLimit
	decision domain.Decision
}

// spendAttempt counts a password attempt.
// Errors: domain.ErrTooManyAttempts in a *domain.RateLimitError.
func (l *Limiter) spendAttempt(ctx context.Context, by domain.PasswordAttempt) (countedAttempt, error) {
	now, limits := l.now(), l.policy.PasswordAttempt(by)
	decision, err := l.store.Repos().RateLimits.Spend(ctx, limits, now)
	if err != nil {
		return countedAttempt{}, fmt.Errorf("count a password attempt: %w", err)
	}
	l.count(decision)
	return countedAttempt{by: by, limits: limits, decision: decision}, refusal(decision, now)
}

// spendLink counts a password that is hashed for a mailed link. It counts against the link alone.
// Errors: domain.ErrInvalidToken after too many.
func (l *Limiter) spendLink(ctx context.Context, link domain.LinkToken) (countedAttempt, error) {
	limits := l.policy.Link(link.Hash())
	decision, err := l.store.Repos().RateLimits.Spend(ctx, limits, l.now())
	if err != nil {
		return countedAttempt{}, fmt.Errorf("count a password for a link: %w", err)
	}
	l.count(decision)
	if !decision.Allowed {
		return countedAttempt{}, domain.ErrInvalidToken
	}
	return countedAttempt{limits: limits, decision: decision}, nil
}

// spendLogin counts the password attempt of a login and finds the credentials of the email address in the same round trip. An
// attempt with a device that is not known for the account of the email address takes a second one, as that of a client without a
// known device. Errors: those of spendAttempt.
func (l *Limiter) spendLogin(
	ctx context.Context, indexes domain.EmailIndexes, by domain.PasswordAttempt, device domain.KnownDevice,
) (countedAttempt, domain.Credentials, error) {
	by.Device = device.ID
	now, limits := l.now(), l.policy.PasswordAttempt(by)
	decision, account, err := l.store.Repos().Accounts.SpendLogin(ctx, indexes, device, limits, now)
	if errors.Is(err, ports.ErrConflict) && !device.IsZero() {
		return l.spendLogin(ctx, indexes, by, domain.KnownDevice{})
	}
	if err != nil {
		return countedAttempt{}, domain.Credentials{}, fmt.Errorf("count a login: %w", err)
	}
	l.count(decision)
	return countedAttempt{by: by, limits: limits, decision: decision}, account, refusal(decision, now)
}

// refundTimeout bounds a refund that outlives its request.
const refundTimeout = 5 * time.Second

// refund refunds what was counted and then did not happen, even if the client has disconnected. If the refund fails, the count
// stays: the limit is then stricter than it should be, never looser.
func (l *Limiter) refund(ctx context.Context, limits []domain.RateLimit) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), refundTimeout)
	defer cancel()
	_ = l.store.Repos().RateLimits.Refund(ctx, limits)
}
