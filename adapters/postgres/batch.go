package postgres

import (
	"cmp"
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
)

// sendBatch sends the statements of several units in one round trip. A unit calls generated queries and keeps what they return.
// sendBatch calls it twice: first to queue its statements, while every query returns zero values and no error, and then to read
// their results in the same order. In a transaction, the batch is part of it. Outside, each unit is a transaction of its own, and
// the units after one that fails do not run.
func (w unitOfWork) sendBatch(ctx context.Context, units ...func(q *sqlc.Queries) error) error {
	run := func(db sqlc.DBTX) error {
		for i, unit := range units {
			// PostgreSQL runs the statements up to the end of a batch as one transaction. Only the units before the last one
			// need a BEGIN and a COMMIT.
			needsOwnTx := w.tx == nil && i < len(units)-1
			if err := runUnit(ctx, db, unit, needsOwnTx); err != nil {
				return err
			}
		}
		return nil
	}
	var queue batchQueue
	if err := run(&queue); err != nil {
		return err
	}
	results := w.db.SendBatch(ctx, &queue.batch)
	return mapError(cmp.Or(run(batchReader{results}), results.Close()))
}

func runUnit(ctx context.Context, db sqlc.DBTX, unit func(q *sqlc.Queries) error, inOwnTx bool) error {
	if !inOwnTx {
		return unit(sqlc.New(db))
	}
	if _, err := db.Exec(ctx, "BEGIN ISOLATION LEVEL READ COMMITTED"); err != nil {
		return err
	}
	if err := unit(sqlc.New(db)); err != nil {
		return err
	}
	_, err := db.Exec(ctx, "COMMIT")
	return err
}

// batchQueue queues the statements of generated queries. They return nothing before the batch is sent.
type batchQueue struct{ batch pgx.Batch }

// Exec queues a statement.
func (b *batchQueue) Exec(_ context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	b.batch.Queue(sql, args...)
	return pgconn.CommandTag{}, nil
}

// Query queues a statement that returns rows.
func (b *batchQueue) Query(_ context.Context, sql string, args ...any) (pgx.Rows, error) {
	b.batch.Queue(sql, args...)
	return unsentRows{}, nil
}

// QueryRow queues a statement that returns a row.
func (b *batchQueue) QueryRow(_ context.Context, sql string, args ...any) pgx.Row {
	b.batch.Queue(sql, args...)
	return unsentRows{}
}

// unsentRows are the rows of a statement that is not sent yet: none, and no error.
type unsentRows struct{ pgx.Rows }

func (unsentRows) Close()            {}
func (unsentRows) Err() error        { return nil }
func (unsentRows) Next() bool        { return false }
func (unsentRows) Scan(...any) error { return nil }

// batchReader gives generated queries the results of a batch, one after another. It relies on pgx to return the first error of a
// batch again from every later read.
type batchReader struct{ results pgx.BatchResults }

// Exec reads the result of the next statement.
func (b batchReader) Exec(context.Context, string, ...any) (pgconn.CommandTag, error) {
	return b.results.Exec()
}

// Query reads the rows of the next statement.
func (b batchReader) Query(context.Context, string, ...any) (pgx.Rows, error) {
	return b.results.Query()
}

// QueryRow reads the row of the next statement.
func (b batchReader) QueryRow(context.Context, string, ...any) pgx.Row { return b.results.QueryRow() }
