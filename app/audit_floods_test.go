package app_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

// events are the events of a kind that were recorded.
func (w *world) events(kind domain.AuditKind) (found []domain.AuditEvent) {
	for _, e := range w.store.Audited() {
		if e.Kind == kind {
			found = append(found, e)
		}
	}
	return found
}

// wrong tries a wrong password from a network. A limit may refuse it.
func (w *world) wrong(email string, from netip.Prefix, device string) {
	w.t.Helper()
	if _, err := w.LogIn(w.t.Context(), app.LogInInput{Email: email, Password: otherPass, DeviceToken: device, From: from}); err == nil {
		w.t.Fatal("a wrong password logged in")
	}
}

// A flood from 16 networks, at an account and at unknown addresses, leaves an event and a count a network and hour.
func TestAFloodOfWrongPasswordsIsRecordedAsCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.registered(ada, password)
	w.now = domain.AuditHour(w.now).Add(time.Hour)
	const hours, networks, each = 3, 16, 50
	for range hours {
		for n := range networks * each {
			from := netip.MustParsePrefix(fmt.Sprintf("203.0.%d.%d/32", n%networks, n/networks))
			w.wrong([]string{ada, fmt.Sprintf("unknown%d@example.com", n)}[n/networks%2], from, "")
		}
		w.pass(time.Hour)
		w.must(w.RecordAuditCounts(t.Context())) // the hour may still be counted
		w.pass(5 * time.Minute)
		w.must(w.RecordAuditCounts(t.Context()))
		w.pass(-5 * time.Minute)
	}
	events, counted := w.events(domain.AuditPasswordRefused), int64(0)
	if len(events) != hours*networks*2 {
		t.Errorf("%d events, want %d", len(events), hours*networks*2)
	}
	for _, e := range events {
		if e.EmailIndex != "" || e.Count > 0 && !e.UserID.IsZero() {
			t.Errorf("an event names too much: %+v", e)
		}
		counted += e.Count
	}
	if hashed := int64(hours * networks); counted < 2*hashed || counted > hours*networks*each {
		t.Errorf("counted %d wrong passwords", counted)
	}
	if n := len(w.events(domain.AuditAttemptsBlocked)); n > hours*networks*2 {
		t.Errorf("%d events of limits", n)
	}
}

// The account holder's own devices have few attempts: each is recorded, with the user.
func TestWrongPasswordsOfAKnownDeviceAreRecordedEach(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	session := w.loggedInWithDevice(ada)
	for range 4 {
		w.wrong(ada, home, session.DeviceToken)
	}
	events := w.events(domain.AuditPasswordRefused)
	if len(events) != 4 {
		t.Fatalf("%d events, want 4", len(events))
	}
	for _, e := range events {
		if e.UserID != w.caller(session.TokenPair).UserID {
			t.Errorf("an event names the user %v", e.UserID)
		}
	}
}

func (w *world) loggedInWithDevice(email string) app.LoggedIn {
	w.t.Helper()
	w.registered(email, password)
	in, err := w.LogIn(w.t.Context(), app.LogInInput{Email: email, Password: password, From: home})
	w.must(err)
	return in
}

// An erased person who signs up again has nothing in common with the erased account: no event contains an email address, and the
// events of two users have no network in common.
func TestEventsOfTwoUsersHaveNothingInCommon(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pair := w.registered(ada, password)
	w.terminated(pair)
	w.pass(15 * day)
	w.erase()
	w.registered(ada, password)
	w.registered("bob@example.com", password)
	users := map[string]domain.UserID{}
	for _, e := range w.store.Audited() {
		if e.EmailIndex != "" {
			t.Errorf("an event of the kind %s contains an email address", e.Kind)
		}
		if e.Network == "" {
			continue
		}
		if other, ok := users[e.Network]; ok && other != e.UserID {
			t.Errorf("events of %v and %v have the same network", other, e.UserID)
		}
		users[e.Network] = e.UserID
	}
	if len(users) < 3 {
		t.Errorf("%d networks of three users", len(users))
	}
}

// A network that signs up again and again leaves an event and a count an hour.
func TestASignupFloodIsRecordedAsACount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.now = domain.AuditHour(w.now).Add(time.Hour)
	const signups = 20
	for n := range signups {
		w.signUp(fmt.Sprintf("user%d@example.com", n), password)
	}
	w.pass(2 * time.Hour)
	w.must(w.RecordAuditCounts(t.Context()))
	events := w.events(domain.AuditSignedUp)
	if len(events) != 2 || events[0].UserID.IsZero() || events[1].Count != signups || !events[1].UserID.IsZero() {
		t.Errorf("recorded %+v, want one event and the count %d", events, signups)
	}
}

// Nor do the wrong passwords with a link, of which a client can request many, fill the log.
func TestWrongPasswordsOfALinkAreRecordedAsACount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	link := w.pending(ada, password)
	for range domain.LinkAttempts {
		_, err := w.VerifyEmail(t.Context(), link, otherPass, home)
		w.want(err, domain.ErrNoMatchingSignup)
	}
	if n := len(w.events(domain.AuditPasswordRefused)); n != 1 {
		t.Errorf("%d events, want 1", n)
	}
}
