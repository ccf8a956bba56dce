package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAnAccountFromSignupToTermination(t *testing.T) {
	t.Parallel()
	start(t).wantWholeLife(t)
}

// wantWholeLife signs up, and uses the account in every way up to its termination.
func (s *service) wantWholeLife(t *testing.T) {
	t.Helper()
	const email = "ada@example.com"

	s.post(t, "/signup", signupOf(email, goodPassword)).want(t, http.StatusAccepted)
	s.post(t, "/login", loginOf(email, goodPassword)).want(t, http.StatusUnauthorized)
	first := s.post(t, "/verify-email", m{"token": s.token(t, email, "/pages/verify-email"), "password": goodPassword}).tokens(t)
	s.me(t, first.AccessToken).want(t, http.StatusOK)

	second := s.logIn(t, "ADA@EXAMPLE.COM", goodPassword)
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
		t.Error("a refresh returned the same refresh token")
	}
	changed := s.do(t, request{
		method: http.MethodPatch, path: "/me", token: third.AccessToken, body: m{"country": "FR", "state_province": "Bretagne"},
	}).want(t, http.StatusOK)
	if !strings.Contains(string(changed.body), `"FR-BRE"`) {
		t.Errorf("changed profile: %s", changed.body)
	}
	s.logOut(t, third)

	s.resetPassword(t, email, otherPassword)
	s.post(t, "/login", loginOf(email, goodPassword)).want(t, http.StatusUnauthorized)
	fourth := s.logIn(t, email, otherPassword)

	change := m{"current_password": otherPassword, "new_password": thirdPassword}
	s.postAs(t, fourth.AccessToken, "/password-change", change).want(t, http.StatusNoContent)
	s.me(t, fourth.AccessToken).want(t, http.StatusOK)
	s.postAs(t, fourth.AccessToken, "/terminate", m{"password": thirdPassword}).want(t, http.StatusNoContent)
	s.post(t, "/login", loginOf(email, thirdPassword)).want(t, http.StatusUnauthorized)

	var subjects []string
	for _, message := range s.messages(t, email) {
		subjects = append(subjects, message.Subject)
	}
	if len(subjects) != 5 {
		t.Errorf("messages, the newest first: %q; want termination, change, reset, reset request and signup", subjects)
	}
}

// The next request with a token of a revoked session is refused, whatever revoked it.
func TestARevokedSessionInvalidatesItsTokensImmediately(t *testing.T) {
	t.Parallel()
	s := start(t)
	revoke := map[string]func(t *testing.T, email string, own, other tokens){
		"logout of all sessions": func(t *testing.T, _ string, own, _ tokens) {
			s.postAs(t, own.AccessToken, "/logout", m{"all_sessions": true}).want(t, http.StatusNoContent)
		},
		"logout of each": func(t *testing.T, _ string, own, other tokens) {
			s.logOut(t, own)
			s.me(t, other.AccessToken).want(t, http.StatusOK)
			s.postAs(t, other.AccessToken, "/logout", m{"all_sessions": false}).want(t, http.StatusNoContent)
		},
		"reset": func(t *testing.T, email string, _, _ tokens) {
			s.resetPassword(t, email, otherPassword)
		},
		"termination": func(t *testing.T, _ string, own, _ tokens) {
			s.terminate(t, own)
		},
	}
	for name, act := range revoke {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			email := strings.ReplaceAll(name, " ", "-") + "@example.com"
			own := s.user(t, email)
			other := s.logIn(t, email, goodPassword)
			act(t, email, own, other)
			for _, pair := range []tokens{own, other} {
				s.me(t, pair.AccessToken).wantProblem(t, http.StatusUnauthorized, "invalid_access_token")
				s.post(t, "/token/refresh", m{"refresh_token": pair.RefreshToken}).want(t, http.StatusUnauthorized)
				s.postAs(t, pair.AccessToken, "/logout", nil).want(t, http.StatusUnauthorized)
			}
		})
	}
}

func TestAPasswordChangeRevokesAllOtherSessions(t *testing.T) {
	t.Parallel()
	s := start(t)
	own := s.user(t, "ada@example.com")
	other := s.logIn(t, "ada@example.com", goodPassword)
	change := m{"current_password": goodPassword, "new_password": otherPassword}
	s.postAs(t, own.AccessToken, "/password-change", change).want(t, http.StatusNoContent)
	s.me(t, own.AccessToken).want(t, http.StatusOK)
	s.me(t, other.AccessToken).want(t, http.StatusUnauthorized)
	s.post(t, "/token/refresh", m{"refresh_token": other.RefreshToken}).want(t, http.StatusUnauthorized)
}

// An attacker who signs up with another user's email address, and waits until that user verifies it, gains nothing: any link in the
// mailbox makes the user's own signup the account.
func TestASignupByAnAttackerNeverBecomesTheAccount(t *testing.T) {
	t.Parallel()
	s := start(t)
	const email, attackers = "ada@example.com", "the password of an attacker"
	signup := request{method: http.MethodPost, path: "/signup", body: signupOf(email, attackers)}
	s.doFrom(t, "127.1.0.1", signup).want(t, http.StatusAccepted)
	attackersLink := s.token(t, email, "/pages/verify-email")
	s.post(t, "/signup", signupOf(email, goodPassword)).want(t, http.StatusAccepted)
	s.tokens(t, email, "/pages/verify-email", 2)

	s.post(t, "/verify-email", m{"token": attackersLink, "password": wrongPassword}).want(t, http.StatusUnauthorized)
	s.post(t, "/verify-email", m{"token": attackersLink, "password": goodPassword}).want(t, http.StatusOK)

	s.post(t, "/verify-email", m{"token": attackersLink, "password": attackers}).wantProblem(t, http.StatusBadRequest, "invalid_token")
	s.post(t, "/login", loginOf(email, attackers)).want(t, http.StatusUnauthorized)
	s.post(t, "/login", loginOf(email, goodPassword)).want(t, http.StatusOK)

	s.post(t, "/signup", signupOf(email, attackers)).want(t, http.StatusAccepted)
	if newest := s.messages(t, email)[0]; linkPattern.MatchString(newest.Text) {
		t.Errorf("a signup with the email address of an account mailed a link: %q", newest.Subject)
	}
}

// Mail scanners and link previews open links, which must not use them.
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
	s.post(t, "/password-reset", m{"token": reset, "new_password": otherPassword}).want(t, http.StatusOK)
}

func TestAWeakPasswordLeavesTheResetLinkUsable(t *testing.T) {
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
	s.post(t, "/password-reset", m{"token": links[0], "new_password": otherPassword}).want(t, http.StatusOK)
	for _, dead := range links {
		s.post(t, "/password-reset", m{"token": dead, "new_password": thirdPassword}).want(t, http.StatusBadRequest)
	}
}
