package postgres

import (
	"cmp"
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
)

// pipeline keeps the statements of generated queries until they are sent. They get no answer before that, so none of them may
// return rows.
type pipeline struct{ batch pgx.Batch }

// Exec queues a statement.
func (p *pipeline) Exec(_ context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	p.batch.Queue(sql, args...)
	return pgconn.CommandTag{}, nil
}

var errRowsPipelined = errors.New("a statement that returns rows cannot be pipelined")

// Query refuses a statement whose answer somebody waits for.
func (*pipeline) Query(context.Context, string, ...any) (pgx.Rows, error) {
	return nil, errRowsPipelined
}

// QueryRow refuses a statement whose answer somebody waits for.
func (*pipeline) QueryRow(context.Context, string, ...any) pgx.Row { return noRow{} }

type noRow struct{}

// Scan fails.
func (noRow) Scan(...any) error { return errRowsPipelined }

// together sends the statements of several units in one round trip and returns how many rows the last statement changed.
// Inside a transaction they are part of it. Outside, each unit is a transaction of its own: when one fails, those after it
// are not begun.
func (w work) together(ctx context.Context, units ...func(q *sqlc.Queries) error) (changed int64, err error) {
	var p pipeline
	for i, unit := range units {
		// The statements up to the end of a batch are one transaction; what is to end before needs to say so.
		endsBefore := w.tx == nil && i < len(units)-1
		if endsBefore {
			p.batch.Queue("BEGIN")
		}
		if err := unit(sqlc.New(&p)); err != nil {
			return 0, err
		}
		if endsBefore {
			p.batch.Queue("COMMIT")
		}
	}
	answers := w.db.SendBatch(ctx, &p.batch)
	for range p.batch.Len() {
		tag, err := answers.Exec()
		if err != nil {
			return 0, translate(cmp.Or(err, answers.Close()))
		}
		changed = tag.RowsAffected()
	}
	return changed, translate(answers.Close())
}

// ignoreCount drops the count of a pipelined statement, which is not known yet.
func ignoreCount(_ int64, err error) error { return err }
