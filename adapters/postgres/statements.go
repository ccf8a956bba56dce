package postgres

import (
	"cmp"
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
)

// sender sends batches: in a transaction, or on a connection of the pool.
type sender interface {
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
}

// single is the sqlc.DBTX that sends each statement as a batch of one.
type single struct{ sender }

func (s single) send(ctx context.Context, sql string, args []any) pgx.BatchResults {
	var b pgx.Batch
	b.Queue(sql, args...)
	return s.SendBatch(ctx, &b)
}

// Exec sends a statement that returns no rows.
func (s single) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	results := s.send(ctx, sql, args)
	tag, err := results.Exec()
	return tag, cmp.Or(err, results.Close())
}

// Query sends a statement that returns rows.
func (s single) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	results := s.send(ctx, sql, args)
	rows, err := results.Query()
	if err != nil { // the caller does not close rows that come with an error
		_ = results.Close()
		return rows, err
	}
	return lastRows{rows, results}, nil
}

// QueryRow sends a statement that returns a row.
func (s single) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	results := s.send(ctx, sql, args)
	return lastRow{results.QueryRow(), results}
}

// lastRows and lastRow are the last result of a batch. Reading them to the end closes the batch.
type lastRows struct {
	pgx.Rows
	results pgx.BatchResults
}

// Close closes the batch.
func (r lastRows) Close() {
	r.Rows.Close()
	_ = r.results.Close() // if it fails, so does the next statement
}

type lastRow struct {
	pgx.Row
	results pgx.BatchResults
}

// Scan reads the row and closes the batch.
func (r lastRow) Scan(into ...any) error {
	return cmp.Or(r.Row.Scan(into...), r.results.Close())
}

// statements sends batches on connections of the pool, outside of a transaction of the caller.
type statements struct{ pool *pgxpool.Pool }

// queries runs generated queries outside of a transaction.
func (s *Store) queries() *sqlc.Queries { return sqlc.New(direct{statements{s.pool}}) }

// direct is the sqlc.DBTX outside of a transaction. It sends a statement without a batch, which costs a tenth more of a cheap request,
// unless its timeout is raised.
type direct struct{ statements }

// Exec sends a statement that returns no rows.
func (d direct) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	if raisedTimeout(ctx) != "" {
		return single{d.statements}.Exec(ctx, sql, args...)
	}
	conn, err := d.pool.Acquire(ctx)
	if err != nil {
		return pgconn.CommandTag{}, err
	}
	defer conn.Release()
	tag, err := conn.Exec(ctx, sql, args...)
	return tag, statement(sql).mark(err)
}

// Query sends a statement that returns rows.
func (d direct) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	if raisedTimeout(ctx) != "" {
		return single{d.statements}.Query(ctx, sql, args...)
	}
	conn, err := d.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := conn.Query(ctx, sql, args...)
	if err != nil { // the caller does not close rows that come with an error
		conn.Release()
		return nil, statement(sql).mark(err)
	}
	return directRows{markedRows{rows, statement(sql)}, conn}, nil
}

// QueryRow sends a statement that returns a row.
func (d direct) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	if raisedTimeout(ctx) != "" {
		return single{d.statements}.QueryRow(ctx, sql, args...)
	}
	conn, err := d.pool.Acquire(ctx)
	if err != nil {
		return failedRow{err}
	}
	return directRow{markedRow{conn.QueryRow(ctx, sql, args...), statement(sql)}, conn}
}

// directRows and directRow release their connection when they have been read.
type directRows struct {
	markedRows
	conn *pgxpool.Conn
}

// Close releases the connection.
func (r directRows) Close() {
	r.markedRows.Close()
	r.conn.Release()
}

type directRow struct {
	markedRow
	conn *pgxpool.Conn
}

// Scan reads the row and releases the connection.
func (r directRow) Scan(into ...any) error {
	defer r.conn.Release()
	return r.markedRow.Scan(into...)
}

type failedRow struct{ err error }

func (r failedRow) Scan(...any) error { return r.err }

// marker marks an error after which it is unknown whether what was sent was committed.
type marker interface{ mark(err error) error }

// statement is one that commits what it writes.
type statement string

func (s statement) mark(err error) error {
	if leavesOutcomeUnknown(err) && writes(string(s)) {
		return outcomeUnknown{err}
	}
	return err
}

// markedRows and markedRow are results whose connection may break before they have arrived.
type markedRows struct {
	pgx.Rows
	marker
}

// Err returns the error of reading.
func (r markedRows) Err() error { return r.mark(r.Rows.Err()) }

type markedRow struct {
	pgx.Row
	marker
}

// Scan reads the row.
func (r markedRow) Scan(into ...any) error { return r.mark(r.Row.Scan(into...)) }

// SendBatch sends a batch on a connection that its results release.
func (s statements) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return pgx.FailedBatchResults(b, err)
	}
	limit := raisedTimeout(ctx)
	if limit == "" {
		return &committing{BatchResults: conn.SendBatch(ctx, b), conn: conn, batch: b}
	}
	// PostgreSQL runs a batch as one transaction, to which the setting is local.
	var raised pgx.Batch
	raised.Queue("SELECT set_config('statement_timeout', $1, true)", limit)
	raised.QueuedQueries = append(raised.QueuedQueries, b.QueuedQueries...)
	results := conn.SendBatch(ctx, &raised)
	_, _ = results.Exec() // if it fails, so does the next statement
	return &committing{BatchResults: results, conn: conn, batch: b}
}

// committing are the results of a batch that commits what it writes. If the connection breaks before the results have arrived, the
// batch may have been committed.
type committing struct {
	pgx.BatchResults
	conn  *pgxpool.Conn
	batch *pgx.Batch
}

// Exec reads the result of the next statement.
func (c *committing) Exec() (pgconn.CommandTag, error) {
	tag, err := c.BatchResults.Exec()
	return tag, c.mark(err)
}

// Query reads the rows of the next statement.
func (c *committing) Query() (pgx.Rows, error) {
	rows, err := c.BatchResults.Query()
	return markedRows{rows, c}, c.mark(err)
}

// QueryRow reads the row of the next statement.
func (c *committing) QueryRow() pgx.Row { return markedRow{c.BatchResults.QueryRow(), c} }

// Close releases the connection.
func (c *committing) Close() error {
	err := c.mark(c.BatchResults.Close())
	if c.conn != nil {
		c.conn.Release()
		c.conn = nil
	}
	return err
}

func (c *committing) mark(err error) error {
	if !leavesOutcomeUnknown(err) {
		return err
	}
	for _, query := range c.batch.QueuedQueries {
		if writes(query.SQL) {
			return outcomeUnknown{err}
		}
	}
	return err
}
