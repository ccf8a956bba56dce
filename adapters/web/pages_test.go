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
	"github.com/siriusys/user-management-service/domain"
)

const spec = "openapi: 3.0.3\nservers:\n  - url: /\n    description: here\n"

func serve(t *testing.T, publicURL string) *echo.Echo {
	t.Helper()
	return serveWith(t, publicURL, true)
}

func serveWith(t *testing.T, publicURL string, docs bool) *echo.Echo {
	t.Helper()
	u, err := url.Parse(publicURL)
	if err != nil {
		t.Fatal(err)
	}
	e := echo.New()
	err = web.Register(e, web.Config{PublicURL: u, Spec: []byte(spec), ProductName: "Siriusys & Co", PasswordMinLength: 15, Docs: docs})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func request(e *echo.Echo, method, path string, header ...string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(method, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	rec := httptest.NewRecorder()
	e.ServeHTTP(rec, req)
	return rec
}

// Without the reference, the contract and the pages of emails are still served.
func TestTheReferenceCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	e := serveWith(t, "https://example.com", false)
	for path, want := range map[string]int{
		"/docs": 404, "/docs/viewer/swagger-ui-bundle.js": 404, "/docs/viewer/swagger-ui.css": 404,
		"/openapi.yaml": 200, "/pages/verify-email": 200, "/pages/assets/page.js": 200,
	} {
		if got := request(e, http.MethodGet, path).Code; got != want {
			t.Errorf("%s: status %d, want %d", path, got, want)
		}
		if got := request(serve(t, "https://example.com"), http.MethodGet, path).Code; got != http.StatusOK {
			t.Errorf("%s with the reference: status %d", path, got)
		}
	}
}

var pages = []string{"/pages/verify-email", "/pages/password-reset", "/pages/reverse-termination", "/docs"}

// refused is what the policies of the pages do not allow: other origins, and inline scripts and styles.
var refused = regexp.MustCompile(`(?:src|href)="(?:https?:)?//[^"]*"|<script>|<style|style=| on[a-z]+=`)

func TestPagesMayLoadNothingFromElsewhere(t *testing.T) {
	t.Parallel()
	e := serve(t, "https://example.com")
	for _, path := range pages {
		rec := request(e, http.MethodGet, path)
		policy := rec.Header().Get("Content-Security-Policy")
		strict := strings.HasPrefix(policy, "default-src 'none'; script-src 'self'; ") && strings.Contains(policy, "frame-ancestors 'none'")
		if rec.Code != http.StatusOK || !strict || strings.Contains(policy, "http") || strings.Contains(policy, "*") {
			t.Errorf("%s: status %d, policy %q", path, rec.Code, policy)
		}
		if path != "/docs" && strings.Contains(policy, "unsafe") {
			t.Errorf("%s: policy %q", path, policy)
		}
		if got := rec.Header().Get("X-Robots-Tag"); got != "noindex" {
			t.Errorf("%s: X-Robots-Tag is %q", path, got)
		}
		if found := refused.FindString(rec.Body.String()); found != "" {
			t.Errorf("%s contains %s", path, found)
		}
	}
}

// A proxy may serve the service below a path. The pages use this path, and the service never sees it.
func TestEverythingThatPagesLoadExists(t *testing.T) {
	t.Parallel()
	for _, prefix := range []string{"", "/accounts"} {
		e := serve(t, "https://example.com"+prefix)
		for _, path := range pages {
			body := request(e, http.MethodGet, path).Body.String()
			found := regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(body, -1)
			if len(found) < 3 {
				t.Fatalf("%s loads only %q", path, found)
			}
			for _, match := range found {
				inside, ok := strings.CutPrefix(match[1], prefix)
				if rec := request(e, http.MethodGet, inside); !ok || rec.Code != http.StatusOK || rec.Body.Len() == 0 {
					t.Errorf("%s loads %s: status %d", path, match[1], rec.Code)
				}
			}
			if !strings.Contains(body, `data-base="`+prefix+`"`) {
				t.Errorf("%s does not pass the prefix %q to its script", path, prefix)
			}
		}
	}
}

func TestPagesDoNotDependOnTheQueryAndAreReadOnly(t *testing.T) {
	t.Parallel()
	e := serve(t, "https://example.com")
	for _, path := range pages {
		plain := request(e, http.MethodGet, path).Body.String()
		if got := request(e, http.MethodGet, path+"?token=secret").Body.String(); got != plain {
			t.Errorf("%s depends on its query", path)
		}
		if rec := request(e, http.MethodHead, path); rec.Code != http.StatusOK {
			t.Errorf("HEAD %s: status %d", path, rec.Code)
		}
		if rec := request(e, http.MethodPost, path); rec.Code != http.StatusMethodNotAllowed {
			t.Errorf("POST %s: status %d", path, rec.Code)
		}
	}
}

func TestResetPageShowsTheLengthLimits(t *testing.T) {
	t.Parallel()
	body := request(serve(t, "https://example.com"), http.MethodGet, "/pages/password-reset").Body.String()
	for _, want := range []string{"15 to 128 characters", `minlength="15"`, "Siriusys &amp; Co"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not contain %q:\n%s", want, body)
		}
	}
}

// The form that signs up again with a link offers exactly the countries that a signup accepts.
func TestVerificationPageOffersEveryCountry(t *testing.T) {
	t.Parallel()
	body := request(serve(t, "https://example.com"), http.MethodGet, "/pages/verify-email").Body.String()
	options := regexp.MustCompile(`<option value="([A-Z]{2})">([^<]+)</option>`).FindAllStringSubmatch(body, -1)
	if len(options) != len(domain.Countries()) || len(options) < 200 {
		t.Errorf("%d countries are offered, want %d", len(options), len(domain.Countries()))
	}
	if !strings.Contains(body, `<option value="DE">Germany</option>`) || !strings.Contains(body, "&#39;Ivoire") {
		t.Error("the names of the countries are missing, or not escaped")
	}
}

func TestUnchangedFileIsNotModified(t *testing.T) {
	t.Parallel()
	e := serve(t, "https://example.com")
	first := request(e, http.MethodGet, "/openapi.yaml")
	if first.Body.String() != spec || first.Header().Get("Content-Type") != "application/yaml" {
		t.Errorf("body %q as %q", first.Body, first.Header().Get("Content-Type"))
	}
	again := request(e, http.MethodGet, "/openapi.yaml", "If-None-Match", first.Header().Get("ETag"))
	if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
		t.Errorf("unchanged file: status %d, body %q", again.Code, again.Body)
	}
	if changed := request(e, http.MethodGet, "/openapi.yaml", "If-None-Match", `"other"`); changed.Code != http.StatusOK {
		t.Errorf("changed file: status %d", changed.Code)
	}
}

// SDKs and "Try it out" call the address from which the contract was read, below the path of PUBLIC_URL.
func TestContractNamesItsOwnServer(t *testing.T) {
	t.Parallel()
	for publicURL, want := range map[string]string{
		"https://example.com": "/", "https://example.com/": "/", "https://example.com/accounts": "/accounts", "https://example.com/a/b/": "/a/b",
	} {
		got := request(serve(t, publicURL), http.MethodGet, "/openapi.yaml").Body.String()
		if !strings.Contains(got, "\nservers:\n  - url: "+want+"\n") {
			t.Errorf("%s: the server is not %s:\n%s", publicURL, want, got)
		}
	}
}

// The reference keeps the access token when it is reloaded.
func TestReferenceKeepsTheToken(t *testing.T) {
	t.Parallel()
	body := request(serve(t, "https://example.com"), http.MethodGet, "/pages/assets/docs.js").Body.String()
	if !strings.Contains(body, "persistAuthorization: true") {
		t.Errorf("the script is %s", body)
	}
}
