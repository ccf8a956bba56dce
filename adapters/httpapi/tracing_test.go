package httpapi

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/labstack/echo/v4"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

// recorded are the names of the spans of requests with a traceparent that asks to be recorded.
func recorded(t *testing.T, sampler sdktrace.Sampler, paths ...string) (names []string, foreign bool) {
	t.Helper()
	const traceID = "0af7651916cd43dd8448eb211c80319c"
	spans := tracetest.NewInMemoryExporter()
	e := echo.New()
	e.Use(traced(sdktrace.NewTracerProvider(sdktrace.WithSampler(sampler), sdktrace.WithSyncer(spans))))
	for _, path := range []string{"/livez", "/readyz", "/me", "/sessions/:id"} {
		e.GET(path, func(c echo.Context) error { return c.NoContent(http.StatusOK) })
	}
	for _, path := range paths {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
		req.Header.Set("Traceparent", "00-"+traceID+"-b7ad6b7169203331-01")
		e.ServeHTTP(httptest.NewRecorder(), req)
	}
	for _, span := range spans.GetSpans() {
		names = append(names, span.Name)
		foreign = foreign || span.SpanContext.TraceID().String() == traceID
	}
	return names, foreign
}

func TestASpanDescribesItsRequest(t *testing.T) {
	t.Parallel()
	spans := tracetest.NewInMemoryExporter()
	e := echo.New()
	e.Use(traced(sdktrace.NewTracerProvider(sdktrace.WithSyncer(spans))), func(handle echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error { // as accessLog does
			if err := handle(c); err != nil {
				c.Error(err)
			}
			return nil
		}
	})
	e.GET("/me/:id", func(c echo.Context) error { return c.NoContent(http.StatusServiceUnavailable) })
	for _, method := range []string{http.MethodGet, "a-secret"} {
		e.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), method, "/me/1", nil))
	}
	var described []string
	for _, span := range spans.GetSpans() {
		described = append(described, fmt.Sprint(span.Name, span.Attributes, span.Status.Code, span.SpanKind))
	}
	want := []string{
		`GET /me/:id[{"http.request.method":"GET"} {"http.route":"/me/:id"} {"http.response.status_code":503}] Error server`,
		`_OTHER /me/:id[{"http.request.method":"_OTHER"} {"http.route":"/me/:id"} {"http.response.status_code":405}] Unset server`,
	}
	if diff := cmp.Diff(want, described); diff != "" {
		t.Errorf("spans (-want +got):\n%s", diff)
	}
}

func TestRequestsAreTraced(t *testing.T) {
	t.Parallel()
	names, foreign := recorded(t, sdktrace.AlwaysSample(), "/livez", "/readyz", "/me", "/sessions/a-secret", "/a-secret")
	if diff := cmp.Diff([]string{"GET /me", "GET /sessions/:id", "GET "}, names); diff != "" {
		t.Errorf("spans (-want +got):\n%s", diff)
	}
	if foreign {
		t.Error("a request continues the trace of a client")
	}
}

// A client cannot make the service record a request.
func TestAClientDoesNotChooseWhatIsTraced(t *testing.T) {
	t.Parallel()
	if names, _ := recorded(t, sdktrace.ParentBased(sdktrace.NeverSample()), "/me"); len(names) > 0 {
		t.Errorf("recorded: %v", names)
	}
}
