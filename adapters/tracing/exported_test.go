package tracing

import (
	"errors"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

// The table of docs/operations.md has every attribute that leaves the process.
func TestTheTableOfAttributesIsComplete(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "\n## Traces\n")
	section, _, _ = strings.Cut(section, "\n## ")
	var documented []attribute.Key
	for _, row := range regexp.MustCompile(`(?m)^\|.*\|(.*)\|$`).FindAllStringSubmatch(section, -1) {
		for _, name := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(row[1], -1) {
			documented = append(documented, attribute.Key(name[1]))
		}
	}
	slices.Sort(documented)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(exported)), documented); diff != "" {
		t.Errorf("docs/operations.md differs (-exported +documented):\n%s", diff)
	}
}

func TestASpanLeavesWithoutPersonalData(t *testing.T) {
	t.Parallel()
	spans := tracetest.NewInMemoryExporter()
	tracer := sdktrace.NewTracerProvider(sdktrace.WithSyncer(&withoutPersonalData{SpanExporter: spans})).Tracer("test")
	_, span := tracer.Start(t.Context(), "span")
	span.SetAttributes(attribute.String("client.address", "192.0.2.1"), attribute.String("http.route", "/me"))
	span.RecordError(errors.New("key (email)=(ada@example.com) exists"))
	span.SetStatus(codes.Error, "key (email)=(ada@example.com) exists")
	span.End()
	got := spans.GetSpans()[0]
	want := tracetest.SpanStub{
		Name: "span", Attributes: []attribute.KeyValue{attribute.String("http.route", "/me")}, Status: sdktrace.Status{Code: codes.Error},
	}
	if got.Name != want.Name || !slices.Equal(got.Attributes, want.Attributes) || len(got.Events) > 0 || got.Status != want.Status {
		t.Errorf("exported: %+v", got)
	}
}
