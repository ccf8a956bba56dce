package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The whole life of an account, as README.md tells it.
func TestAnAccountFromSignupToTermination(t *testing.T) {
	t.Parallel()
	s := start(t)
	const email = "ada@example.com"

	s.post(t, "/signup", signupOf(email, goodPassword)).want(t, http.StatusAccepted)
	s.post(t, "/login", m{"email": email, "password": goodPassword}).want(t, http.StatusUnauthorized)
	first := s.post(t, "/verify-email", m{"token": s.token(t, email, "/pages/verify-email"), "password": goodPassword}).tokens(t)
	s.me(t, first.AccessToken).want(t, http.StatusOK)

	second := s.post(t, "/login", m{"email": "ADA@EXAMPLE.COM", "password": goodPassword}).tokens(t)
	var profile struct {
		Email, Country string
		FullName       string `json:"full_name"`
		StateProvince  string `json:"state_province"`
	}
	if err := json.Unmarshal(s.me(t, second.AccessToken).want(t, http.StatusOK).body, &profile); err != nil {
		t.Fatal(err)
	}
	if profile.Email != email || profile.FullName != "Ada Lovelace" || profile.Country != "DE" || profile.StateProvince != "DE-BY" {
		t.Errorf("profile: %+v", profile)
	}

	third := s.post(t, "/token/refresh", m{"refresh_token": second.RefreshToken}).tokens(t)
	if third.RefreshToken == second.RefreshToken {
		t.Error("a refresh gave the same refresh token")
	}
	changed := s.do(t, request{method: http.MethodPatch, path: "/me", token: third.AccessToken, body: m{"country": "FR", "state_province": "Bretagne"}}).want(t, http.StatusOK)
	if !strings.Contains(string(changed.body), `"FR-BRE"`) {
		t.Errorf("changed profile: %s", changed.body)
	}
	s.do(t, request{method: http.MethodPost, path: "/logout", token: third.AccessToken}).want(t, http.StatusNoContent)

	s.post(t, "/password-reset-request", m{"email": email}).want(t, http.StatusAccepted)
	const newPassword = "seven purple llamas at dawn"
	s.post(t, "/password-reset", m{"token": s.token(t, email, "/pages/password-reset"), "new_password": newPassword}).want(t, http.StatusNoContent)
	s.post(t, "/login", m{"email": email, "password": goodPassword}).want(t, http.StatusUnauthorized)
	fourth := s.post(t, "/login", m{"email": email, "password": newPassword}).tokens(t)

	const lastPassword = "nine green herons in the rain"
	s.do(t, request{method: http.MethodPost, path: "/password-change", token: fourth.AccessToken, body: m{"current_password": newPassword, "new_password": lastPassword}}).want(t, http.StatusNoContent)
	s.me(t, fourth.AccessToken).want(t, http.StatusOK)
	s.do(t, request{method: http.MethodPost, path: "/terminate", token: fourth.AccessToken, body: m{"password": lastPassword}}).want(t, http.StatusNoContent)
	s.post(t, "/login", m{"email": email, "password": lastPassword}).want(t, http.StatusUnauthorized)

	var subjects []string
	for _, l := range s.letters(t, email) {
		subjects = append(subjects, l.Subject)
	}
	if len(subjects) != 5 {
		t.Errorf("letters, the newest first: %q; want those of termination, change, reset, reset request and signup", subjects)
	}
}

// The very next request with a token of an ended session is refused, whatever ended it.
func TestWhatEndsASessionEndsItsTokensAtOnce(t *testing.T) {
	t.Parallel()
	s := start(t)
	end := map[string]func(t *testing.T, email string, own, other tokens){
		"logout of all sessions": func(t *testing.T, _ string, own, _ tokens) {
			s.do(t, request{method: http.MethodPost, path: "/logout", token: own.AccessToken, body: m{"all_sessions": true}}).want(t, http.StatusNoContent)
		},
		"logout of each": func(t *testing.T, _ string, own, other tokens) {
			s.do(t, request{method: http.MethodPost, path: "/logout", token: own.AccessToken}).want(t, http.StatusNoContent)
			s.me(t, other.AccessToken).want(t, http.StatusOK)
			s.do(t, request{method: http.MethodPost, path: "/logout", token: other.AccessToken, body: m{"all_sessions": false}}).want(t, http.StatusNoContent)
		},
		"reset": func(t *testing.T, email string, _, _ tokens) {
			s.post(t, "/password-reset-request", m{"email": email}).want(t, http.StatusAccepted)
			s.post(t, "/password-reset", m{"token": s.token(t, email, "/pages/password-reset"), "new_password": "seven purple llamas at dawn"}).want(t, http.StatusNoContent)
		},
		"termination": func(t *testing.T, _ string, own, _ tokens) {
			s.do(t, request{method: http.MethodPost, path: "/terminate", token: own.AccessToken, body: m{"password": goodPassword}}).want(t, http.StatusNoContent)
		},
	}
	for name, act := range end {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			email := strings.ReplaceAll(name, " ", "-") + "@example.com"
			own := s.user(t, email)
			other := s.post(t, "/login", m{"email": email, "password": goodPassword}).tokens(t)
			act(t, email, own, other)
			for _, pair := range []tokens{own, other} {
				if code := s.me(t, pair.AccessToken).want(t, http.StatusUnauthorized).problem(t).Code; code != "invalid_access_token" {
					t.Errorf("code %q", code)
				}
				s.post(t, "/token/refresh", m{"refresh_token": pair.RefreshToken}).want(t, http.StatusUnauthorized)
				s.do(t, request{method: http.MethodPost, path: "/logout", token: pair.AccessToken}).want(t, http.StatusUnauthorized)
			}
		})
	}
}

func TestAPasswordChangeSparesOnlyItsOwnSession(t *testing.T) {
	t.Parallel()
	s := start(t)
	own := s.user(t, "ada@example.com")
	other := s.post(t, "/login", m{"email": "ada@example.com", "password": goodPassword}).tokens(t)
	s.do(t, request{method: http.MethodPost, path: "/password-change", token: own.AccessToken, body: m{"current_password": goodPassword, "new_password": "seven purple llamas at dawn"}}).want(t, http.StatusNoContent)
	s.me(t, own.AccessToken).want(t, http.StatusOK)
	s.me(t, other.AccessToken).want(t, http.StatusUnauthorized)
	s.post(t, "/token/refresh", m{"refresh_token": other.RefreshToken}).want(t, http.StatusUnauthorized)
}

// A stranger who signs up with an address first, and waits for its owner to verify, gains nothing.
func TestAForeignSignupNeverComesToLife(t *testing.T) {
	t.Parallel()
	s := start(t)
	const email, foreign = "ada@example.com", "the password of a stranger"
	s.post(t, "/signup", signupOf(email, foreign)).want(t, http.StatusAccepted)
	foreignLink := s.token(t, email, "/pages/verify-email")
	s.post(t, "/signup", signupOf(email, goodPassword)).want(t, http.StatusAccepted)
	ownLink := s.tokens(t, email, "/pages/verify-email", 2)[0]
	if ownLink == foreignLink {
		ownLink = s.tokens(t, email, "/pages/verify-email", 2)[1]
	}

	s.post(t, "/verify-email", m{"token": foreignLink, "password": goodPassword}).want(t, http.StatusUnauthorized)
	s.post(t, "/verify-email", m{"token": ownLink, "password": foreign}).want(t, http.StatusUnauthorized)
	s.post(t, "/verify-email", m{"token": ownLink, "password": goodPassword}).want(t, http.StatusOK)

	if code := s.post(t, "/verify-email", m{"token": foreignLink, "password": foreign}).want(t, http.StatusBadRequest).problem(t).Code; code != "invalid_token" {
		t.Errorf("code %q", code)
	}
	s.post(t, "/login", m{"email": email, "password": foreign}).want(t, http.StatusUnauthorized)
	s.post(t, "/login", m{"email": email, "password": goodPassword}).want(t, http.StatusOK)

	s.post(t, "/signup", signupOf(email, foreign)).want(t, http.StatusAccepted)
	if newest := s.letters(t, email)[0]; linkPattern.MatchString(newest.Text) {
		t.Errorf("a signup with an address that has an account mailed a link: %q", newest.Subject)
	}
}

// Mail scanners and link previews open links; that must not use them up.
func TestOpeningALinkChangesNothing(t *testing.T) {
	t.Parallel()
	s := start(t)
	const email = "ada@example.com"
	open := func(t *testing.T, page, token string) {
		t.Helper()
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			s.do(t, request{method: method, path: page}).want(t, http.StatusOK)
			s.do(t, request{method: method, path: page + "?token=" + token}).want(t, http.StatusOK)
		}
		for _, path := range []string{"/verify-email", "/password-reset"} {
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				s.do(t, request{method: method, path: path + "?token=" + token}).want(t, http.StatusMethodNotAllowed)
			}
		}
	}
	s.post(t, "/signup", signupOf(email, goodPassword)).want(t, http.StatusAccepted)
	verification := s.token(t, email, "/pages/verify-email")
	open(t, "/pages/verify-email", verification)
	s.post(t, "/verify-email", m{"token": verification, "password": goodPassword}).want(t, http.StatusOK)

	s.post(t, "/password-reset-request", m{"email": email}).want(t, http.StatusAccepted)
	reset := s.token(t, email, "/pages/password-reset")
	open(t, "/pages/password-reset", reset)
	s.post(t, "/password-reset", m{"token": reset, "new_password": "seven purple llamas at dawn"}).want(t, http.StatusNoContent)
}

func TestAWeakPasswordLeavesTheResetLinkAlive(t *testing.T) {
	t.Parallel()
	s := start(t)
	const email = "ada@example.com"
	s.user(t, email)
	s.post(t, "/password-reset-request", m{"email": email}).want(t, http.StatusAccepted)
	s.post(t, "/password-reset-request", m{"email": email}).want(t, http.StatusAccepted)
	links := s.tokens(t, email, "/pages/password-reset", 2)
	for _, weak := range []string{"short", strings.Repeat("a", 40), "ada@example.com"} {
		p := s.post(t, "/password-reset", m{"token": links[0], "new_password": weak}).want(t, http.StatusUnprocessableEntity).problem(t)
		if diff := cmp.Diff([]string{"new_password"}, p.fields()); diff != "" {
			t.Errorf("%q: %s", weak, diff)
		}
	}
	s.post(t, "/password-reset", m{"token": links[0], "new_password": "seven purple llamas at dawn"}).want(t, http.StatusNoContent)
	for _, dead := range links {
		s.post(t, "/password-reset", m{"token": dead, "new_password": "nine green herons in the rain"}).want(t, http.StatusBadRequest)
	}
}
