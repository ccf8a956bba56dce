package httpapi

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"
	"go.opentelemetry.io/otel/codes"
	semconv "go.opentelemetry.io/otel/semconv/v1.40.0"
	"go.opentelemetry.io/otel/trace"
)

const tracerName = "github.com/siriusys/user-management-service/adapters/httpapi"

// probes are requested every few seconds, which says nothing about what users wait for.
var probes = map[string]bool{"/livez": true, "/readyz": true}

// methods are those that a span may name.
var methods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions,
}

// traced starts a trace with each request. A client's traceparent is ignored: it could make the service record every request of a flood,
// or add them to another client's trace. Streams are not recorded: they last for hours.
//
// The library otelecho costs six times as much for a request that is not recorded (docs/decisions/0048-trace-without-personal-data.md).
func traced(provider trace.TracerProvider) echo.MiddlewareFunc {
	tracer := provider.Tracer(tracerName)
	return func(handle echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if probes[c.Path()] || isStream(c) {
				return handle(c)
			}
			method := c.Request().Method
			if !slices.Contains(methods, method) {
				method = "_OTHER"
			}
			ctx, span := tracer.Start(c.Request().Context(), method+" "+c.Path(), trace.WithSpanKind(trace.SpanKindServer))
			defer span.End()
			c.SetRequest(c.Request().WithContext(ctx))
			err := handle(c)
			if span.IsRecording() {
				status := c.Response().Status
				span.SetAttributes(
					semconv.HTTPRequestMethodKey.String(method), semconv.HTTPRoute(c.Path()), semconv.HTTPResponseStatusCode(status))
				if status >= http.StatusInternalServerError {
					span.SetStatus(codes.Error, "")
				}
			}
			return err
		}
	}
}
