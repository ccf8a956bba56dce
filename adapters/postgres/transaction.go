package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// txAttempts is how often a transaction is tried that PostgreSQL aborts in favor of another one.
const txAttempts = 5

// InTx runs do in one read-committed transaction and retries it after a deadlock or a serialization failure. A deferred statement
// that fails makes the next statement or the commit fail, and InTx returns the error.
func (s *Store) InTx(ctx context.Context, do func(ctx context.Context, r ports.Repos) error) error {
	return s.inTx(ctx, func(w unitOfWork) error { return do(ctx, w.repos()) })
}

func (s *Store) inTx(ctx context.Context, do func(w unitOfWork) error) error {
	var err error
	for range txAttempts {
		err = s.tryTx(ctx, do)
		if !errors.Is(err, errTxAborted) {
			return err
		}
	}
	return fmt.Errorf("%w: after %d attempts: %w", domain.ErrBusy, txAttempts, err)
}

func (s *Store) tryTx(ctx context.Context, do func(w unitOfWork) error) error {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return mapError(err)
	}
	tx := &transaction{conn: conn}
	tx.deferred.batch.Queue("BEGIN ISOLATION LEVEL READ COMMITTED")
	if limit := raisedTimeout(ctx); limit != "" {
		tx.deferred.batch.Queue("SET LOCAL statement_timeout = " + limit)
	}
	defer tx.end(ctx)
	if err := do(unitOfWork{store: s, db: tx, q: sqlc.New(single{tx}), tx: tx}); err != nil {
		return err
	}
	if err := tx.commit(ctx); err != nil {
		return mapError(err)
	}
	if tx.revokes {
		s.revocations.announce()
	}
	return nil
}

// transaction sends its BEGIN and its deferred statements together with the next statement or with the COMMIT.
type transaction struct {
	conn     *pgxpool.Conn
	deferred batchQueue
	revokes  bool // sessions were revoked, of which the commit notifies
}

// SendBatch sends a batch after the deferred statements. It drops their results: pgx returns the first error of a batch from
// every later read, so the error of a deferred statement is also that of the first result that the caller reads.
func (t *transaction) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	deferred := t.deferred.batch.QueuedQueries
	t.deferred = batchQueue{}
	results := t.conn.SendBatch(ctx, &pgx.Batch{QueuedQueries: append(deferred, b.QueuedQueries...)})
	for range deferred {
		_, _ = results.Exec()
	}
	return results
}

func (t *transaction) commit(ctx context.Context) error {
	tag, err := single{t}.Exec(ctx, "COMMIT")
	if err == nil && tag.String() != "COMMIT" {
		return pgx.ErrTxCommitRollback // a statement failed, and do ignored its error
	}
	if leavesOutcomeUnknown(err) {
		return outcomeUnknown{err}
	}
	return err
}

// rollBackTimeout bounds the wait for a server that no longer responds.
const rollBackTimeout = 5 * time.Second

// end rolls back what is not committed, also after a panic. It ignores the request's cancellation, which would close the
// connection instead of ending the transaction. If the rollback fails, the pool closes the connection, and the server rolls back.
func (t *transaction) end(ctx context.Context) {
	defer t.conn.Release()
	if t.conn.Conn().IsClosed() || t.conn.Conn().PgConn().TxStatus() == txStatusIdle {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollBackTimeout)
	defer cancel()
	_, _ = t.conn.Exec(ctx, "ROLLBACK")
}

// txStatusIdle is how the server reports a connection that is not in a transaction.
const txStatusIdle = 'I'
