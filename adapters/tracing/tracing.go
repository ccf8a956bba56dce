// Package tracing records what happens to a request, from its arrival to the email that it causes, as an OpenTelemetry trace. Spans
// leave the process by OTLP over HTTP and contain no personal data (docs/decisions/0048-trace-without-personal-data.md).
package tracing

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.40.0"
	"go.opentelemetry.io/otel/trace"
	"golang.org/x/time/rate"
)

const (
	serviceName = "user-management-service"
	// tracerName is the instrumentation scope of the spans that this module starts itself.
	tracerName = "github.com/siriusys/user-management-service/adapters/tracing"
	// warnEvery is the least time between two log lines about spans that could not be exported.
	warnEvery = time.Minute
)

// Config says where spans go.
type Config struct {
	// URL is that of the collector's traces, such as http://localhost:4318/v1/traces.
	URL string
	// Version is that of the program.
	Version string
	Logger  *slog.Logger
}

// Start exports spans until stop is called. The environment variables of OpenTelemetry choose the rest: OTEL_TRACES_SAMPLER,
// OTEL_EXPORTER_OTLP_HEADERS, OTEL_BSP_MAX_QUEUE_SIZE, OTEL_RESOURCE_ATTRIBUTES and others
// (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/). Requests never wait for the collector: spans
// that do not fit into the queue are dropped. stop exports what is queued until its context ends.
func Start(ctx context.Context, c Config) (provider trace.TracerProvider, stop func(context.Context) error, err error) {
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(c.URL))
	if err != nil {
		return nil, nil, fmt.Errorf("set up the export of traces: %w", err)
	}
	described, err := resource.New(ctx,
		resource.WithAttributes(semconv.ServiceName(serviceName), semconv.ServiceVersion(c.Version)),
		resource.WithTelemetrySDK(), resource.WithFromEnv(), // the environment may name the service otherwise
	)
	if err != nil {
		return nil, nil, fmt.Errorf("describe the service in traces: %w", err)
	}
	spans := &withoutPersonalData{SpanExporter: exporter, logger: c.Logger, warn: rate.Sometimes{Interval: warnEvery}}
	sdk := sdktrace.NewTracerProvider(sdktrace.WithResource(described), sdktrace.WithBatcher(spans))
	return sdk, sdk.Shutdown, nil
}
