package main

import (
	"net/http"
	"testing"
)

// Each scheme takes one space or more (RFC 9110, section 11.4; RFC 6750, section 2.1), and no tab.
func TestSpacesAfterTheAuthenticationScheme(t *testing.T) {
	t.Parallel()
	s := start(t)
	token := s.user(t, "ada@example.com").AccessToken
	secret := asService().Get("Authorization")[len("Basic "):]
	for separator, want := range map[string]int{
		" ": http.StatusOK, "  ": http.StatusOK, "      ": http.StatusOK,
		"\t": http.StatusUnauthorized, " \t": http.StatusUnauthorized, "\t ": http.StatusUnauthorized, "": http.StatusUnauthorized,
	} {
		for path, authorization := range map[string]string{
			"/me": "Bearer" + separator + token, "/sessions": "bearer" + separator + token,
			"/revocations": "Basic" + separator + secret,
		} {
			r := request{method: http.MethodGet, path: path, header: http.Header{"Authorization": {authorization}}}
			if got := s.do(t, r); got.status != want {
				t.Errorf("%s with the separator %q: status %d, want %d", path, separator, got.status, want)
			}
		}
	}
}
