package main

import (
	"net/http"
	"testing"
)

// The mail server is another machine, and it is down now and then. Nobody who talks to the API notices.
func TestMailArrivesOnceItsServerIsBack(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user(t, "before@example.com")
	if err := s.inbox.Close(); err != nil {
		t.Fatal(err)
	}

	down := s.post(t, "/signup", signupOf("ada@example.com", goodPassword)).want(t, http.StatusAccepted)
	s.post(t, "/password-reset-request", m{"email": "before@example.com"}).want(t, http.StatusAccepted)
	eventually(t, "a failed attempt at each letter", func() bool {
		return s.count(t, `SELECT count(*) FROM river_job WHERE kind = 'letter' AND finalized_at IS NULL AND cardinality(errors) > 0`) == 2
	})

	if err := s.inbox.Resume(); err != nil {
		t.Fatal(err)
	}
	s.post(t, "/verify-email", m{"token": s.token(t, "ada@example.com", "/pages/verify-email"), "password": goodPassword}).want(t, http.StatusOK)
	s.post(t, "/password-reset", m{"token": s.token(t, "before@example.com", "/pages/password-reset"), "new_password": "seven purple llamas at dawn"}).want(t, http.StatusNoContent)

	up := s.post(t, "/signup", signupOf("grace@example.com", goodPassword)).want(t, http.StatusAccepted)
	if string(down.body) != string(up.body) || len(down.header) != len(up.header) {
		t.Errorf("the answer differs while mail is down: %v %q, up: %v %q", down.header, down.body, up.header, up.body)
	}
}
