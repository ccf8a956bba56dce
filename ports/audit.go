package ports

import (
	"context"

	"github.com/siriusys/user-management-service/domain"
)

// Audit keeps what happened. Nothing in it is ever changed or removed.
type Audit interface {
	// Record adds events. In a transaction they are there if and only if the transaction takes effect.
	Record(ctx context.Context, events ...domain.AuditEvent) error
	// Unsealed returns the newest seal, zero if there is none, and at most limit events that have none yet, in the order
	// of their ids. It must be called in a transaction, until whose end every other caller gets no events.
	Unsealed(ctx context.Context, limit int) (newest domain.AuditSeal, events []domain.AuditEvent, err error)
	// Seal adds the seals of what Unsealed returned, and a head, in the same transaction.
	Seal(ctx context.Context, seals []domain.AuditSeal, head domain.AuditHead) error
	// Sealed returns at most limit seals behind a position, each with its event; a zero event is one that is gone.
	Sealed(ctx context.Context, after int64, limit int) ([]SealedEvent, error)
	// Heads returns at most limit heads behind a position, by position.
	Heads(ctx context.Context, after int64, limit int) ([]domain.AuditHead, error)
	// Strays returns those of at most limit events behind an id that have no seal and do not wait for one, and the id to
	// go on behind, which is zero at the end.
	Strays(ctx context.Context, after domain.ID, limit int) (strays []domain.ID, next domain.ID, err error)
}

// SealedEvent is a seal with its event.
type SealedEvent struct {
	Seal  domain.AuditSeal
	Event domain.AuditEvent
}
