package postgres

import (
	"context"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	// connectTimeout bounds one attempt to connect, so that a dead host does not block the pool.
	connectTimeout = 5 * time.Second
	// DefaultConnectionTimeout bounds the wait for a connection of the pool, unless WithConnectionTimeout says otherwise.
	DefaultConnectionTimeout = time.Second
	// statementTimeout is that of db.StatementTimeout.
	statementTimeout = 5 * time.Second
	// serverDelay is how much longer the driver waits than the server. A timeout of the server keeps the connection; one of the driver
	// closes it.
	serverDelay = time.Second
)

type statementTimeoutKey struct{}

// WithStatementTimeout raises the timeout of the statements that run with the context, and of waiting for a connection. It is for
// jobs and for commands of operators, whose statements may read or change many rows.
func WithStatementTimeout(ctx context.Context, limit time.Duration) context.Context {
	return context.WithValue(ctx, statementTimeoutKey{}, limit)
}

// raisedTimeout is the timeout of WithStatementTimeout, in the milliseconds of PostgreSQL; empty without one.
func raisedTimeout(ctx context.Context) string {
	limit, ok := ctx.Value(statementTimeoutKey{}).(time.Duration)
	if !ok {
		return ""
	}
	return strconv.FormatInt(limit.Milliseconds(), 10)
}

// timeouts bounds every wait for the pool and for the server. It is a tracer of the driver, since pgx then runs the call with the
// context that the tracer returns: the job workers, which use the pool directly, are bounded too.
type timeouts struct{ connection time.Duration }

type cancelKey struct{}

// boundContext is a context with a timeout, and has the function that frees its timer as a value: another tracer may wrap it.
type boundContext struct {
	context.Context
	cancel context.CancelFunc
}

// Value returns the function that frees the timer, or a value of the context around.
func (b boundContext) Value(key any) any {
	if key == (cancelKey{}) {
		return b.cancel
	}
	return b.Context.Value(key)
}

// boundStatement bounds a statement. The end of a request does not end it: the driver would close the connection, and clients that
// hang up would make the service reconnect instead of serving others. A command of an operator ends with its context.
func boundStatement(ctx context.Context) context.Context {
	if raisedTimeout(ctx) == "" {
		ctx = context.WithoutCancel(ctx)
	}
	return bound(ctx, statementTimeout+serverDelay)
}

func bound(ctx context.Context, usual time.Duration) context.Context {
	limit, ok := ctx.Value(statementTimeoutKey{}).(time.Duration)
	if !ok {
		limit = usual
	}
	ctx, cancel := context.WithTimeout(ctx, limit) //nolint:gosec // unbound calls cancel
	return boundContext{ctx, cancel}
}

// unbound frees the timer of bound.
func unbound(ctx context.Context) {
	if cancel, ok := ctx.Value(cancelKey{}).(context.CancelFunc); ok {
		cancel()
	}
}

// TraceAcquireStart bounds the wait for a connection. A connection that is being made is then left to another request.
func (t timeouts) TraceAcquireStart(ctx context.Context, _ *pgxpool.Pool, _ pgxpool.TraceAcquireStartData) context.Context {
	return bound(ctx, t.connection)
}

// TraceAcquireEnd ends the bound.
func (timeouts) TraceAcquireEnd(ctx context.Context, _ *pgxpool.Pool, _ pgxpool.TraceAcquireEndData) {
	unbound(ctx)
}

// TraceQueryStart bounds a statement.
func (timeouts) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return boundStatement(ctx)
}

// TraceQueryEnd ends the bound.
func (timeouts) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryEndData) {
	unbound(ctx)
}

// TraceBatchStart bounds a batch.
func (timeouts) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	return boundStatement(ctx)
}

// TraceBatchQuery does nothing.
func (timeouts) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

// TraceBatchEnd ends the bound.
func (timeouts) TraceBatchEnd(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchEndData) {
	unbound(ctx)
}
