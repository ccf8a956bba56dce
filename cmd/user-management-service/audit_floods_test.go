package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// A flood of wrong passwords leaves one event and, after its hour, one with the count, for each network. The account holder's own
// device is recorded as ever, and the chain verifies.
func TestAFloodOfWrongPasswordsDoesNotFillTheAuditLog(t *testing.T) {
	t.Parallel()
	a := newAuditTrail(t)
	pair := a.logIn(t, "ada@example.com", goodPassword)
	for n := range 20 {
		a.post(t, "/login", loginOf(fmt.Sprintf("unknown%d@example.com", n), wrongPassword)).want(t, http.StatusUnauthorized)
	}
	a.post(t, "/login", loginOf("ada@example.com", wrongPassword)).want(t, http.StatusUnauthorized)
	a.post(t, "/login", m{"email": "ada@example.com", "password": wrongPassword, "device_token": pair.DeviceToken}).
		want(t, http.StatusUnauthorized)
	// The hour passes, unless it just did.
	a.exec(t, `UPDATE audit_counts SET hour = hour - interval '2 hours'`)
	extendAuditChain(t, a.service)
	const refused = `SELECT count(*) FROM audit_events WHERE kind = 'password_refused'`
	for condition, want := range map[string]int{
		`count = 21 AND user_id IS NULL`:          1,
		`count IS NULL AND user_id IS NULL`:       1, // the first was at an unknown address
		`count IS NULL AND user_id IS NOT NULL`:   1, // the account holder's device
		`email_index IS NOT NULL OR count < 21`:   0,
		`user_id IS NOT NULL AND network IS NULL`: 0,
	} {
		if n := a.count(t, refused+` AND (`+condition+`)`); n != want {
			t.Errorf("%s: %d events, want %d", condition, n, want)
		}
	}
	if printed, err := a.verify(); err != nil || !strings.Contains(printed, ", 0 findings\n") {
		t.Errorf("%v: %s", err, printed)
	}
	export := a.get(t, pair.AccessToken, "/me/export").want(t, http.StatusOK)
	if n := strings.Count(string(export.body), `"password_refused"`); n != 1 {
		t.Errorf("the export contains %d refused passwords, want that of the own device", n)
	}
}

// Plain SQL cannot find the new account of an erased person: the rows of the two have no pseudonym in common.
func TestErasureCannotBeUndoneByTheAuditLog(t *testing.T) {
	t.Parallel()
	s := start(t)
	const email = "ada@example.com"
	pair := s.user(t, email)
	s.terminate(t, pair)
	s.erase(t)
	s.post(t, "/signup", signupOf(email, goodPassword)).want(t, http.StatusAccepted)
	token := s.tokens(t, email, "/pages/verify-email", 2)[0]
	s.post(t, "/verify-email", m{"token": token, "password": goodPassword}).tokens(t)
	const pseudonyms = `WITH p AS (
		SELECT user_id, email_index AS pseudonym FROM audit_events UNION SELECT user_id, network FROM audit_events
		UNION SELECT id, email_index FROM users UNION SELECT user_id, rotated_from FROM sessions)
		SELECT count(*) FROM p one JOIN p other ON one.pseudonym = other.pseudonym AND one.user_id < other.user_id`
	if n := s.count(t, pseudonyms); n != 0 {
		t.Errorf("%d pseudonyms belong to two users", n)
	}
	if n := s.count(t, `SELECT count(*) FROM audit_events JOIN rate_limit_counters ON subject IN (network, email_index)`); n != 0 {
		t.Errorf("%d pseudonyms are also in the counters of the rate limits", n)
	}
	// The counters outlive an erased account.
	if n := s.count(t, `SELECT count(*) FROM users u JOIN rate_limit_counters ON subject = u.email_index`); n != 0 {
		t.Errorf("%d counters have the pseudonym of an account", n)
	}
}
