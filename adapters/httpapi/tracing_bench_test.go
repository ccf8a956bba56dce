package httpapi

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/labstack/echo/v4"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// What a request costs that is not recorded, and one that is.
func BenchmarkTraced(b *testing.B) {
	for name, sampler := range map[string]sdktrace.Sampler{
		"off": nil, "not recorded": sdktrace.NeverSample(), "recorded": sdktrace.AlwaysSample(),
	} {
		b.Run(name, func(b *testing.B) {
			e := echo.New()
			if sampler != nil {
				e.Use(traced(sdktrace.NewTracerProvider(sdktrace.WithSampler(sampler))))
			}
			e.GET("/me", func(c echo.Context) error { return c.NoContent(http.StatusOK) })
			req := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/me", nil)
			req.Header.Set("User-Agent", "benchmark")
			rec := httptest.NewRecorder()
			b.ReportAllocs()
			for b.Loop() {
				e.ServeHTTP(rec, req)
			}
		})
	}
}
