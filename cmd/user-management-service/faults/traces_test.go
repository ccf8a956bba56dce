//go:build faults

package faults

import (
	"net/http"
	"testing"
)

// traces are what a release has stored for a user: an account, sessions, a known device and links.
type traces struct {
	email           string
	kept, loggedOut response // logins
	resetLink       string
	pending         string // the email address of a signup
	verifyLink      string
}

// newTraces makes them at a replica.
func newTraces(t *testing.T, url string, mail *mailServer) traces {
	t.Helper()
	s := traces{email: newUsers(t, url, mail, 1)[0], pending: newEmail()}
	s.kept, s.loggedOut = logIn(url, s.email, password), logIn(url, s.email, password)
	want(t, "login", s.kept, http.StatusOK)
	want(t, "logout", post(url+"/logout", s.loggedOut.text("access_token")), http.StatusNoContent)
	want(t, "reset request", post(url+"/password-reset-request", "", "email", s.email), http.StatusAccepted)
	s.resetLink = mail.link(t, s.email, 1)
	want(t, "signup", signUp(url, s.pending), http.StatusAccepted)
	s.verifyLink = mail.link(t, s.pending, 0)
	return s
}

// check uses at another replica what the first one has stored, and compares what both see then.
func (s traces) check(t *testing.T, first, other string) {
	t.Helper()
	access := s.kept.text("access_token")
	want(t, "the profile of a session", send(http.MethodGet, other+"/me", access, nil), http.StatusOK)
	want(t, "the profile of a session that ended", send(http.MethodGet, other+"/me", s.loggedOut.text("access_token"), nil),
		http.StatusUnauthorized)
	refreshed := post(other+"/token/refresh", "", "refresh_token", s.kept.text("refresh_token"))
	want(t, "a refresh", refreshed, http.StatusOK)
	want(t, "a refresh of the refreshed", post(first+"/token/refresh", "", "refresh_token", refreshed.text("refresh_token")), http.StatusOK)
	known := post(other+"/login", "", "email", s.email, "password", password, "device_token", s.kept.text("device_token"))
	want(t, "a login with a known device", known, http.StatusOK)
	want(t, "the profile of that login", send(http.MethodGet, first+"/me", known.text("access_token"), nil), http.StatusOK)
	want(t, "a logout", post(other+"/logout", known.text("access_token")), http.StatusNoContent)
	want(t, "the profile after that logout", send(http.MethodGet, first+"/me", known.text("access_token"), nil), http.StatusUnauthorized)
	want(t, "a reset", post(other+"/password-reset", "", "token", s.resetLink, "new_password", password+" 2"), http.StatusOK)
	want(t, "a login with the password before", logIn(first, s.email, password), http.StatusUnauthorized)
	want(t, "a login with the new password", logIn(first, s.email, password+" 2"), http.StatusOK)
	want(t, "a verification", post(other+"/verify-email", "", "token", s.verifyLink, "password", password), http.StatusOK)
	want(t, "a login after that", logIn(first, s.pending, password), http.StatusOK)
}

func want(t *testing.T, what string, got response, status int) {
	t.Helper()
	if got.status != status {
		t.Errorf("%s: %+v, want %d", what, got, status)
	}
}

// live is what users do, until stop is closed or a request fails: each signs up, verifies, looks at the profile, refreshes, resets, logs in
// and logs out.
func (w *writes) live(t *testing.T, url string, mail *mailServer, stop <-chan struct{}) {
	t.Helper()
	for !t.Failed() {
		select {
		case <-stop:
			return
		default:
		}
		note := func(what string, r response, want int) response {
			w.note(t, what, r, want, func() {})
			return r
		}
		email, changed := newEmail(), password+" changed"
		if r := note("signup", signUp(url, email), http.StatusAccepted); r.status != http.StatusAccepted {
			continue
		}
		verified := note("verification", post(url+"/verify-email", "", "token", mail.link(t, email, 0), "password", password), http.StatusOK)
		note("profile", send(http.MethodGet, url+"/me", verified.text("access_token"), nil), http.StatusOK)
		note("refresh", post(url+"/token/refresh", "", "refresh_token", verified.text("refresh_token")), http.StatusOK)
		requested := note("reset request", post(url+"/password-reset-request", "", "email", email), http.StatusAccepted)
		if requested.status != http.StatusAccepted {
			continue
		}
		note("reset", post(url+"/password-reset", "", "token", mail.link(t, email, 1), "new_password", changed), http.StatusOK)
		access := note("login", logIn(url, email, changed), http.StatusOK).text("access_token")
		note("logout", post(url+"/logout", access), http.StatusNoContent)
		note("profile after the logout", send(http.MethodGet, url+"/me", access, nil), http.StatusUnauthorized)
	}
}
