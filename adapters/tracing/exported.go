package tracing

import (
	"context"
	"log/slog"
	"slices"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"golang.org/x/time/rate"
)

// exported are the attributes that leave the process. Instrumentation adds others, such as the client's IP address, the path with its
// ids, and the texts of errors. What is not listed stays.
var exported = map[attribute.Key]bool{
	"http.request.method": true, "http.route": true, "http.response.status_code": true,
	"db.system.name": true, "db.operation.batch.size": true, "pgx.sql_state": true, "pgx.rows_affected": true,
	// of jobs
	"id": true, "kind": true, "attempt": true, "priority": true, "queue": true, "status": true, "cancel": true, "snooze": true,
	templateKey: true, replyCodeKey: true,
}

// withoutPersonalData exports spans without what may contain personal data. It logs the errors of the exporter.
type withoutPersonalData struct {
	sdktrace.SpanExporter
	logger *slog.Logger
	warn   rate.Sometimes
}

// ExportSpans implements sdktrace.SpanExporter. Its error is always nil: the library would print it.
func (e *withoutPersonalData) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	clean := make([]sdktrace.ReadOnlySpan, len(spans))
	for i, s := range spans {
		clean[i] = exportedSpan{s}
	}
	if err := e.SpanExporter.ExportSpans(ctx, clean); err != nil {
		e.warn.Do(func() { e.logger.WarnContext(ctx, "traces not exported", "error", err) })
	}
	return nil
}

// exportedSpan is a span without the texts of errors, with the listed attributes only.
type exportedSpan struct{ sdktrace.ReadOnlySpan }

// Attributes implements sdktrace.ReadOnlySpan.
func (s exportedSpan) Attributes() []attribute.KeyValue {
	return slices.DeleteFunc(slices.Clone(s.ReadOnlySpan.Attributes()), func(a attribute.KeyValue) bool { return !exported[a.Key] })
}

// Events implements sdktrace.ReadOnlySpan. They are errors.
func (exportedSpan) Events() []sdktrace.Event { return nil }

// Status implements sdktrace.ReadOnlySpan.
func (s exportedSpan) Status() sdktrace.Status {
	return sdktrace.Status{Code: s.ReadOnlySpan.Status().Code}
}
