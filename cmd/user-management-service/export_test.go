package main

import (
	"net/http"
	"strings"
	"testing"
)

func TestAnExportIsAFileWithoutSecrets(t *testing.T) {
	t.Parallel()
	s := start(t)
	pair, other := s.user(t, "ada@example.com"), s.user(t, "grace@example.com")
	token := s.requestReset(t, "ada@example.com")
	export := s.get(t, pair.AccessToken, "/me/export").want(t, http.StatusOK)
	if got := export.header.Get("Content-Disposition"); got != `attachment; filename="account-export.json"` ||
		export.header.Get("Cache-Control") != "no-store" {
		t.Errorf("Content-Disposition %q, Cache-Control %q", got, export.header.Get("Cache-Control"))
	}
	for _, secret := range []string{"$", "hash", token, pair.AccessToken, pair.RefreshToken, pair.DeviceToken, "grace", s.id(t, other)} {
		if strings.Contains(strings.ReplaceAll(string(export.body), "has_password", ""), secret) {
			t.Errorf("the export contains %q", secret)
		}
	}
	refused := s.get(t, "", "/me/export").want(t, http.StatusUnauthorized)
	s.logOut(t, pair)
	revoked := s.get(t, pair.AccessToken, "/me/export").want(t, http.StatusUnauthorized)
	for _, r := range []response{refused, revoked} {
		if got := r.header.Get("Content-Disposition"); got != "" {
			t.Errorf("a refusal has Content-Disposition %q", got)
		}
	}
	if n := s.count(t, `SELECT count(*) FROM audit_events WHERE kind = 'exported'`); n != 1 {
		t.Errorf("%d exports were recorded", n)
	}
}
