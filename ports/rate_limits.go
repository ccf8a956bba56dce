package ports

import (
	"context"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// RateLimits stores the counters of rate limits, shared by all replicas. A crash of the store may lose counts.
type RateLimits interface {
	// Spend counts one in each of the limits, as domain.RateLimit.Spend does, or in none if one of them is blocked.
	// Concurrent calls are allowed no more than the limits in total. The scopes of one call must differ and come in the same
	// order in every call. A call without limits is always allowed.
	Spend(ctx context.Context, limits []domain.RateLimit, now time.Time) (domain.Decision, error)
	// Refund subtracts one from the counter of each limit, as domain.RateLimit.Refund does, for what did not happen after all. A
	// counter below its limit is no longer blocked. The next window of a counter at 0 begins with the next event.
	Refund(ctx context.Context, limits []domain.RateLimit) error
	// Clear applies domain.RateLimit.Succeed to the counter of each limit, after the attempt that was spent turned out to be right.
	Clear(ctx context.Context, limits []domain.RateLimit) error
	// PurgeExpired removes at most limit counters that expired before the given time, and returns how many it removed.
	PurgeExpired(ctx context.Context, before time.Time, limit int) (int, error)
}
