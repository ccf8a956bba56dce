package httpapi

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
)

func TestOriginsAreExact(t *testing.T) {
	t.Parallel()
	for _, good := range []string{
		"https://app.example.com", "https://app.example.com:8443", "http://localhost:3000", "http://localhost", "http://127.0.0.1:5173",
		"http://[::1]:3000", "https://xn--bcher-kva.example",
	} {
		if o, err := ParseOrigins([]string{" " + good + " ", ""}); err != nil || len(o.exact) != 1 || o.exact[0] != good {
			t.Errorf("%q: origins %q, error %v", good, o.exact, err)
		}
	}
	for _, bad := range []string{
		"*", "null", "https://*", "https://*.example.com", "https://app?.example.com", "app.example.com", "http://app.example.com",
		"http://localhost.example.com", "https://app.example.com/", "https://app.example.com/x", "https://App.example.com",
		"HTTPS://app.example.com", "https://app.example.com:443", "http://localhost:80", "https://app.example.com:",
		"https://user@app.example.com", "https://app.example.com#x", "https://bücher.example", "https://", "file://x",
		"ftp://localhost", "https://a b",
	} {
		if _, err := ParseOrigins([]string{"https://ok.example.com", bad}); err == nil || !strings.Contains(err.Error(), `"`+bad+`"`) {
			t.Errorf("%q: error %v", bad, err)
		}
	}
}

func newAPIFor(t *testing.T, origins ...string) *echo.Echo {
	t.Helper()
	allowed, err := ParseOrigins(origins)
	if err != nil {
		t.Fatal(err)
	}
	return newAPI(&bytes.Buffer{}, allowed)
}

const allowedOrigin = "https://app.example.com"

var otherOrigins = []string{
	"", "null", "https://app.example.com.evil.example", "https://evil.example", "http://app.example.com",
	"https://app.example.com:8443", "https://APP.example.com", "https://sub.app.example.com", "https://appxexample.com",
	"https://app.example.com/", "https://app.example.com, https://evil.example", "*",
}

func call(e *echo.Echo, method, path, origin string, header ...string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(method, path, nil)
	if origin != "" {
		req.Header.Set("Origin", origin)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	rec := httptest.NewRecorder()
	e.ServeHTTP(rec, req)
	return rec
}

// corsHeaders returns the names of the headers that make browsers give a script access.
func corsHeaders(rec *httptest.ResponseRecorder) (found []string) {
	for name := range rec.Header() {
		if strings.HasPrefix(name, "Access-Control-") {
			found = append(found, name)
		}
	}
	return found
}

func TestAllowedOriginMayCall(t *testing.T) {
	t.Parallel()
	e := newAPIFor(t, "http://localhost:3000", allowedOrigin)
	for path, status := range map[string]int{
		"/livez": http.StatusOK, "/me": http.StatusUnauthorized, "/nowhere": http.StatusNotFound,
	} {
		rec := call(e, http.MethodGet, path, allowedOrigin)
		h := rec.Header()
		if rec.Code != status || h.Get("Access-Control-Allow-Origin") != allowedOrigin || h.Get("Vary") != "Origin" {
			t.Errorf("%s: status %d, headers %v", path, rec.Code, h)
		}
		if h.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s: the browser's credentials are allowed", path)
		}
		for _, name := range []string{"RateLimit", "Retry-After", "X-Request-Id", "WWW-Authenticate", "Deprecation", "Sunset"} {
			if !strings.Contains(strings.ToLower(h.Get("Access-Control-Expose-Headers")), strings.ToLower(name)) {
				t.Errorf("%s: scripts cannot read %s", path, name)
			}
		}
	}
}

func TestPreflightAllowsTheMethodsAndHeadersOfTheAPI(t *testing.T) {
	t.Parallel()
	e := newAPIFor(t, allowedOrigin)
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodDelete} {
		rec := call(e, http.MethodOptions, "/me", allowedOrigin,
			"Access-Control-Request-Method", method, "Access-Control-Request-Headers", "authorization,content-type,x-evil")
		h := rec.Header()
		if rec.Code != http.StatusNoContent || !strings.Contains(h.Get("Access-Control-Allow-Methods"), method) {
			t.Errorf("%s: status %d, headers %v", method, rec.Code, h)
		}
		if !strings.Contains(strings.Join(h.Values("Vary"), ","), "Origin") {
			t.Errorf("%s: Vary is %q", method, h.Values("Vary"))
		}
		for name, want := range map[string]string{
			"Access-Control-Allow-Origin": allowedOrigin, "Access-Control-Allow-Headers": "Authorization,Content-Type,Idempotency-Key,X-Request-Id",
			"Access-Control-Max-Age": "7200", "Access-Control-Allow-Credentials": "",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", method, name, got, want)
			}
		}
	}
}

func TestOtherOriginsMayNotCall(t *testing.T) {
	t.Parallel()
	e := newAPIFor(t, allowedOrigin)
	for _, origin := range otherOrigins {
		for _, method := range []string{http.MethodGet, http.MethodOptions} {
			rec := call(e, method, "/livez", origin, "Access-Control-Request-Method", "GET")
			if found := corsHeaders(rec); len(found) > 0 || rec.Header().Get("Vary") != "Origin" {
				t.Errorf("%s from %q: headers %q, Vary %q", method, origin, found, rec.Header().Get("Vary"))
			}
		}
	}
}

func TestWithoutAllowedOriginsNoOriginMayCall(t *testing.T) {
	t.Parallel()
	e := newAPIFor(t)
	for _, origin := range append([]string{allowedOrigin, "http://localhost:3000"}, otherOrigins...) {
		for _, method := range []string{http.MethodGet, http.MethodOptions} {
			if found := corsHeaders(call(e, method, "/livez", origin, "Access-Control-Request-Method", "GET")); len(found) > 0 {
				t.Errorf("%s from %q: headers %q", method, origin, found)
			}
		}
	}
}
