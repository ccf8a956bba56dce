package main

import (
	"net/http"
	"testing"
)

// The mail server is another machine, and sometimes down. Clients of the API do not notice.
func TestEmailsArriveOnceTheMailServerIsBack(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user(t, "before@example.com")
	if err := s.inbox.Close(); err != nil {
		t.Fatal(err)
	}

	down := s.post(t, "/signup", signupOf("ada@example.com", goodPassword)).want(t, http.StatusAccepted)
	s.post(t, "/password-reset-request", m{"email": "before@example.com"}).want(t, http.StatusAccepted)
	eventually(t, "a failed attempt to send each message", func() bool {
		return s.count(t, `SELECT count(*) FROM river_job WHERE kind = 'message' AND finalized_at IS NULL AND cardinality(errors) > 0`) == 2
	})

	if err := s.inbox.Resume(); err != nil {
		t.Fatal(err)
	}
	verification := s.token(t, "ada@example.com", "/pages/verify-email")
	s.post(t, "/verify-email", m{"token": verification, "password": goodPassword}).want(t, http.StatusOK)
	reset := s.token(t, "before@example.com", "/pages/password-reset")
	s.post(t, "/password-reset", m{"token": reset, "new_password": otherPassword}).want(t, http.StatusOK)

	up := s.post(t, "/signup", signupOf("grace@example.com", goodPassword)).want(t, http.StatusAccepted)
	if string(down.body) != string(up.body) || len(down.header) != len(up.header) {
		t.Errorf("the response differs while the mail server is down: %v %q, up: %v %q", down.header, down.body, up.header, up.body)
	}
}
