package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

type unverifiedQueue struct{ unitOfWork }

// Enter locks the network's row first and the service's second. Release skips the rows of networks that are locked, so that the two
// never deadlock.
func (r unverifiedQueue) Enter(
	ctx context.Context, m ports.UnverifiedMessage, pace domain.UnverifiedPace, now time.Time,
) (mayBeSent bool, err error) {
	err = r.inTx(ctx, func(w unitOfWork) error {
		network := []byte(m.Request.Network)
		row, err := w.q.LockUnverifiedNetwork(ctx, network)
		if err != nil {
			return mapError(err)
		}
		used, isDue := pace.Network.Take(row.UsedUntil.UTC(), now)
		mayBeSent = false
		if row.DueAt == nil && isDue {
			if mayBeSent, err = (unverifiedQueue{w}).takeFromService(ctx, pace.All, now); err != nil {
				return err
			}
		}
		if mayBeSent {
			return w.saveNetwork(ctx, network, used, nil)
		}
		return unverifiedQueue{w}.wait(ctx, m, row, pace.Network, now)
	})
	return mayBeSent, err
}

func (r unverifiedQueue) Refund(ctx context.Context, network string, pace domain.UnverifiedPace) error {
	return r.inTx(ctx, func(w unitOfWork) error {
		return w.deferExec(ctx, func(q *sqlc.Queries) error {
			err := q.RefundUnverifiedNetwork(ctx, sqlc.RefundUnverifiedNetworkParams{Network: []byte(network), Every: pace.Network.Every})
			if err != nil {
				return err
			}
			return q.RefundUnverifiedPace(ctx, pace.All.Every)
		})
	})
}

// takeFromService takes one message from the pace of the service, unless a message of another network is due before it.
func (r unverifiedQueue) takeFromService(ctx context.Context, pace domain.Pace, now time.Time) (bool, error) {
	row, err := r.q.LockUnverifiedPace(ctx, now)
	if err != nil || row.IsAnyDue {
		return false, mapError(err)
	}
	used, passes := pace.Take(row.UsedUntil.UTC(), now)
	if !passes {
		return false, nil
	}
	return true, r.deferExec(ctx, func(q *sqlc.Queries) error { return q.SaveUnverifiedPace(ctx, used) })
}

func (r unverifiedQueue) wait(
	ctx context.Context, m ports.UnverifiedMessage, network sqlc.LockUnverifiedNetworkRow, pace domain.Pace, now time.Time,
) error {
	args, err := encodeRequest(ctx, m.Request)
	if err != nil {
		return err
	}
	if _, err := r.q.AddUnverifiedMessage(ctx, sqlc.AddUnverifiedMessageParams{
		EmailIndex: []byte(m.EmailIndex), Network: []byte(m.Request.Network), MessageID: m.MessageID, Args: args, QueuedAt: now,
		Client: []byte(m.Request.Client),
	}); err != nil || network.DueAt != nil {
		return mapError(err)
	}
	due := later(now, pace.DueAt(network.UsedUntil.UTC()))
	return r.saveNetwork(ctx, []byte(m.Request.Network), network.UsedUntil, &due)
}

func (w unitOfWork) saveNetwork(ctx context.Context, network []byte, used time.Time, due *time.Time) error {
	return w.deferExec(ctx, func(q *sqlc.Queries) error {
		return q.SaveUnverifiedNetwork(ctx, sqlc.SaveUnverifiedNetworkParams{Network: network, UsedUntil: used, DueAt: due})
	})
}

// Release does nothing while another transaction uses the pace of the service.
func (r unverifiedQueue) Release(ctx context.Context, pace domain.UnverifiedPace, now time.Time) (released int, err error) {
	err = r.inTx(ctx, func(w unitOfWork) error {
		released = 0
		used, err := w.q.TryLockUnverifiedPace(ctx)
		if err = mapError(err); errors.Is(err, ports.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		run := release{unverifiedQueue: unverifiedQueue{w}, pace: pace, now: now, used: used.UTC()}
		err = run.releaseDue(ctx)
		released = run.released
		return err
	})
	return released, err
}

// release is one call of Release, within its transaction.
type release struct {
	unverifiedQueue
	pace domain.UnverifiedPace
	now  time.Time
	// used is the state of the pace of the service.
	used     time.Time
	released int
}

// releaseDue releases one message of each network that is due, and then the next one of each, until the pace is used up or nothing is due.
func (r *release) releaseDue(ctx context.Context) error {
	for slots := r.slots(); slots > 0; slots = r.slots() {
		due, err := r.q.LockDueUnverifiedNetworks(ctx, sqlc.LockDueUnverifiedNetworksParams{Now: r.now, MaxRows: maxRows(slots)})
		if err != nil {
			return mapError(err)
		}
		if len(due) == 0 {
			break
		}
		if err := r.releaseNext(ctx, due); err != nil {
			return err
		}
	}
	return r.deferExec(ctx, func(q *sqlc.Queries) error { return q.SaveUnverifiedPace(ctx, r.used) })
}

// slots is how many messages the pace of the service allows.
func (r *release) slots() (n int) {
	for used, passes := r.pace.All.Take(r.used, r.now); passes; used, passes = r.pace.All.Take(used, r.now) {
		n++
	}
	return n
}

// releaseNext releases the next message of each network. A message that was released for another network in the same call is
// skipped, and its network stays due.
func (r *release) releaseNext(ctx context.Context, due []sqlc.LockDueUnverifiedNetworksRow) error {
	next, err := r.findNext(ctx, due)
	if err != nil {
		return err
	}
	var removed [][]byte
	isRemoved := map[string]bool{}
	for _, network := range due {
		waiting := next[string(network.Network)]
		if len(waiting) > 0 {
			email := waiting[0].EmailIndex
			if isRemoved[string(email)] {
				continue
			}
			isRemoved[string(email)], removed = true, append(removed, email)
			if err := r.enqueue(ctx, waiting[0]); err != nil {
				return err
			}
			network.UsedUntil, _ = r.pace.Network.Take(network.UsedUntil.UTC(), r.now)
			r.used, _ = r.pace.All.Take(r.used, r.now)
			r.released++
		}
		var dueAt *time.Time
		if len(waiting) > 1 {
			at := later(r.now, r.pace.Network.DueAt(network.UsedUntil))
			dueAt = &at
		}
		if err := r.saveNetwork(ctx, network.Network, network.UsedUntil, dueAt); err != nil {
			return err
		}
	}
	return r.deferExec(ctx, func(q *sqlc.Queries) error { return q.RemoveUnverifiedMessages(ctx, removed) })
}

// findNext finds the next two messages of each network: the one to release, and whether another one waits.
func (r *release) findNext(
	ctx context.Context, due []sqlc.LockDueUnverifiedNetworksRow,
) (map[string][]sqlc.FindNextUnverifiedMessagesRow, error) {
	networks := make([][]byte, len(due))
	for i, network := range due {
		networks[i] = network.Network
	}
	found, err := r.q.FindNextUnverifiedMessages(ctx, networks)
	next := map[string][]sqlc.FindNextUnverifiedMessagesRow{}
	for _, m := range found {
		next[string(m.Network)] = append(next[string(m.Network)], m)
	}
	return next, mapError(err)
}

// enqueue puts a message back into the outbox.
func (r *release) enqueue(ctx context.Context, m sqlc.FindNextUnverifiedMessagesRow) error {
	request, err := ReadMessage(m.Args)
	if err != nil {
		return err
	}
	request.MessageID = m.MessageID
	return outbox{r.unitOfWork}.Enqueue(ContinueTrace(ctx, m.Args), request)
}

func (r unverifiedQueue) Count(ctx context.Context, limit int) (int, error) {
	n, err := r.q.CountUnverifiedMessages(ctx, maxRows(limit))
	return int(n), mapError(err)
}

func (r unverifiedQueue) PurgeWaiting(ctx context.Context, before time.Time, limit int) (int, error) {
	purged, err := r.q.PurgeUnverifiedMessages(ctx, sqlc.PurgeUnverifiedMessagesParams{Before: before, MaxRows: maxRows(limit)})
	return int(purged), mapError(err)
}

func (r unverifiedQueue) PurgeNetworks(ctx context.Context, before time.Time, limit int) (int, error) {
	purged, err := r.q.PurgeUnverifiedNetworks(ctx, sqlc.PurgeUnverifiedNetworksParams{Before: before, MaxRows: maxRows(limit)})
	return int(purged), mapError(err)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
