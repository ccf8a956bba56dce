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

	"github.com/siriusys/user-management-service/app"
)

func newEcho(log *bytes.Buffer) *echo.Echo {
	return New(Config{
		App: &app.App{}, Logger: slog.New(slog.NewJSONHandler(log, nil)),
		Ready: func(context.Context) error { return nil }, NewRequestID: func() string { return "made-here" },
	})
}

func TestAPlainRequestIDIsKeptAndAnyOtherReplaced(t *testing.T) {
	t.Parallel()
	e := newEcho(&bytes.Buffer{})
	for given, want := range map[string]string{"": "made-here", "trace-1.A_b": "trace-1.A_b", "a b": "made-here", "a\nb": "made-here", "é": "made-here", strings.Repeat("a", 65): "made-here"} {
		req := httptest.NewRequest(http.MethodGet, "/livez", nil)
		req.Header.Set("X-Request-Id", given)
		rec := httptest.NewRecorder()
		e.ServeHTTP(rec, req)
		if got := rec.Header().Get("X-Request-Id"); got != want {
			t.Errorf("%q became %q", given, got)
		}
	}
}

func TestAPanicIsA500AndTheServiceGoesOn(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	e := newEcho(&log)
	e.GET("/panic", func(echo.Context) error { panic("secret of the stack") })
	rec := httptest.NewRecorder()
	e.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/panic", nil))
	if rec.Code != http.StatusInternalServerError || strings.Contains(rec.Body.String(), "secret") {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	if !strings.Contains(log.String(), "middleware_test.go") {
		t.Errorf("the log does not show where: %s", &log)
	}
}

func TestOnlyOneBearerTokenIsAccepted(t *testing.T) {
	t.Parallel()
	e := newEcho(&bytes.Buffer{})
	for _, headers := range [][]string{nil, {""}, {"Basic eDp5"}, {"Bearer a", "Bearer b"}, {"token"}} {
		req := httptest.NewRequest(http.MethodGet, "/me?access_token=a", nil)
		req.Header["Authorization"] = headers
		rec := httptest.NewRecorder()
		e.ServeHTTP(rec, req)
		if rec.Code != http.StatusUnauthorized {
			t.Errorf("%q: %d", headers, rec.Code)
		}
	}
}
