package verifier_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/siriusys/user-management-service/verifier"
	"github.com/siriusys/user-management-service/verifier/verifiertest"
)

func TestMiddleware(t *testing.T) {
	t.Parallel()
	f := start(t)
	scoped := func(scope string) string {
		return "Bearer " + f.service.Token(func(c verifiertest.Object) { c["scope"] = scope })
	}
	const realm = `Bearer realm="siriusys"`
	write := []verifier.Requirement{verifier.RequireScopes("orders:read"), verifier.RequireScopes("orders:write")}
	for name, tt := range map[string]struct {
		authorization []string
		required      []verifier.Requirement
		status        int
		code          string
		challenge     string
	}{
		"a valid token":        {[]string{"Bearer " + f.service.Token()}, nil, 200, "", ""},
		"scheme in lower case": {[]string{"bearer  " + f.service.Token()}, nil, 200, "", ""},
		"no token":             {nil, write, 401, "invalid_access_token", realm},
		"another scheme":       {[]string{"Basic YTpi"}, nil, 401, "invalid_access_token", realm},
		"an empty token":       {[]string{"Bearer "}, nil, 401, "invalid_access_token", realm + `, error="invalid_token"`},
		"an invalid token":     {[]string{"Bearer x"}, nil, 401, "invalid_access_token", realm + `, error="invalid_token"`},
		"two headers":          {[]string{"Bearer x", "Bearer y"}, nil, 400, "invalid_request", realm + `, error="invalid_request"`},
		"all scopes":           {[]string{scoped("orders:write x orders:read")}, write, 200, "", ""},
		"its own audience":     {[]string{scoped("")}, []verifier.Requirement{verifier.RequireAudience("siriusys")}, 200, "", ""},
		"a scope is missing": {
			[]string{scoped("orders:read orders:writer")}, write, 403, "insufficient_scope",
			realm + `, error="insufficient_scope", scope="orders:read orders:write"`,
		},
		"for another audience": {
			[]string{scoped("")}, []verifier.Requirement{verifier.RequireAudience("orders")}, 401, "invalid_access_token",
			realm + `, error="invalid_token"`,
		},
	} {
		resp := serve(f.Middleware(tt.required...), tt.authorization)
		if resp.Code != tt.status || resp.Header().Get("WWW-Authenticate") != tt.challenge {
			t.Errorf("%s: status %d, challenge %s", name, resp.Code, resp.Header().Get("WWW-Authenticate"))
		}
		wantProblem(t, name, resp, tt.code)
	}
	f.service.Revoke(verifiertest.SessionID)
	f.eventually("the session is revoked", func() bool { return f.Health().Revocations == 1 })
	if resp := serve(f.Middleware(), []string{scoped("")}); resp.Code != 401 {
		t.Errorf("a revoked session: status %d", resp.Code)
	}
}

// An outage is no reason for a client to log in again.
func TestMiddlewareRespondsWith503WhileTheFeedIsStale(t *testing.T) {
	t.Parallel()
	f := prepare(t)
	resp := serve(f.Middleware(), []string{"Bearer " + f.service.Token()})
	if resp.Code != 503 || resp.Header().Get("Retry-After") == "" || resp.Header().Get("WWW-Authenticate") != "" {
		t.Errorf("status %d, headers %v", resp.Code, resp.Header())
	}
	wantProblem(t, "stale", resp, "unavailable")
}

// serve sends a request through the middleware to a handler that responds with the user.
func serve(middleware func(http.Handler) http.Handler, authorization []string) *httptest.ResponseRecorder {
	r, w := httptest.NewRequest(http.MethodGet, "/", nil), httptest.NewRecorder()
	r.Header["Authorization"] = authorization
	middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		claims, _ := verifier.ClaimsOf(r.Context())
		_, _ = io.WriteString(w, claims.UserID)
	})).ServeHTTP(w, r)
	return w
}

func wantProblem(t *testing.T, name string, resp *httptest.ResponseRecorder, code string) {
	t.Helper()
	body := resp.Body.Bytes()
	if code == "" {
		if string(body) != verifiertest.UserID {
			t.Errorf("%s: the handler saw the user %q", name, body)
		}
		return
	}
	var p struct {
		Type, Title, Code, Detail string
		Status                    int
	}
	if err := json.Unmarshal(body, &p); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if p.Code != code || p.Status != resp.Code || p.Type != "urn:siriusys:problem:"+code || p.Title == "" || p.Detail == "" ||
		resp.Header().Get("Content-Type") != "application/problem+json" || resp.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%s: %s, headers %v", name, body, resp.Header())
	}
}

func TestClaimsOfARequestWithoutTheMiddleware(t *testing.T) {
	t.Parallel()
	if c, ok := verifier.ClaimsOf(t.Context()); ok {
		t.Errorf("got %+v", c)
	}
	want := verifier.Claims{UserID: "a"}
	if c, ok := verifier.ClaimsOf(verifier.WithClaims(t.Context(), want)); !ok || c.UserID != "a" {
		t.Errorf("got %+v", c)
	}
}
