package app

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// The operations that accept an idempotency key. They are part of what is stored.
const (
	signUpOperation    = "sign_up"
	resetOperation     = "reset_password"
	terminateOperation = "terminate_account"
)

// A repeated call asks again after firstPause, and then at doubled intervals up to longestPause.
const (
	firstPause   = 25 * time.Millisecond
	longestPause = 400 * time.Millisecond
)

// Idempotency lets clients repeat a call whose outcome they do not know, by a key of their choice. It remembers that a call
// completed, never its response.
type Idempotency struct {
	store      ports.Store
	pseudonyms Pseudonyms
	runtime    Runtime
	// pause waits, or returns the error of a context that ends before.
	pause func(context.Context, time.Duration) error
}

// NewIdempotency returns the collaborator of the modules whose calls can be repeated.
func NewIdempotency(
	store ports.Store, pseudonyms Pseudonyms, runtime Runtime, pause func(context.Context, time.Duration) error,
) *Idempotency {
	return &Idempotency{store: store, pseudonyms: pseudonyms, runtime: runtime, pause: pause}
}

// newCall returns a call of an operation that concerns a token or a user, with its input; the zero value without a key.
// Errors: domain.ErrInvalidIdempotencyKey.
func (i *Idempotency) newCall(
	header *string, operation, concerns string, from netip.Prefix, input ...string,
) (domain.IdempotentCall, error) {
	if header == nil {
		return domain.IdempotentCall{}, nil
	}
	key, err := domain.ParseIdempotencyKey(*header)
	if err != nil {
		return domain.IdempotentCall{}, err
	}
	c := domain.IdempotentCall{Attempt: i.runtime.NewID(), At: i.runtime.Now()}
	if c.IDs, err = i.pseudonyms.tags(idempotencyKeyPurpose, operation, concerns, string(key.Bytes())); err != nil {
		return domain.IdempotentCall{}, err
	}
	if c.Inputs, err = i.pseudonyms.tags(idempotencyInputPurpose, input...); err != nil {
		return domain.IdempotentCall{}, err
	}
	c.Network, err = i.pseudonyms.network(domain.WideNetwork(from))
	return c, err
}

// once calls do, unless an earlier call completed: then it returns that one. While another attempt runs, it waits. do must complete
// the call in its transaction, with complete. If do fails, the key can be used again.
// Errors: domain.ErrIdempotencyKeyReused; domain.ErrIdempotentCallInProgress; those of do.
func (i *Idempotency) once(
	ctx context.Context, c domain.IdempotentCall, do func() error,
) (earlier domain.StoredCall, err error) {
	if c.IsZero() {
		return domain.StoredCall{}, do()
	}
	earlier, err = i.begin(ctx, c)
	if err != nil || earlier.Completed {
		return earlier, err
	}
	if err := do(); err != nil {
		i.abandon(ctx, c)
		return domain.StoredCall{}, err
	}
	return domain.StoredCall{}, nil
}

// begin returns the call that has begun, or the one that completed before.
func (i *Idempotency) begin(ctx context.Context, c domain.IdempotentCall) (domain.StoredCall, error) {
	pause := firstPause
	for waited := time.Duration(0); ; waited, pause = waited+pause, min(2*pause, longestPause) {
		stored, err := i.tryBegin(ctx, c)
		if err != nil || stored.Attempt == c.Attempt {
			return stored, err
		}
		switch c.State(stored) {
		case domain.CallCompleted:
			return stored, nil
		case domain.CallDiffers:
			return domain.StoredCall{}, domain.ErrIdempotencyKeyReused
		case domain.CallUnknown, domain.CallInProgress:
		}
		if waited >= domain.IdempotencyWait {
			return domain.StoredCall{}, domain.ErrIdempotentCallInProgress
		}
		if err := i.pause(ctx, pause); err != nil {
			return domain.StoredCall{}, fmt.Errorf("wait for an idempotent call: %w", err)
		}
		c.At = i.runtime.Now()
	}
}

// tryBegin writes only if there may be something to begin.
func (i *Idempotency) tryBegin(ctx context.Context, c domain.IdempotentCall) (domain.StoredCall, error) {
	calls := i.store.Repos().IdempotentCalls
	stored, err := calls.Find(ctx, c)
	if err == nil && c.State(stored) == domain.CallUnknown {
		stored, err = calls.Begin(ctx, c)
	}
	if err != nil {
		return domain.StoredCall{}, fmt.Errorf("begin an idempotent call: %w", err)
	}
	return stored, nil
}

// abandonTimeout bounds an abandonment that outlives its request.
const abandonTimeout = 5 * time.Second

// abandon forgets a call that failed. If that fails too, the key is usable again after domain.IdempotencyAbandonedAfter.
func (i *Idempotency) abandon(ctx context.Context, c domain.IdempotentCall) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), abandonTimeout)
	defer cancel()
	_ = i.store.Repos().IdempotentCalls.Abandon(ctx, c)
}

// complete marks the call as completed in the transaction of its effects.
// Errors: domain.ErrIdempotentCallInProgress if another attempt took its place.
func (i *Idempotency) complete(ctx context.Context, r ports.Repos, c domain.IdempotentCall, device domain.KnownDevice) error {
	if c.IsZero() {
		return nil
	}
	err := r.IdempotentCalls.Complete(ctx, c, device)
	if errors.Is(err, ports.ErrConflict) {
		return domain.ErrIdempotentCallInProgress
	}
	if err != nil {
		return fmt.Errorf("complete an idempotent call: %w", err)
	}
	return nil
}

// findCompleted returns an earlier call that completed, for a caller whose token the call itself has used up.
// Errors: domain.ErrIdempotencyKeyReused; otherwise if there is no such call.
func (i *Idempotency) findCompleted(ctx context.Context, c domain.IdempotentCall, otherwise error) (domain.StoredCall, error) {
	if c.IsZero() {
		return domain.StoredCall{}, otherwise
	}
	stored, err := i.store.Repos().IdempotentCalls.Find(ctx, c)
	if err != nil {
		return domain.StoredCall{}, fmt.Errorf("find an idempotent call: %w", err)
	}
	switch c.State(stored) {
	case domain.CallCompleted:
		return stored, nil
	case domain.CallDiffers:
		return domain.StoredCall{}, domain.ErrIdempotencyKeyReused
	default:
		return domain.StoredCall{}, otherwise
	}
}
