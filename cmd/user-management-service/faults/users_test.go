//go:build faults

package faults

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
)

const password = "correct horse battery staple"

var lastUser atomic.Int64

func newEmail() string { return fmt.Sprintf("user%d@example.com", lastUser.Add(1)) }

func signUp(url, email string) response {
	return post(url+"/signup", "",
		"email", email, "full_name", "Ada Lovelace", "country", "DE", "state_province", "DE-BY", "password", password)
}

func logIn(url, email, password string) response {
	return post(url+"/login", "", "email", email, "password", password)
}

// newUsers creates accounts.
func newUsers(t *testing.T, url string, mail *mailServer, n int) []string {
	t.Helper()
	emails := make([]string, n)
	var all sync.WaitGroup
	for i := range emails {
		emails[i] = newEmail()
		all.Go(func() {
			if r := signUp(url, emails[i]); r.status != http.StatusAccepted {
				t.Errorf("signup: %+v", r)
			}
		})
	}
	all.Wait()
	for _, email := range emails {
		if r := post(url+"/verify-email", "", "token", mail.link(t, email, 0), "password", password); r.status != http.StatusOK {
			t.Fatalf("verification: %+v", r)
		}
	}
	return emails
}

// writes are the writes that the service acknowledged, for a check that they outlive a fault. The zero value is empty.
type writes struct {
	mu        sync.Mutex
	signups   []string          // email addresses
	refresh   []string          // refresh tokens of logins
	loggedOut []string          // access tokens
	passwords map[string]string // new passwords by email address
	refused   int               // 503 with Retry-After
	succeeded int
}

func (w *writes) note(t *testing.T, what string, r response, want int, acknowledged func()) bool {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case r.status == want:
		w.succeeded++
		acknowledged()
		return true
	case r.isRefusal():
		w.refused++
	default:
		t.Errorf("%s: %+v, want %d, or 503 with Retry-After", what, r, want)
	}
	return false
}

// keptSessions is below the number of live sessions that a user may have.
const keptSessions = 50

// generate signs up, logs in and out until stop is closed. Every tenth session is not logged out, up to keptSessions.
func (w *writes) generate(t *testing.T, url, email string, stop <-chan struct{}) {
	t.Helper()
	for n := 0; ; n++ {
		select {
		case <-stop:
			return
		default:
		}
		signup := newEmail()
		w.note(t, "signup", signUp(url, signup), http.StatusAccepted, func() { w.signups = append(w.signups, signup) })
		login := logIn(url, email, password)
		isOpen := w.note(t, "login", login, http.StatusOK, func() {
			if n%10 == 0 && n < 10*keptSessions {
				w.refresh = append(w.refresh, login.text("refresh_token"))
			}
		})
		if access := login.text("access_token"); isOpen && (n%10 > 0 || n >= 10*keptSessions) {
			w.note(t, "logout", post(url+"/logout", access), http.StatusNoContent, func() { w.loggedOut = append(w.loggedOut, access) })
		}
	}
}

// resetPasswords resets the passwords of users in turn until stop is closed.
func (w *writes) resetPasswords(t *testing.T, url string, users []string, mail *mailServer, stop <-chan struct{}) {
	t.Helper()
	for n := 0; ; n++ {
		select {
		case <-stop:
			return
		default:
		}
		email, before, changed := users[n%len(users)], len(mail.to(users[n%len(users)])), fmt.Sprintf("%s %d", password, n)
		if !w.note(t, "reset request", post(url+"/password-reset-request", "", "email", email), http.StatusAccepted, func() {}) {
			continue
		}
		token := mail.link(t, email, before)
		for isRefused, isKnown := false, false; !isKnown; {
			r := post(url+"/password-reset", "", "token", token, "new_password", changed)
			// After a refusal, an invalid token says that the reset had taken effect.
			isKnown = isRefused && r.status == http.StatusBadRequest ||
				w.note(t, "reset", r, http.StatusOK, func() {}) || !r.isRefusal()
			isRefused = true
		}
		w.mu.Lock()
		w.passwords[email] = changed
		w.mu.Unlock()
	}
}

// awaitSuccesses waits for n more requests that succeed.
func (w *writes) awaitSuccesses(t *testing.T, n int) {
	t.Helper()
	w.await(t, "requests succeed", n, func() int { return w.succeeded })
}

// awaitRefusals waits for n more requests that are refused.
func (w *writes) awaitRefusals(t *testing.T, n int) {
	t.Helper()
	w.await(t, "requests are refused", n, func() int { return w.refused })
}

func (w *writes) await(t *testing.T, what string, n int, count func() int) {
	t.Helper()
	current := func() int {
		w.mu.Lock()
		defer w.mu.Unlock()
		return count()
	}
	before := current()
	eventually(t, what, func() bool {
		if t.Failed() {
			t.FailNow() // a request failed, and more may follow
		}
		return current() >= before+n
	})
}

// check fails if an acknowledged write is gone.
func (w *writes) check(t *testing.T, url string, mail *mailServer) {
	t.Helper()
	if len(w.signups) == 0 || len(w.refresh) == 0 || len(w.loggedOut) == 0 {
		t.Fatalf("%d signups, %d logins and %d logouts are too few", len(w.signups), len(w.refresh), len(w.loggedOut))
	}
	for _, email := range w.signups {
		eventually(t, "the email of an acknowledged signup arrives", func() bool { return len(mail.to(email)) > 0 })
	}
	for _, token := range w.loggedOut {
		if r := send(http.MethodGet, url+"/me", token, nil); r.status != http.StatusUnauthorized {
			t.Errorf("after an acknowledged logout: %+v", r)
		}
	}
	lost := 0
	for _, token := range w.refresh {
		if r := post(url+"/token/refresh", "", "refresh_token", token); r.status != http.StatusOK {
			lost++
		}
	}
	if lost > 0 {
		t.Errorf("%d of %d acknowledged logins are gone", lost, len(w.refresh))
	}
	for email, changed := range w.passwords {
		if r := logIn(url, email, changed); r.status != http.StatusOK {
			t.Errorf("after an acknowledged reset: %+v", r)
		}
	}
	t.Logf("%d requests succeeded, %d were refused; kept: %s", w.succeeded, w.refused, w.kept())
}

// kept counts what check has found.
func (w *writes) kept() string {
	return fmt.Sprintf("%d signups, %d sessions, %d logouts, %d resets", len(w.signups), len(w.refresh), len(w.loggedOut), len(w.passwords))
}
