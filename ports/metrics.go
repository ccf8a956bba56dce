package ports

import (
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// HashRefusal is why a password hash was not computed.
type HashRefusal string

// The reasons. A client receives 503 for each but HashCancelled.
const (
	HashQueueFull HashRefusal = "queue_full"
	// HashDisplaced: a waiting hash made room for one of a network, or of an account, with fewer in the queue.
	HashDisplaced HashRefusal = "displaced"
	// HashCancelled: the request ended first.
	HashCancelled HashRefusal = "cancelled"
)

// MessageOutcome is how an attempt to send a message ended.
type MessageOutcome string

// The outcomes. All but the first two are tried again.
const (
	MessageSent MessageOutcome = "sent"
	// MessageRejected: permanently, by the mail server.
	MessageRejected MessageOutcome = "rejected"
	// MessageRefused: the mail server replied that it does not accept the message now, or not from this sender.
	MessageRefused MessageOutcome = "refused"
	// MessageFailed: no reply, as from a mail server that is down.
	MessageFailed MessageOutcome = "failed"
)

// Metrics counts what operators watch, for this replica alone. No method takes anything that identifies a client or an account
// holder. Every method returns immediately, never fails, and is safe for concurrent use.
type Metrics interface {
	// RateLimitAllowed counts a decision that allowed an event. scope is that of the decision's first limit. The sum of a scope over
	// all replicas is the load of the whole service, which no limit refuses.
	RateLimitAllowed(scope domain.RateLimitScope)
	// RateLimitRefused counts a decision that refused an event. scope is that of the limit that refused it.
	RateLimitRefused(scope domain.RateLimitScope)
	// RequestHandled counts a response to a request of the API, and how long it took. operation is the operationId of the contract,
	// "none" for any other route. A stream is not counted.
	RequestHandled(operation string, status int, took time.Duration)
	// RevocationFollowers sets how many streams of revocations are open.
	RevocationFollowers(n int)
	// RevocationRead counts a revocation that the open streams are sent, and how long ago it was.
	RevocationRead(age time.Duration)
	// HashStarted counts a password hash that is computed, and how long it waited in the queue.
	HashStarted(waited time.Duration)
	// HashRefused counts a password hash that was not computed.
	HashRefused(reason HashRefusal)
	// HashesWaiting sets how many password hashes wait in the queue.
	HashesWaiting(n int)
	// MessageAttempted counts an attempt to send a message.
	MessageAttempted(outcome MessageOutcome)
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
