package postgres_test

import (
	"context"
	"testing"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// The trace of a request goes on in the job of its message, also after the message has waited in the queue of unverified addresses.
func TestAMessageKeepsTheTraceOfItsRequest(t *testing.T) {
	t.Parallel()
	ctx, url := context.Background(), pgtest.New(t)
	store, conn := openAt(t, url, memory.NewSealer()), connect(t, url)
	first, second := trace.TraceID{1}, trace.TraceID{2}
	request := ports.MessageRequest{Template: domain.MessageVerification, EmailIndexes: domain.EmailIndexes{"index"}, At: start}
	if err := store.Repos().Outbox.Enqueue(within(ctx, first), request); err != nil {
		t.Fatal(err)
	}
	pace := domain.UnverifiedPace{
		Network: domain.Pace{Every: time.Hour, Burst: 1}, All: domain.Pace{Every: time.Hour, Burst: 1},
	}
	queue := store.Repos().UnverifiedQueue
	for _, id := range []string{"sent", "waiting"} {
		m := ports.UnverifiedMessage{EmailIndex: domain.EmailIndex(id), MessageID: id, Request: request}
		if _, err := queue.Enter(within(ctx, second), m, pace, start); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := queue.Release(ctx, pace, start.Add(2*time.Hour)); err != nil || n != 1 {
		t.Fatalf("%d messages released: %v", n, err)
	}
	rows, err := conn.Query(ctx, "SELECT args FROM river_job ORDER BY id")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for _, want := range []trace.TraceID{first, second} {
		var args []byte
		if !rows.Next() {
			t.Fatalf("a job is missing: %v", rows.Err())
		}
		if err := rows.Scan(&args); err != nil {
			t.Fatal(err)
		}
		if got := trace.SpanContextFromContext(postgres.ContinueTrace(ctx, args)).TraceID(); got != want {
			t.Errorf("the job continues the trace %v, want %v: %s", got, want, args)
		}
	}
}

// within returns ctx in a span of a trace.
func within(ctx context.Context, id trace.TraceID) context.Context {
	return trace.ContextWithSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: id, SpanID: trace.SpanID{1}, TraceFlags: trace.FlagsSampled,
	}))
}

func TestArgumentsWithoutATraceContinueNone(t *testing.T) {
	t.Parallel()
	for _, args := range []string{"", "{", `{}`, `{"traceparent": 1}`, `{"traceparent": "00-zz-1-01"}`} {
		if trace.SpanContextFromContext(postgres.ContinueTrace(context.Background(), []byte(args))).IsValid() {
			t.Errorf("%q continues a trace", args)
		}
	}
}
