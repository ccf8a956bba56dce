package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// txAttempts is how often a transaction is tried that lost against another one.
const txAttempts = 5

// InTx runs do in one read-committed transaction and tries again after a deadlock or a serialization failure.
func (s *Store) InTx(ctx context.Context, do func(ctx context.Context, r ports.Repos) error) error {
	return s.inTx(ctx, func(w work) error { return do(ctx, w.repos()) })
}

func (s *Store) inTx(ctx context.Context, do func(w work) error) error {
	var err error
	for range txAttempts {
		err = s.tryTx(ctx, do)
		if !errors.Is(err, errLostRace) {
			return err
		}
	}
	return fmt.Errorf("%w: after %d attempts: %w", domain.ErrBusy, txAttempts, err)
}

func (s *Store) tryTx(ctx context.Context, do func(w work) error) error {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return translate(err)
	}
	tx := &transaction{conn: conn}
	tx.unsent.batch.Queue("BEGIN")
	defer tx.end(ctx)
	if err := do(work{store: s, db: tx, q: sqlc.New(tx), tx: tx}); err != nil {
		return err
	}
	return translate(tx.commit(ctx))
}

// transaction sends its beginning, and each statement whose answer nobody waits for, along with the next one or its end.
type transaction struct {
	conn   *pgxpool.Conn
	unsent pipeline
}

// SendBatch sends a batch after what is unsent. If that fails, so does every call of the answers.
func (t *transaction) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	first := t.unsent.batch.QueuedQueries
	t.unsent = pipeline{}
	answers := t.conn.SendBatch(ctx, &pgx.Batch{QueuedQueries: append(first, b.QueuedQueries...)})
	for range first {
		_, _ = answers.Exec() // its failure comes again
	}
	return answers
}

func (t *transaction) send(ctx context.Context, sql string, args []any) pgx.BatchResults {
	var b pgx.Batch
	b.Queue(sql, args...)
	return t.SendBatch(ctx, &b)
}

// Exec sends a statement that returns no rows.
func (t *transaction) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	answers := t.send(ctx, sql, args)
	tag, err := answers.Exec()
	return tag, cmp.Or(err, answers.Close())
}

// Query sends a statement that returns rows.
func (t *transaction) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	answers := t.send(ctx, sql, args)
	rows, err := answers.Query()
	return answeredRows{rows, answers}, err
}

// QueryRow sends a statement that returns a row.
func (t *transaction) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	answers := t.send(ctx, sql, args)
	return answeredRow{answers.QueryRow(), answers}
}

// answeredRows and answeredRow are the last answers of a batch, which ends with them.
type answeredRows struct {
	pgx.Rows
	answers pgx.BatchResults
}

// Close ends the batch.
func (r answeredRows) Close() {
	r.Rows.Close()
	_ = r.answers.Close() // a failure is that of the next statement
}

type answeredRow struct {
	pgx.Row
	answers pgx.BatchResults
}

// Scan reads the row and ends the batch.
func (r answeredRow) Scan(into ...any) error {
	return cmp.Or(r.Row.Scan(into...), r.answers.Close())
}

func (t *transaction) commit(ctx context.Context) error {
	tag, err := t.Exec(ctx, "COMMIT")
	if err == nil && tag.String() != "COMMIT" {
		return pgx.ErrTxCommitRollback // a statement failed and nobody noticed
	}
	return err
}

// rollBackTimeout bounds the wait for a server that no longer answers.
const rollBackTimeout = 5 * time.Second

// end rolls back what was not committed, after a panic too. It goes on without the request's cancellation, which would close
// the connection instead of ending the transaction. When it fails, the pool closes the connection, and the server rolls back.
func (t *transaction) end(ctx context.Context) {
	defer t.conn.Release()
	if t.conn.Conn().IsClosed() || t.conn.Conn().PgConn().TxStatus() == outsideTransaction {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollBackTimeout)
	defer cancel()
	_, _ = t.conn.Exec(ctx, "ROLLBACK")
}

// outsideTransaction is what the server says of a connection without a transaction.
const outsideTransaction = 'I'

// atomically runs do in the transaction that w is in, or in one of its own.
func (w work) atomically(ctx context.Context, do func(w work) error) error {
	if w.tx != nil {
		return do(w)
	}
	return w.store.inTx(ctx, do)
}

// later has a statement done whose answer nobody waits for: in a transaction along with what comes next, else at once.
func (w work) later(ctx context.Context, statement func(q *sqlc.Queries) error) error {
	if w.tx != nil {
		return statement(sqlc.New(&w.tx.unsent))
	}
	_, err := w.together(ctx, statement)
	return err
}
