package memory

import (
	"context"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

type counterKey struct {
	scope         domain.RateLimitScope
	subject, part string
}

func keyOf(l domain.RateLimit) counterKey { return counterKey{l.Scope, l.Subject, l.Part} }

type rateLimits struct{ view }

func (r rateLimits) Spend(_ context.Context, limits []domain.RateLimit, now time.Time) (decision domain.Decision, err error) {
	err = r.do(func(s *state) error {
		decision = s.spend(limits, now)
		return nil
	})
	return decision, err
}

func (s *state) spend(limits []domain.RateLimit, now time.Time) domain.Decision {
	after, refused := make([]domain.Counter, len(limits)), -1
	for i, l := range limits {
		var spent bool
		after[i], spent = l.Spend(s.counters[keyOf(l)], now)
		if !spent && refused < 0 {
			refused = i
		}
	}
	decision := domain.NewDecision(limits, after, refused)
	if decision.Allowed {
		for i, l := range limits {
			s.counters[keyOf(l)] = after[i]
		}
	}
	return decision
}

func (r rateLimits) Refund(_ context.Context, limits []domain.RateLimit) error {
	return r.do(func(s *state) error {
		for _, l := range limits {
			s.refund(l)
		}
		return nil
	})
}

func (s *state) refund(l domain.RateLimit) { s.counters[keyOf(l)] = l.Refund(s.counters[keyOf(l)]) }

func (r rateLimits) Clear(_ context.Context, limits []domain.RateLimit) error {
	return r.do(func(s *state) error {
		s.clear(limits)
		return nil
	})
}

func (s *state) clear(limits []domain.RateLimit) {
	for _, l := range limits {
		s.counters[keyOf(l)] = l.Succeed(s.counters[keyOf(l)])
	}
}

func (r rateLimits) PurgeExpired(_ context.Context, before time.Time, limit int) (removed int, err error) {
	err = r.do(func(s *state) error {
		for k, counter := range s.counters {
			if removed < limit && counter.ExpiresAt.Before(before) {
				delete(s.counters, k)
				removed++
			}
		}
		return nil
	})
	return removed, err
}
