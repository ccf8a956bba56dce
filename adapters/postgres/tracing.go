package postgres

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/exaring/otelpgx"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/multitracer"
	metrics "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// tracer bounds what a connection does and, if traces are on, records it. The workers' own statements belong to no trace.
func (c choices) tracer() pgx.QueryTracer {
	bounds := timeouts{connection: c.connectionTimeout}
	if c.traces == nil {
		return bounds
	}
	return multitracer.New(bounds, recordedOnly{otelpgx.NewTracer(
		otelpgx.WithTracerProvider(c.traces),
		otelpgx.WithMeterProvider(metrics.NewMeterProvider()),
		otelpgx.WithDisableAcquireTracer(), // a metric counts the waits
		otelpgx.WithDisableConnectionDetailsInAttributes(),
		otelpgx.WithDisableSQLStatementInAttributes(),
		otelpgx.WithSpanNameCtxFunc(statementName),
	)})
}

// recordedOnly leaves out the requests that are not recorded, for which the library also measures times.
type recordedOnly struct{ *otelpgx.Tracer }

func isRecorded(ctx context.Context) bool { return trace.SpanFromContext(ctx).IsRecording() }

// TraceQueryStart implements pgx.QueryTracer.
func (r recordedOnly) TraceQueryStart(ctx context.Context, conn *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	if !isRecorded(ctx) {
		return ctx
	}
	return r.Tracer.TraceQueryStart(ctx, conn, data)
}

// TraceBatchStart implements pgx.BatchTracer.
func (r recordedOnly) TraceBatchStart(ctx context.Context, conn *pgx.Conn, data pgx.TraceBatchStartData) context.Context {
	if !isRecorded(ctx) {
		return ctx
	}
	return r.Tracer.TraceBatchStart(ctx, conn, data)
}

// TracePrepareStart implements pgx.PrepareTracer.
func (r recordedOnly) TracePrepareStart(ctx context.Context, conn *pgx.Conn, data pgx.TracePrepareStartData) context.Context {
	if !isRecorded(ctx) {
		return ctx
	}
	return r.Tracer.TracePrepareStart(ctx, conn, data)
}

// statementName is the name of a query in db/queries, or the first word of another statement.
func statementName(ctx context.Context, sql string) string {
	if named, ok := strings.CutPrefix(sql, "-- name: "); ok {
		name, _, _ := strings.Cut(named, " ")
		return name
	}
	return otelpgx.SQLOperationName(ctx, sql)
}

const traceparent = "traceparent"

// traceOf is the traceparent of the span that is in progress; empty if there is none.
func traceOf(ctx context.Context) string {
	if !trace.SpanContextFromContext(ctx).IsValid() {
		return ""
	}
	carrier := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(ctx, carrier)
	return carrier[traceparent]
}

// ContinueTrace returns ctx in the trace of the request that a message's job is from, if its arguments contain one.
func ContinueTrace(ctx context.Context, args []byte) context.Context {
	var m struct {
		Trace string `json:"traceparent"`
	}
	if err := json.Unmarshal(args, &m); err != nil || m.Trace == "" {
		return ctx
	}
	return propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier{traceparent: m.Trace})
}
