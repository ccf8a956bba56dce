package main

import (
	"context"
	"net/http"
	"strings"
	"testing"
)

// Requests every route of the program, and a path without one, without a credential.
func TestEveryResponseHasSecurityHeaders(t *testing.T) {
	t.Parallel()
	s := start(t, "PUBLIC_URL=https://accounts.example.com")
	s.post(t, "/signup", signupOf("ada@example.com", goodPassword)).want(t, http.StatusAccepted)
	message := s.messages(t, "ada@example.com")[0].ID
	seen := map[string]bool{}
	for _, route := range s.routes {
		path := route.Path
		if strings.HasPrefix(path, "/dev/inbox/") {
			path = strings.Replace(path, ":id", message, 1)
		}
		if seen[route.Method+path] || route.Method == http.MethodDelete && path == "/dev/inbox" {
			continue
		}
		seen[route.Method+path] = true
		s.checkHeaders(t, route.Method, path)
	}
	for _, page := range []string{
		"/pages/verify-email", "/pages/password-reset", "/docs", "/dev/inbox", "/dev/inbox/" + message, "/dev/inbox/" + message + "/html", "/me",
	} {
		if !seen[http.MethodGet+page] {
			t.Errorf("%s was not requested", page)
		}
	}
	s.checkHeaders(t, http.MethodGet, "/nowhere")
	s.checkHeaders(t, http.MethodOptions, "/login")
	s.checkHeaders(t, http.MethodPut, "/login")
}

func (s *service) checkHeaders(t *testing.T, method, path string) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, s.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	want := map[string]string{
		"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Referrer-Policy": "no-referrer",
		"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Strict-Transport-Security": "max-age=31536000",
	}
	policy := resp.Header.Get("Content-Security-Policy")
	frames := "'none'"
	switch {
	case strings.HasPrefix(path, "/dev/inbox/") && strings.HasSuffix(path, "/html"): // framed by the inbox
		want["X-Frame-Options"], frames = "SAMEORIGIN", "'self'"
		fallthrough
	case strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html"):
		delete(want, "Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "form-action '", "frame-ancestors " + frames} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s %s: the policy %q lacks %s", method, path, policy, part)
			}
		}
	case resp.StatusCode < http.StatusMultipleChoices &&
		(strings.HasPrefix(path, "/pages/") || strings.HasPrefix(path, "/docs/") || path == "/openapi.yaml"):
		want["Cache-Control"] = "no-cache" // the same for every user
	case path == "/.well-known/jwks.json":
		want["Cache-Control"] = "public, max-age=300"
	}
	if resp.Header.Get("Permissions-Policy") == "" {
		t.Errorf("%s %s: no Permissions-Policy", method, path)
	}
	for name, value := range want {
		if got := resp.Header.Values(name); len(got) != 1 || got[0] != value {
			t.Errorf("%s %s (%d): %s is %q, want %q", method, path, resp.StatusCode, name, got, value)
		}
	}
}

func TestSettingsControlCORSAndHSTS(t *testing.T) {
	t.Parallel()
	s := start(t, "CORS_ALLOWED_ORIGINS=https://app.example.com,http://localhost:3000")
	for origin, want := range map[string]string{
		"https://app.example.com": "https://app.example.com", "http://localhost:3000": "http://localhost:3000", "https://evil.example": "",
	} {
		a := s.do(t, request{method: http.MethodPost, path: "/login", body: m{}, header: http.Header{"Origin": {origin}}})
		if got := a.header.Get("Access-Control-Allow-Origin"); got != want {
			t.Errorf("%s: Access-Control-Allow-Origin is %q", origin, got)
		}
		if got := a.header.Get("Strict-Transport-Security"); got != "" {
			t.Errorf("http://127.0.0.1: Strict-Transport-Security is %q", got)
		}
	}
	local := start(t, "PUBLIC_URL=https://localhost:8443")
	if got := local.get(t, "", "/livez").header.Get("Strict-Transport-Security"); got != "" {
		t.Errorf("https://localhost: Strict-Transport-Security is %q", got)
	}
}
