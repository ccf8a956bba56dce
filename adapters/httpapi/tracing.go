package httpapi

import (
	"github.com/labstack/echo/v4"
	"go.opentelemetry.io/contrib/instrumentation/github.com/labstack/echo/otelecho"
	"go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// probes are requested every few seconds, which says nothing about what users wait for.
var probes = map[string]bool{"/livez": true, "/readyz": true}

// traced starts a trace with each request. A client's traceparent is ignored: it could make the service record every request of a flood,
// or put them into the trace of somebody else. Streams are not recorded: they last for hours.
func traced(provider trace.TracerProvider) echo.MiddlewareFunc {
	return otelecho.Middleware("",
		otelecho.WithTracerProvider(provider),
		otelecho.WithMeterProvider(noop.NewMeterProvider()),
		otelecho.WithPropagators(propagation.NewCompositeTextMapPropagator()), // none
		otelecho.WithSkipper(func(c echo.Context) bool { return isStream(c) || probes[c.Path()] }),
	)
}
