package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
)

// traceCollector receives spans as an OpenTelemetry collector does.
type traceCollector struct {
	*httptest.Server
	mu    sync.Mutex
	spans []*otlp.Span
	text  string // of all that was received
	fails error
}

func newTraceCollector(t *testing.T) *traceCollector {
	t.Helper()
	c := &traceCollector{}
	c.Server = httptest.NewServer(http.HandlerFunc(c.receive))
	t.Cleanup(c.Close)
	return c
}

func (c *traceCollector) receive(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	var received collector.ExportTraceServiceRequest
	if err == nil {
		err = proto.Unmarshal(body, &received)
	}
	if err != nil || r.URL.Path != "/v1/traces" {
		c.fails = err
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	c.text += prototext.Format(&received)
	for _, resource := range received.GetResourceSpans() {
		for _, scope := range resource.GetScopeSpans() {
			c.spans = append(c.spans, scope.GetSpans()...)
		}
	}
	w.Header().Set("Content-Type", "application/x-protobuf")
}

// all are the spans received so far.
func (c *traceCollector) all(t *testing.T) []*otlp.Span {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fails != nil {
		t.Fatalf("a request to the collector: %v", c.fails)
	}
	return c.spans
}

// traceOf are the spans of the one trace that has a span with a name.
func (c *traceCollector) traceOf(t *testing.T, name string) (trace spans) {
	t.Helper()
	all := spans(c.all(t))
	id := all.named(t, name).GetTraceId()
	for _, span := range all {
		if bytes.Equal(span.GetTraceId(), id) {
			trace = append(trace, span)
		}
	}
	return trace
}

// spans are several spans in the order in which they ended.
type spans []*otlp.Span

// named is the one span with a name.
func (all spans) named(t *testing.T, name string) (found *otlp.Span) {
	t.Helper()
	for _, span := range all {
		switch {
		case span.GetName() != name:
		case found != nil:
			t.Fatalf("two spans %q", name)
		default:
			found = span
		}
	}
	if found == nil {
		t.Fatalf("no span %q among %v", name, all.names())
	}
	return found
}

// parentOf is the name of the span in which the span with a name started.
func (all spans) parentOf(t *testing.T, name string) string {
	t.Helper()
	id := all.named(t, name).GetParentSpanId()
	at := slices.IndexFunc(all, func(s *otlp.Span) bool { return bytes.Equal(s.GetSpanId(), id) })
	if at < 0 {
		return ""
	}
	return all[at].GetName()
}

func (all spans) names() (names []string) {
	for _, span := range all {
		names = append(names, span.GetName())
	}
	return names
}
