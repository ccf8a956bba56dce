package app

import (
	"context"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

type rateLimitStateKey struct{}

// ObserveRateLimit returns a context in which a use case that counts the request stores the state of the rate limit in state. A use
// case that counts nothing leaves it unchanged. State is valid only if the use case succeeds; an error contains its own.
func ObserveRateLimit(ctx context.Context, state *domain.RateLimitState) context.Context {
	return context.WithValue(ctx, rateLimitStateKey{}, state)
}

// reportRateLimit stores the state after a decision for the observer, if there is one.
func reportRateLimit(ctx context.Context, d domain.Decision, now time.Time) {
	if state, observed := ctx.Value(rateLimitStateKey{}).(*domain.RateLimitState); observed {
		*state = d.State(now)
	}
}
