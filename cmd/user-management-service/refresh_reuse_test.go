package main

import (
	"net/http"
	"testing"
)

// refreshFrom refreshes as a client of a trusted proxy.
func (s *service) refreshFrom(t *testing.T, clientIP, refreshToken string) response {
	t.Helper()
	return s.do(t, request{
		method: http.MethodPost, path: "/token/refresh", body: m{"refresh_token": refreshToken},
		header: http.Header{"X-Forwarded-For": {clientIP}},
	})
}

// A client may use a token again for 10 seconds, also two rotations later: it gets the newest token, and the session lives on.
func TestARecentlyUsedRefreshTokenYieldsTheNewestOne(t *testing.T) {
	t.Parallel()
	s := start(t)
	first := s.user(t, "ada@example.com")
	refreshed := func(token string) tokens { return s.post(t, "/token/refresh", m{"refresh_token": token}).tokens(t) }
	second := refreshed(first.RefreshToken)
	third := refreshed(second.RefreshToken)
	if third.RefreshToken == second.RefreshToken || second.RefreshToken == first.RefreshToken {
		t.Error("a refresh did not rotate the token")
	}
	for _, used := range []tokens{first, second, third, first} {
		again := refreshed(used.RefreshToken)
		if again.RefreshToken != third.RefreshToken {
			t.Error("a recently used token did not yield the newest one")
		}
		s.me(t, again.AccessToken).want(t, http.StatusOK)
	}
}

// The thief has a copy of each refresh token and uses it after its owner, within the reuse interval.
func TestAThiefWhoReusesEachRefreshTokenIsFound(t *testing.T) {
	t.Parallel()
	s := start(t, "TRUSTED_PROXIES=127.0.0.0/8")
	pair := s.user(t, "ada@example.com")
	next := s.refreshFrom(t, "203.0.113.1", pair.RefreshToken).tokens(t)
	var stolen tokens
	for range 20 {
		stolen = s.refreshFrom(t, "198.51.100.7", pair.RefreshToken).tokens(t)
	}
	s.me(t, stolen.AccessToken).want(t, http.StatusOK)
	s.refreshFrom(t, "198.51.100.7", pair.RefreshToken).wantProblem(t, http.StatusUnauthorized, "invalid_refresh_token")
	for _, access := range []string{stolen.AccessToken, next.AccessToken} {
		s.me(t, access).want(t, http.StatusUnauthorized)
	}
	s.refreshFrom(t, "203.0.113.1", next.RefreshToken).want(t, http.StatusUnauthorized)
	for kind, want := range map[string]int{"refresh_elsewhere": 1, "refresh_replayed": 1} {
		if n := s.count(t, `SELECT count(*) FROM audit_events WHERE kind = '`+kind+`'`); n != want {
			t.Errorf("%d events of the kind %s, want %d", n, kind, want)
		}
	}
}

// Two tabs of one browser share a network, though not always an IP address.
func TestTabsOfOneBrowserNeverRevokeTheirSession(t *testing.T) {
	t.Parallel()
	s := start(t, "TRUSTED_PROXIES=127.0.0.0/8")
	pair := s.user(t, "ada@example.com")
	next := s.refreshFrom(t, "203.0.113.1", pair.RefreshToken).tokens(t)
	for n := range 60 {
		clientIP := []string{"203.0.113.1", "203.0.113.99"}[n%2]
		if again := s.refreshFrom(t, clientIP, pair.RefreshToken).tokens(t); again.RefreshToken != next.RefreshToken {
			t.Fatal("a tab got another token")
		}
	}
	if n := s.count(t, `SELECT count(*) FROM audit_events WHERE kind LIKE 'refresh%'`); n != 0 {
		t.Errorf("%d events", n)
	}
}
