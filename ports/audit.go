package ports

import (
	"context"
	"errors"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// Audit stores audit events, the chain over them and its checkpoints. It never changes or removes any of them.
type Audit interface {
	// Record adds events. In a transaction it takes effect if and only if the transaction does.
	Record(ctx context.Context, events ...domain.AuditEvent) error
	// RecordFirst counts events, each for its kind and the hour of its time, and adds those that are the first of the network in
	// that hour. It is one atomic operation: of concurrent calls, one adds its event.
	RecordFirst(ctx context.Context, network string, events ...domain.AuditEvent) error
	// IsRecorded reports whether there is an event with the id.
	IsRecorded(ctx context.Context, id domain.ID) (bool, error)
	// TakeCounts removes at most limit counts of hours that began before the given time and returns them. It must be called in the
	// transaction that records them. Concurrent transactions take different counts.
	TakeCounts(ctx context.Context, before time.Time, limit int) ([]domain.AuditCount, error)
	// LockChain reports whether the caller may extend the chain. It must be called in a transaction. Until the end of that
	// transaction, it reports false to every other caller.
	LockChain(ctx context.Context) (bool, error)
	// FindUnchained returns at most limit events that have no entry in the chain yet, in the order of their ids, and whether there
	// may be more. It must be called by the caller that LockChain let extend the chain. It looks at a bounded part of what waits, so
	// that rows which an attacker adds do not stop it: then there may be more, even if it returns no event.
	FindUnchained(ctx context.Context, limit int) (events []domain.AuditEvent, more bool, err error)
	// FindOldestUnchained returns the time of the event that FindUnchained would return first, zero if none waits.
	FindOldestUnchained(ctx context.Context) (time.Time, error)
	// FindLastPosition returns the highest position of an entry, 0 if there is none.
	FindLastPosition(ctx context.Context) (int64, error)
	// AppendChain adds the checkpoint that opens a segment unless it is zero, then entries, then the checkpoint that signs them
	// unless it is zero. The events of the entries wait no longer.
	// Errors: one that says so if an entry or a checkpoint has no predecessor; nothing is added then.
	AppendChain(ctx context.Context, opening domain.AuditCheckpoint, entries []domain.AuditChainEntry, signing domain.AuditCheckpoint) error
	// ListChain lists at most limit entries with positions above after, each with its event, in the order of their positions. The
	// event is zero if it was removed from the store.
	ListChain(ctx context.Context, after int64, limit int) ([]ChainedEvent, error)
	// ListCheckpoints lists at most limit checkpoints with numbers above after, in the order of their numbers.
	ListCheckpoints(ctx context.Context, after int64, limit int) ([]domain.AuditCheckpoint, error)
	// ListNewestCheckpoints lists at most limit checkpoints, the highest number first.
	ListNewestCheckpoints(ctx context.Context, limit int) ([]domain.AuditCheckpoint, error)
	// ListBreaks lists at most limit checkpoints that open a segment above after, the highest segment first.
	ListBreaks(ctx context.Context, after int64, limit int) ([]domain.AuditCheckpoint, error)
	// ListUnaccounted reads at most limit events with ids above after. It returns those that neither have an entry nor wait for
	// one, and the value of after for the next call: zero at the end.
	ListUnaccounted(ctx context.Context, after domain.ID, limit int) (unaccounted []domain.ID, next domain.ID, err error)
}

// ChainedEvent is an entry of the chain with its event.
type ChainedEvent struct {
	Entry domain.AuditChainEntry
	Event domain.AuditEvent
}

var (
	// ErrUnknownAuditKey: the key of a checkpoint is not known, so its signature cannot be verified.
	ErrUnknownAuditKey = errors.New("the key of the checkpoint is not known")
	// ErrInvalidAuditSignature: a checkpoint's key is known, and its signature is wrong.
	ErrInvalidAuditSignature = errors.New("the signature of the checkpoint is wrong")
)

// AuditVerifier verifies checkpoints of the audit chain.
type AuditVerifier interface {
	// Verify returns nil if the signature, or the tag of an older release, is one of the checkpoint by a known key.
	// Errors: ErrUnknownAuditKey, ErrInvalidAuditSignature.
	Verify(c domain.AuditCheckpoint) error
}

// AuditSigner signs checkpoints of the audit chain. Its keys are not stored in the database.
type AuditSigner interface {
	AuditVerifier
	// Sign returns the checkpoint with a signature of the primary key, which Verify verifies.
	Sign(c domain.AuditCheckpoint) domain.AuditCheckpoint
	// PublicKeys returns the Ed25519 public keys (RFC 8032) by the names of their keys, for verification elsewhere.
	PublicKeys() map[string][]byte
}

// AuditAnchors keeps checkpoints outside of the database, where an attacker who changes the database cannot change them.
type AuditAnchors interface {
	// Append stores checkpoints durably after those that are there.
	Append(checkpoints ...domain.AuditCheckpoint) error
	// Newest returns the checkpoint that was appended last, zero if there is none. It ignores what Append was interrupted in.
	Newest() (domain.AuditCheckpoint, error)
}
