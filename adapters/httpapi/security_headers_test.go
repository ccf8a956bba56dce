package httpapi

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/labstack/echo/v4"
)

func TestStrictTransportIsSetForHTTPSOnly(t *testing.T) {
	t.Parallel()
	for onlyHTTPS, want := range map[bool]string{true: "max-age=31536000", false: ""} {
		e := echo.New()
		e.Use(commonHeaders(onlyHTTPS))
		rec := httptest.NewRecorder()
		e.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/nowhere", nil))
		if got := rec.Header().Get("Strict-Transport-Security"); got != want {
			t.Errorf("onlyHTTPS %t: Strict-Transport-Security is %q", onlyHTTPS, got)
		}
	}
}

func TestResponsesDoNotShareHeaders(t *testing.T) {
	t.Parallel()
	e := echo.New()
	e.Use(commonHeaders(false))
	e.GET("/", func(c echo.Context) error {
		if got := c.Response().Header()["Cache-Control"][0]; got != "no-store" {
			t.Errorf("Cache-Control is %q", got)
		}
		c.Response().Header()["Cache-Control"][0] = "public"
		return c.NoContent(http.StatusNoContent)
	})
	for range 2 {
		e.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	}
}
