package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/siriusys/user-management-service/adapters/web"
)

const spec = "openapi: 3.0.3\n"

func serve(t *testing.T, publicURL string) *echo.Echo {
	t.Helper()
	u, err := url.Parse(publicURL)
	if err != nil {
		t.Fatal(err)
	}
	e := echo.New()
	if err := web.Register(e, web.Config{PublicURL: u, Spec: []byte(spec), ProductName: "Siriusys & Co", PasswordMinLength: 15}); err != nil {
		t.Fatal(err)
	}
	return e
}

func ask(e *echo.Echo, method, path string, header ...string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(method, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	rec := httptest.NewRecorder()
	e.ServeHTTP(rec, req)
	return rec
}

var pages = []string{"/pages/verify-email", "/pages/password-reset", "/pages/reverse-termination", "/docs"}

func TestPagesMayLoadNothingFromElsewhere(t *testing.T) {
	t.Parallel()
	e := serve(t, "https://example.com")
	for _, path := range pages {
		rec := ask(e, http.MethodGet, path)
		policy := rec.Header().Get("Content-Security-Policy")
		if rec.Code != http.StatusOK || !strings.HasPrefix(policy, "default-src 'none'; script-src 'self'; ") || !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "http") || strings.Contains(policy, "*") {
			t.Errorf("%s: %d, policy %q", path, rec.Code, policy)
		}
		if path != "/docs" && strings.Contains(policy, "unsafe") {
			t.Errorf("%s: policy %q", path, policy)
		}
		if got := rec.Header().Get("X-Robots-Tag"); got != "noindex" {
			t.Errorf("%s: X-Robots-Tag is %q", path, got)
		}
		if outside := regexp.MustCompile(`(?:src|href)="(?:https?:)?//[^"]*"|<script>|<style|style=| on[a-z]+=`).FindString(rec.Body.String()); outside != "" {
			t.Errorf("%s holds %s", path, outside)
		}
	}
}

// A proxy may serve the service below a path, which the pages must then use and the service never sees.
func TestWhatPagesLoadIsThere(t *testing.T) {
	t.Parallel()
	for _, prefix := range []string{"", "/accounts"} {
		e := serve(t, "https://example.com"+prefix)
		for _, path := range pages {
			body := ask(e, http.MethodGet, path).Body.String()
			found := regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(body, -1)
			if len(found) < 3 {
				t.Fatalf("%s loads only %q", path, found)
			}
			for _, match := range found {
				inside, ok := strings.CutPrefix(match[1], prefix)
				if rec := ask(e, http.MethodGet, inside); !ok || rec.Code != http.StatusOK || rec.Body.Len() == 0 {
					t.Errorf("%s loads %s: %d", path, match[1], rec.Code)
				}
			}
			if !strings.Contains(body, `data-base="`+prefix+`"`) {
				t.Errorf("%s does not tell its script the prefix %q", path, prefix)
			}
		}
	}
}

func TestAPageIsTheSameForEveryToken(t *testing.T) {
	t.Parallel()
	e := serve(t, "https://example.com")
	for _, path := range pages {
		plain := ask(e, http.MethodGet, path).Body.String()
		if got := ask(e, http.MethodGet, path+"?token=secret").Body.String(); got != plain {
			t.Errorf("%s depends on its query", path)
		}
		if rec := ask(e, http.MethodHead, path); rec.Code != http.StatusOK {
			t.Errorf("HEAD %s: %d", path, rec.Code)
		}
		if rec := ask(e, http.MethodPost, path); rec.Code != http.StatusMethodNotAllowed {
			t.Errorf("POST %s: %d", path, rec.Code)
		}
	}
}

func TestTheResetPageTellsTheRule(t *testing.T) {
	t.Parallel()
	body := ask(serve(t, "https://example.com"), http.MethodGet, "/pages/password-reset").Body.String()
	if !strings.Contains(body, "15 to 128 characters") || !strings.Contains(body, `minlength="15"`) || !strings.Contains(body, "Siriusys &amp; Co") {
		t.Error(body)
	}
}

func TestAnUnchangedFileIsNotSentAgain(t *testing.T) {
	t.Parallel()
	e := serve(t, "https://example.com")
	first := ask(e, http.MethodGet, "/openapi.yaml")
	if first.Body.String() != spec || first.Header().Get("Content-Type") != "application/yaml" {
		t.Errorf("%q as %q", first.Body, first.Header().Get("Content-Type"))
	}
	again := ask(e, http.MethodGet, "/openapi.yaml", "If-None-Match", first.Header().Get("ETag"))
	if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
		t.Errorf("%d %q", again.Code, again.Body)
	}
	if changed := ask(e, http.MethodGet, "/openapi.yaml", "If-None-Match", `"other"`); changed.Code != http.StatusOK {
		t.Errorf("%d", changed.Code)
	}
}
