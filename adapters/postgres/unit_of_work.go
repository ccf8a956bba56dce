package postgres

import (
	"context"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/ports"
)

// unitOfWork contains what the repositories use: the queries, and the transaction in which they run, if any.
type unitOfWork struct {
	store *Store
	q     *sqlc.Queries
	db    sender
	tx    *transaction
}

func (w unitOfWork) repos() ports.Repos {
	return ports.Repos{
		Accounts: accounts{w}, Sessions: sessions{w}, Links: links{w}, Outbox: outbox{w}, RateLimits: rateLimits{w}, Audit: audit{w},
		MessageSpacing: messageSpacing{w}, UnverifiedQueue: unverifiedQueue{w}, IdempotentCalls: idempotentCalls{w},
	}
}

// announceRevocation notifies the followers of revocations, after the commit.
func (w unitOfWork) announceRevocation() {
	if w.tx != nil {
		w.tx.revokes = true
		return
	}
	w.store.revocations.announce()
}

// inTx runs do in the transaction of w, or in one of its own.
func (w unitOfWork) inTx(ctx context.Context, do func(w unitOfWork) error) error {
	if w.tx != nil {
		return do(w)
	}
	return w.store.inTx(ctx, do)
}

// deferExec runs a statement whose result is not read. In a transaction it is deferred: it is sent with the next statement or
// with the commit, and its error appears there. Outside, it is sent immediately. Use it only for statements that cannot report
// ErrNotFound or ErrConflict.
func (w unitOfWork) deferExec(ctx context.Context, statement func(q *sqlc.Queries) error) error {
	if w.tx == nil {
		return w.sendBatch(ctx, statement)
	}
	return statement(sqlc.New(&w.tx.deferred))
}
