package main

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const idempotencyKey = "8e03978e-40d5-43dd-bc93-6894a57f9324"

// withKey is a POST request with an idempotency key.
func withKey(path, token string, body any) request {
	return request{method: http.MethodPost, path: path, token: token, body: body, header: http.Header{"Idempotency-Key": {idempotencyKey}}}
}

// repeat sends a request concurrently and checks that each has the status.
func (s *service) repeat(t *testing.T, r request, status int) {
	t.Helper()
	const calls = 50
	got := concurrently(t, calls, func(int) (response, error) { return s.try(r) })
	if diff := cmp.Diff(map[int]int{status: calls}, got); diff != "" {
		t.Fatalf("%s (-want +got):\n%s", r.path, diff)
	}
	s.settle(t)
}

// 50 concurrent calls with one key have one result and send one message, and so has a later one.
func TestCallsWithOneIdempotencyKeyHaveOneEffect(t *testing.T) {
	t.Parallel()
	s := start(t)
	const email = "ada@example.com"
	s.repeat(t, withKey("/signup", "", signupOf(email, goodPassword)), http.StatusAccepted)
	s.wantMessages(t, 1)
	if n := s.count(t, `SELECT count(*) FROM users`); n != 1 {
		t.Errorf("%d pending signups, want 1", n)
	}
	s.do(t, withKey("/signup", "", signupOf(email, otherPassword))).wantProblem(t, http.StatusUnprocessableEntity, "idempotency_key_reused")
	link := s.token(t, email, "/pages/verify-email")
	s.post(t, "/verify-email", m{"token": link, "password": goodPassword}).want(t, http.StatusOK)

	s.post(t, "/password-reset-request", m{"email": email}).want(t, http.StatusAccepted)
	reset := m{"token": s.token(t, email, "/pages/password-reset"), "new_password": otherPassword}
	s.repeat(t, withKey("/password-reset", "", reset), http.StatusOK)
	s.wantMessages(t, 3)
	device := s.do(t, withKey("/password-reset", "", reset)).tokens(t).DeviceToken
	session := s.logInFrom(t, "127.0.0.1", email, otherPassword, device).tokens(t)

	s.repeat(t, withKey("/terminate", session.AccessToken, m{"password": otherPassword}), http.StatusNoContent)
	s.wantMessages(t, 4)
	s.get(t, session.AccessToken, "/me").want(t, http.StatusUnauthorized)
	s.do(t, withKey("/terminate", session.AccessToken, m{"password": otherPassword})).want(t, http.StatusNoContent)
	if n := s.count(t, `SELECT count(*) FROM idempotent_calls WHERE completed_at IS NOT NULL`); n != 3 {
		t.Errorf("%d calls are remembered, want 3", n)
	}
}

// wantMessages checks how many messages were sent.
func (s *service) wantMessages(t *testing.T, want int) {
	t.Helper()
	if n := len(s.inbox.Messages()); n != want {
		t.Errorf("%d messages were sent, want %d", n, want)
	}
}

func TestAnIdempotencyKeyOfAnotherFormIsRefused(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, key := range []string{"", "short", "0123456789abcdef ghi"} {
		r := withKey("/signup", "", signupOf("ada@example.com", goodPassword))
		r.header = http.Header{"Idempotency-Key": {key}}
		s.do(t, r).wantProblem(t, http.StatusBadRequest, "invalid_idempotency_key")
	}
	r := withKey("/signup", "", signupOf("ada@example.com", goodPassword))
	r.header["Idempotency-Key"] = []string{idempotencyKey, idempotencyKey}
	s.do(t, r).want(t, http.StatusBadRequest)
	s.settle(t)
	s.wantMessages(t, 0)
}

// While the first call runs, a repetition waits and is then told to come back.
func TestARepetitionOfARunningCallIsAConflict(t *testing.T) {
	t.Parallel()
	s := start(t)
	r := withKey("/signup", "", signupOf("ada@example.com", goodPassword))
	s.do(t, r).want(t, http.StatusAccepted)
	s.exec(t, `UPDATE idempotent_calls SET completed_at = NULL`) // as while another replica serves it
	conflict := s.do(t, r)
	conflict.wantProblem(t, http.StatusConflict, "idempotency_key_in_progress")
	if conflict.header.Get("Retry-After") == "" {
		t.Error("the conflict has no Retry-After")
	}
}
