package main

import (
	"net/http"
	"strings"
	"testing"
)

// An id in a path has one form. Each path of the contract with a parameter is called, so a new one needs no entry here.
func TestPathsAcceptOnlyCanonicalUUIDs(t *testing.T) {
	t.Parallel()
	s := start(t)
	pair := s.user(t, "ada@example.com")
	id := s.sessions(t, pair.AccessToken).Sessions[0].ID
	tested := 0
	for path, item := range s.contract.doc.Paths.Map() {
		if !strings.Contains(path, "{id}") {
			continue
		}
		for method := range item.Operations() {
			for _, bad := range []string{
				"%7B" + id + "%7D", "urn:uuid:" + id, strings.ReplaceAll(id, "-", ""), "x", id + "0", "%20" + id, id + "%00",
			} {
				tested++
				r := request{method: method, path: strings.Replace(path, "{id}", bad, 1), token: pair.AccessToken}
				p := s.do(t, r).want(t, http.StatusBadRequest).problem(t)
				if p.Code != "invalid_request" || len(p.Errors) != 1 || p.Errors[0].Field != "id" || p.Errors[0].Code != "invalid_uuid" {
					t.Errorf("%s %s: the problem is %+v", method, r.path, p)
				}
			}
		}
	}
	if tested == 0 {
		t.Error("no path was tested")
	}
	// The session still exists, and its id has either letter case.
	revoke := request{method: http.MethodDelete, path: "/sessions/" + strings.ToUpper(id), token: pair.AccessToken}
	s.do(t, revoke).want(t, http.StatusNoContent)
	s.me(t, pair.AccessToken).want(t, http.StatusUnauthorized)
}
