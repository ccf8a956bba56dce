package main

import (
	"fmt"
	"net/http"
	"testing"
	"time"
)

// An attacker requests resets at night. The account holder's request from a known device is served, and a request without one finds
// a live link in the mailbox.
func TestRequestsOfOthersDoNotStopAReset(t *testing.T) {
	t.Parallel()
	const email, page = "ada@example.com", "/pages/password-reset"
	s := start(t, "MAIL_BURST=3")
	device := s.user(t, email).DeviceToken
	for range 10 {
		s.post(t, "/password-reset-request", m{"email": email}).want(t, http.StatusAccepted)
	}
	s.settle(t)
	link := s.tokens(t, email, page, 3)[0]
	withDevice := s.post(t, "/password-reset-request", m{"email": email, "device_token": device}).want(t, http.StatusAccepted)
	without := s.post(t, "/password-reset-request", m{"email": email}).want(t, http.StatusAccepted)
	if len(withDevice.header) != len(without.header) || string(withDevice.body) != string(without.body) {
		t.Errorf("the responses differ: %v %q and %v %q", withDevice.header, withDevice.body, without.header, without.body)
	}
	s.tokens(t, email, page, 4)
	s.settle(t)
	if n := len(s.messages(t, email)); n != 5 { // the verification message and four resets
		t.Errorf("the mailbox received %d messages, want 5", n)
	}
	s.post(t, "/password-reset", m{"token": link, "new_password": otherPassword})
	s.post(t, "/login", loginOf(email, otherPassword)).want(t, http.StatusOK)
}

// A request that the spacing postpones is a job that waits, and uses up no attempt however often it is postponed.
func TestAPostponedRequestIsServedAtTheEndOfTheGap(t *testing.T) {
	t.Parallel()
	const email, page = "ada@example.com", "/pages/password-reset"
	s := start(t, "MAIL_BURST=1")
	s.user(t, email)
	s.resetPassword(t, email, otherPassword) // uses the link, so that the next request needs another one
	for range 3 {
		s.post(t, "/password-reset-request", m{"email": email}).want(t, http.StatusAccepted)
	}
	const waiting = `SELECT count(*) FROM river_job WHERE kind = 'message' AND state = 'scheduled'
		AND scheduled_at BETWEEN now() + interval '4 minutes' AND now() + interval '5 minutes'`
	const untried = `SELECT max_attempts - attempt FROM river_job WHERE kind = 'message' AND state = 'scheduled'`
	eventually(t, "one job waits for the end of the gap", func() bool {
		return s.count(t, waiting) == 1 && s.count(t, `SELECT count(*) FROM river_job WHERE kind = 'message' AND finalized_at IS NULL`) == 1
	})
	before := s.count(t, untried)
	// Too early, the job is postponed again.
	const wake = `UPDATE river_job SET state = 'available', scheduled_at = now() WHERE kind = 'message' AND state = 'scheduled'`
	for range 3 {
		s.exec(t, wake)
		eventually(t, "the job waits again", func() bool { return s.count(t, waiting) == 1 })
	}
	if after := s.count(t, untried); after != before {
		t.Errorf("%d attempts are left, and %d before", after, before)
	}
	s.exec(t, `UPDATE message_histories SET sent[1] = sent[1] - interval '5 minutes', waiting_until = waiting_until - interval '5 minutes'`)
	s.exec(t, wake)
	token := s.tokens(t, email, page, 2)[0]
	s.post(t, "/password-reset", m{"token": token, "new_password": thirdPassword})
	s.post(t, "/login", loginOf(email, thirdPassword)).want(t, http.StatusOK)
}

// A worker that dies after it has sent a message leaves a job that runs again. The second message is a duplicate with the same
// Message-ID, and counts no second time.
func TestAMessageThatIsSentTwiceHasOneMessageID(t *testing.T) {
	t.Parallel()
	const email = "ada@example.com"
	s := start(t, "MAIL_BURST=1", "MAIL_UNVERIFIED_PER_MINUTE=120")
	s.post(t, "/signup", signupOf(email, goodPassword)).want(t, http.StatusAccepted)
	s.token(t, email, "/pages/verify-email")
	s.settle(t)
	s.exec(t, `UPDATE river_job SET state = 'available', finalized_at = NULL, scheduled_at = now() WHERE kind = 'message'`)
	s.tokens(t, email, "/pages/verify-email", 2)
	sent := s.messages(t, email)
	if sent[0].MessageID != sent[1].MessageID {
		t.Errorf("the Message-IDs differ: %s and %s", sent[0].MessageID, sent[1].MessageID)
	}
	if n := s.count(t, `SELECT cardinality(sent) FROM message_histories`); n != 1 {
		t.Errorf("%d messages are counted, want 1", n)
	}
}

// Signups for the addresses of other people wait, and a signup from another network and a reset do not.
func TestAFloodOfSignupsDelaysNoOtherMessage(t *testing.T) {
	t.Parallel()
	const signups = 150
	flooded := time.Now()
	s := start(t, "MAIL_UNVERIFIED_PER_MINUTE=60", "TRUSTED_PROXIES=127.0.0.0/8")
	s.user(t, "grace@example.com") // whose verification message is one of those that are sent immediately
	signUp := func(email, from string) {
		s.do(t, request{
			method: http.MethodPost, path: "/signup", body: signupOf(email, goodPassword), header: http.Header{"X-Forwarded-For": {from}},
		}).want(t, http.StatusAccepted)
	}
	for n := range signups {
		signUp(fmt.Sprintf("person%d@example.com", n), fmt.Sprintf("198.51.%d.%d", n%3, n))
	}
	begin := time.Now()
	s.requestReset(t, "grace@example.com")
	reset := time.Since(begin)
	signUp("ada@example.com", "203.0.113.1")
	s.token(t, "ada@example.com", "/pages/verify-email")
	t.Logf("the reset message took %v, that of the signup %v", reset, time.Since(begin))
	if n := s.count(t, `SELECT count(*) FROM unverified_messages`); n < signups/2 {
		t.Errorf("%d of %d messages wait", n, signups)
	}
	sent := len(s.inbox.Messages()) - 1 // without the reset
	if most := 5 + int(time.Since(flooded)/time.Second) + 1; sent > most {
		t.Errorf("%d messages to unverified addresses were sent, want at most %d", sent, most)
	}
}

// Replicas share the pace of messages to unverified addresses.
func TestReplicasShareThePaceOfUnverifiedMessages(t *testing.T) {
	t.Parallel()
	all := replicas(t, 3, "MAIL_UNVERIFIED_PER_MINUTE=60", "TRUSTED_PROXIES=127.0.0.0/8")
	begin := time.Now()
	const signups = 60
	for n := range signups {
		all[n%3].do(t, request{
			method: http.MethodPost, path: "/signup", body: signupOf(fmt.Sprintf("person%d@example.com", n), goodPassword),
			header: http.Header{"X-Forwarded-For": {fmt.Sprintf("198.51.%d.1", n)}},
		}).want(t, http.StatusAccepted)
	}
	all[0].settle(t)
	eventually(t, "some messages are released", func() bool { return len(all[0].inbox.Messages()) >= 12 })
	sent := len(all[0].inbox.Messages())
	if most := 5 + int(time.Since(begin)/time.Second) + 1; sent > most {
		t.Errorf("%d messages were sent in %v, want at most %d", sent, time.Since(begin), most)
	}
	eventually(t, "every message was sent or waits", func() bool {
		return all[0].count(t, `SELECT count(*) FROM unverified_messages`)+len(all[0].inbox.Messages()) == signups
	})
}

// Only the worker looks up whether an account still has the device. The response takes the same time for a token of the account, for
// a forged one and for one that was presented with another email address.
func TestTimingDoesNotRevealWhetherADeviceTokenIsValid(t *testing.T) {
	t.Parallel()
	const pairs, rounds = 1000, 3
	s := start(t)
	token := s.user(t, "ada@example.com").DeviceToken
	forged := token[:len(token)-8] + "AAAAAAAA"
	took := func(email, deviceToken string) func() time.Duration {
		encoded, err := encode(m{"email": email, "device_token": deviceToken})
		if err != nil {
			t.Fatal(err)
		}
		return func() time.Duration { return s.clock(t, "/password-reset-request", encoded) }
	}
	for name, other := range map[string]func() time.Duration{
		"forged": took("ada@example.com", forged), "of another email address": took("eve@example.com", token),
	} {
		var measured []float64
		for len(measured) < rounds {
			auc := interleave(pairs, took("ada@example.com", token), other).auc()
			if measured = append(measured, auc); auc < revealing && auc > 1-revealing {
				break
			}
		}
		t.Logf("a token %s: AUC %.3f", name, measured)
		if len(measured) == rounds {
			t.Errorf("a request with a valid token is slower than one with a token %s with a probability of %.3f", name, measured)
		}
	}
}
