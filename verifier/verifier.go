package verifier

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// clockMargin is how far the clocks of the service's replicas may differ. A revocation is kept for so much longer than a token.
const clockMargin = time.Minute

// Verifier verifies access tokens. It is safe for concurrent use.
type Verifier struct {
	config      Config
	now         func() time.Time
	keys        *keys
	known       knownTokens
	revocations *revocations
	fresh       freshness
	follower    *follower

	feedErr, keysErr atomic.Pointer[error]
	lifecycle        lifecycle
}

// New returns a Verifier. It makes no request: run Run in a goroutine.
func New(c Config) (*Verifier, error) { return newVerifier(c, time.Now) }

func newVerifier(c Config, now func() time.Time) (*Verifier, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("verifier: %w", err)
	}
	r := newRemote(c)
	v := &Verifier{
		config: c, now: now, keys: newKeys(r, now), known: newKnownTokens(),
		revocations: newRevocations(c.TokenLifetime+2*c.Leeway+clockMargin, maxRevocations),
		lifecycle:   newLifecycle(),
	}
	v.follower = &follower{
		feed: feed{r}, now: now, known: v.revocations, fresh: &v.fresh, silence: c.MaxStaleness * 2 / 3, report: v.reportFeed,
	}
	return v, nil
}

// Verify returns the claims of a token that is valid, and whose session is not revoked. A token that was verified before costs less
// than a microsecond.
// Errors: ErrInvalidToken, also for ErrRevoked; ErrUnavailable; ctx's, while it waits for the public keys.
func (v *Verifier) Verify(ctx context.Context, token string) (Claims, error) {
	claims, err := v.verify(ctx, token)
	v.config.Metrics.Verified(outcomeOf(err))
	return claims, err
}

func outcomeOf(err error) Outcome {
	switch {
	case err == nil:
		return Accepted
	case errors.Is(err, ErrRevoked):
		return Revoked
	case errors.Is(err, ErrInvalidToken):
		return Invalid
	default:
		return Unavailable
	}
}

func (v *Verifier) verify(ctx context.Context, token string) (Claims, error) {
	t, isKnown := v.known.find(token, v.keys.current.Load())
	if !isKnown {
		var err error
		if t, err = v.check(ctx, token); err != nil {
			return Claims{}, err
		}
	}
	now := v.now() // after check, which may wait for the keys
	if err := t.claims.checkTimes(now, v.config.Leeway, v.config.TokenLifetime); err != nil {
		if isKnown {
			v.known.remove(token)
		}
		return Claims{}, err
	}
	if v.revocations.contains(t.session) {
		return Claims{}, ErrRevoked
	}
	if err := v.checkFreshness(now); err != nil {
		return Claims{}, err
	}
	if !isKnown {
		v.known.add(token, t)
	}
	return t.claims, nil
}

// check returns a token whose form, signature and claims are right, except for its times.
func (v *Verifier) check(ctx context.Context, token string) (*knownToken, error) {
	parsed, err := parseToken(token)
	if err != nil {
		return nil, err
	}
	key, err := v.keys.find(ctx, parsed.kid)
	if err != nil {
		return nil, err
	}
	claims, err := parsed.verify(key, &v.config)
	if err != nil {
		return nil, err
	}
	session, err := parseSessionID(claims.SessionID)
	if err != nil {
		return nil, invalid("sid is not a session ID")
	}
	return &knownToken{claims: claims, session: session, kid: parsed.kid, key: key}, nil
}

var errStale = fmt.Errorf("%w: the feed of revocations is stale", ErrUnavailable)

func (v *Verifier) checkFreshness(now time.Time) error {
	if v.config.FailOpen || !v.isStale(now) {
		return nil
	}
	return errStale
}

func (v *Verifier) isStale(now time.Time) bool {
	age, known := v.fresh.age(now)
	return !known || age > v.config.MaxStaleness
}

// Health returns the present state: for a readiness probe, log or metric.
func (v *Verifier) Health() Health {
	now := v.now()
	age, _ := v.fresh.age(now)
	h := Health{
		IsStale: v.isStale(now), Staleness: age, Revocations: v.revocations.count(), Keys: v.keys.count(),
		FeedErr: loadError(&v.feedErr), KeysErr: loadError(&v.keysErr), Err: v.checkFreshness(now),
	}
	if h.Keys == 0 {
		h.Err = fmt.Errorf("%w: there are no public keys", ErrUnavailable)
	}
	return h
}

func loadError(p *atomic.Pointer[error]) error {
	if err := p.Load(); err != nil {
		return *err
	}
	return nil
}
