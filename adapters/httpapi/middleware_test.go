package httpapi

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/app"
)

// newAPI serves the API with use cases that have no adapters, so only requests that reach none succeed.
func newAPI(log *bytes.Buffer, allowed Origins) *echo.Echo {
	return newCountedAPI(log, allowed, &memory.Metrics{})
}

func newCountedAPI(log *bytes.Buffer, allowed Origins, counted *memory.Metrics) *echo.Echo {
	return New(Config{
		Metrics:        counted,
		Authentication: app.NewAuthentication(app.AuthenticationConfig{}), Accounts: app.NewAccounts(app.AccountsConfig{}),
		Pseudonyms: app.NewPseudonyms(memory.MAC("key")),
		Logger:     slog.New(slog.NewJSONHandler(log, nil)), AllowedOrigins: allowed,
		Ready: func(context.Context) error { return nil }, NewRequestID: func() string { return "generated" },
	})
}

func TestOnlyPlainRequestIDsAreKept(t *testing.T) {
	t.Parallel()
	e := newAPI(&bytes.Buffer{}, Origins{})
	for given, want := range map[string]string{
		"trace-1.A_b": "trace-1.A_b", "": "generated", "a b": "generated", "a\nb": "generated", "é": "generated",
		strings.Repeat("a", 65): "generated",
	} {
		req := httptest.NewRequest(http.MethodGet, "/livez", nil)
		req.Header.Set("X-Request-Id", given)
		rec := httptest.NewRecorder()
		e.ServeHTTP(rec, req)
		if got := rec.Header().Get("X-Request-Id"); got != want {
			t.Errorf("%q is replaced by %q", given, got)
		}
	}
}

func TestPanicIsA500WithItsStackInTheLog(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	e := newAPI(&log, Origins{})
	e.GET("/panic", func(echo.Context) error { panic("a secret") })
	rec := httptest.NewRecorder()
	e.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/panic", nil))
	if rec.Code != http.StatusInternalServerError || strings.Contains(rec.Body.String(), "secret") {
		t.Errorf("status %d, body %s", rec.Code, rec.Body)
	}
	if !strings.Contains(log.String(), "middleware_test.go") {
		t.Errorf("the log does not contain the stack: %s", &log)
	}
}
