package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// RevocationsChannel is the channel of Listen that is notified after sessions were revoked.
const RevocationsChannel = "revocations"

const (
	// notifyRevocationsEvery is the least time between two notifications of one replica. PostgreSQL commits transactions with a
	// notification one after another (https://www.postgresql.org/docs/current/sql-notify.html), so a notification is a transaction of its
	// own, and stands for all revocations that were committed before.
	notifyRevocationsEvery = 20 * time.Millisecond
	// notifyRevocationsAfter is how long a notification waits for further commits.
	notifyRevocationsAfter = 5 * time.Millisecond
	notifyTimeout          = time.Second
)

// revocationNotifier notifies the replicas whose clients follow the revocations. A notification may be lost: those replicas poll too.
type revocationNotifier struct {
	due     chan struct{}
	cancel  context.CancelFunc
	stopped chan struct{}
}

func newRevocationNotifier(pool *pgxpool.Pool) *revocationNotifier {
	ctx, cancel := context.WithCancel(context.Background())
	n := &revocationNotifier{due: make(chan struct{}, 1), cancel: cancel, stopped: make(chan struct{})}
	go n.run(ctx, pool)
	return n
}

// announce makes a notification due. Call it after the commit.
func (n *revocationNotifier) announce() {
	select {
	case n.due <- struct{}{}:
	default: // one is already due
	}
}

func (n *revocationNotifier) run(ctx context.Context, pool *pgxpool.Pool) {
	defer close(n.stopped)
	for {
		select {
		case <-ctx.Done():
			return
		case <-n.due:
		}
		pause(ctx, notifyRevocationsAfter)
		notifying, cancel := context.WithTimeout(ctx, notifyTimeout)
		_, _ = pool.Exec(notifying, "NOTIFY "+RevocationsChannel, pgx.QueryExecModeSimpleProtocol)
		cancel()
		pause(ctx, notifyRevocationsEvery-notifyRevocationsAfter)
	}
}

// pause waits for d, or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

func (n *revocationNotifier) stop() {
	n.cancel()
	<-n.stopped
}
