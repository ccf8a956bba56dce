package main

import (
	"net/http"
	"testing"
)

// Clients behind a trusted proxy have rate limits of their own networks. Clients that only claim to be behind one do not.
func TestOnlyATrustedProxySetsTheClientIP(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		proxies string
		second  int
	}{
		"trusted":   {"127.0.0.0/8", http.StatusAccepted},
		"untrusted": {"", http.StatusTooManyRequests},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, "NETWORK_REQUESTS=1", "TRUSTED_PROXIES="+tt.proxies)
			from := func(client string) response {
				return s.do(t, request{
					method: http.MethodPost, path: "/password-reset-request", body: m{"email": "ada@example.com"},
					header: http.Header{"X-Forwarded-For": {client}},
				})
			}
			from("203.0.113.1").want(t, http.StatusAccepted)
			from("203.0.113.1").want(t, http.StatusTooManyRequests)
			from("203.0.113.2").want(t, tt.second)
		})
	}
}
