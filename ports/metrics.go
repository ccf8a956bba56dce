package ports

import (
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// Metrics counts what operators watch, for this replica alone. No method takes anything that identifies a client or an account
// holder. Every method returns immediately, never fails, and is safe for concurrent use.
type Metrics interface {
	// RateLimitAllowed counts a decision that allowed an event. scope is that of the decision's first limit. The sum of a scope over
	// all replicas is the load of the whole service, which no limit refuses.
	RateLimitAllowed(scope domain.RateLimitScope)
	// RateLimitRefused counts a decision that refused an event. scope is that of the limit that refused it.
	RateLimitRefused(scope domain.RateLimitScope)
	// AuditBroken counts a break of the audit chain that this replica found.
	AuditBroken()
	// AuditLate counts a call that found an event without a chain entry for too long.
	AuditLate()
	// JobCancelled counts a background job that can never succeed, by its kind.
	JobCancelled(kind string)
	// JobDiscarded counts a background job that failed as often as it may, by its kind.
	JobDiscarded(kind string)
	// UnverifiedMessagesWaiting sets how many messages to email addresses that were never verified wait in the queue.
	UnverifiedMessagesWaiting(n int)
	// InsecureSettingLifted marks a floor that ALLOW_INSECURE lifts, by its name, as lifted. Repeating it changes nothing.
	InsecureSettingLifted(name string)
	// ClockOffset sets by how much the database's clock is ahead of this machine's; negative if it is behind.
	ClockOffset(ahead time.Duration)
}
