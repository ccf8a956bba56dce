package ports

import (
	"context"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// IdempotentCalls stores which calls with an idempotency key were begun and completed, for all replicas.
type IdempotentCalls interface {
	// Begin stores a call whose state is domain.CallUnknown, as domain.IdempotentCall.State decides, with its attempt, and returns that
	// attempt. In any other state it changes nothing and returns what is stored. Of concurrent calls with one id, one begins; the
	// others get what it stored. Beyond domain.MaxIdempotentCalls of the call's network, Begin forgets the oldest.
	Begin(ctx context.Context, c domain.IdempotentCall) (domain.StoredCall, error)
	// Find finds what is stored of a call, by any of its ids; the zero value if nothing is.
	Find(ctx context.Context, c domain.IdempotentCall) (domain.StoredCall, error)
	// Complete marks a call as completed, with the device that it made known; zero if none.
	// Errors: ErrConflict if the call's attempt is not the one that runs.
	Complete(ctx context.Context, c domain.IdempotentCall, device domain.KnownDevice) error
	// Abandon forgets a call that failed, so that its key can be used again. A completed call and one of another attempt stay.
	Abandon(ctx context.Context, c domain.IdempotentCall) error
	// PurgeExpired forgets at most limit calls that began before the given time, and returns how many it forgot.
	PurgeExpired(ctx context.Context, before time.Time, limit int) (int, error)
}
