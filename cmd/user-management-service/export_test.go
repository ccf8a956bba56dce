package main

import (
	"net/http"
	"strings"
	"testing"
)

func TestAnExportHoldsNoSecretAndIsAFile(t *testing.T) {
	t.Parallel()
	s := start(t)
	pair, other := s.user(t, "ada@example.com"), s.user(t, "grace@example.com")
	s.post(t, "/password-reset-request", m{"email": "ada@example.com"}).want(t, http.StatusAccepted)
	token := s.token(t, "ada@example.com", "/pages/password-reset")
	a := s.do(t, request{method: http.MethodGet, path: "/me/export", token: pair.AccessToken}).want(t, http.StatusOK)
	if got := a.header.Get("Content-Disposition"); got != `attachment; filename="account-export.json"` || a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("Content-Disposition %q, Cache-Control %q", got, a.header.Get("Cache-Control"))
	}
	for _, secret := range []string{"$", "hash", token, pair.AccessToken, pair.RefreshToken, pair.DeviceToken, "grace", s.id(t, other)} {
		if strings.Contains(strings.ReplaceAll(string(a.body), "has_password", ""), secret) {
			t.Errorf("the export holds %q", secret)
		}
	}
	refused := s.do(t, request{method: http.MethodGet, path: "/me/export"}).want(t, http.StatusUnauthorized)
	s.do(t, request{method: http.MethodPost, path: "/logout", token: pair.AccessToken}).want(t, http.StatusNoContent)
	ended := s.do(t, request{method: http.MethodGet, path: "/me/export", token: pair.AccessToken}).want(t, http.StatusUnauthorized)
	for _, a := range []answer{refused, ended} {
		if got := a.header.Get("Content-Disposition"); got != "" {
			t.Errorf("a refusal is a file: %q", got)
		}
	}
	if n := s.count(t, `SELECT count(*) FROM audit_events WHERE kind = 'exported'`); n != 1 {
		t.Errorf("%d exports were recorded", n)
	}
}
