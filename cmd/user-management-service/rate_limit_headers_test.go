package main

import (
	"fmt"
	"net/http"
	"testing"
)

// A success shows what remains of the limit, too: each operation that can be 429 does.
func TestSuccessesShowTheRateLimit(t *testing.T) {
	t.Parallel()
	s := start(t, "NETWORK_REQUESTS=50", "LOGIN_ATTEMPTS=30")
	s.post(t, "/login", loginOf("ada@example.com", wrongPassword)).want(t, http.StatusUnauthorized)
	in := s.user(t, "ada@example.com")
	login := m{"email": "ada@example.com", "password": goodPassword}
	known := m{"email": "ada@example.com", "password": goodPassword, "device_token": in.DeviceToken}
	post, covered := http.MethodPost, map[string]bool{}
	for _, tt := range []struct {
		operation string
		request   request
		status    int
		limit     string // the policy
		remaining int
	}{
		{"signUp", request{path: "/signup", body: signupOf("bea@example.com", goodPassword)}, 202, "50", 48},
		{"requestEmailVerification", request{path: "/email-verification-request", body: m{"email": "new@example.com"}}, 202, "50", 47},
		{"requestPasswordReset", request{path: "/password-reset-request", body: m{"email": "ada@example.com"}}, 202, "50", 46},
		{"logIn", request{path: "/login", body: login}, 200, "5", 5},
		{"logIn", request{path: "/login", body: known}, 200, "20", 20},
		{"exportAccount", request{method: http.MethodGet, path: "/me/export", token: in.AccessToken}, 200, "10", 9},
		{
			"changePassword",
			request{
				path: "/password-change", token: in.AccessToken, body: m{"current_password": goodPassword, "new_password": otherPassword},
			},
			204, "20", 20,
		},
		{"terminateAccount", request{path: "/terminate", token: in.AccessToken, body: m{"password": otherPassword}}, 204, "20", 20},
	} {
		covered[tt.operation] = true
		if tt.request.method == "" {
			tt.request.method = post
		}
		got := s.do(t, tt.request).want(t, tt.status)
		wantHeader(t, got, "RateLimit-Policy", `"attempts";q=`+tt.limit)
		wantHeader(t, got, "RateLimit", fmt.Sprintf(`"attempts";r=%d;t=0`, tt.remaining))
	}
	for path, item := range s.contract.doc.Paths.Map() {
		for method, op := range item.Operations() {
			if op.Responses.Value("429") != nil && !covered[op.OperationID] {
				t.Errorf("%s %s can be 429, but its success is not tested", method, path)
			}
		}
	}
	// Without a limit there is nothing to show.
	if got := s.get(t, "", "/livez"); got.header.Get("RateLimit") != "" || got.header.Get("RateLimit-Policy") != "" {
		t.Errorf("the headers of /livez are %v", got.header)
	}
}
