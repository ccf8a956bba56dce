package main

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/siriusys/user-management-service/adapters/devinbox"
)

type m = map[string]any

const (
	goodPassword  = "correct horse battery staple"
	otherPassword = "seven purple llamas at dawn"
	thirdPassword = "nine green herons in the rain"
	wrongPassword = "seven purple llamas at dusk"
)

func signupOf(email, password string) m {
	return m{"email": email, "full_name": "Ada Lovelace", "country": "DE", "state_province": "Bayern", "password": password}
}

func loginOf(email, password string) m { return m{"email": email, "password": password} }

// user signs up, verifies the email address and returns the first tokens.
func (s *service) user(t *testing.T, email string) tokens {
	t.Helper()
	s.post(t, "/signup", signupOf(email, goodPassword)).want(t, http.StatusAccepted)
	token := s.token(t, email, "/pages/verify-email")
	return s.post(t, "/verify-email", m{"token": token, "password": goodPassword}).tokens(t)
}

// logIn logs in without a device token.
func (s *service) logIn(t *testing.T, email, password string) tokens {
	t.Helper()
	return s.post(t, "/login", loginOf(email, password)).tokens(t)
}

func (s *service) logOut(t *testing.T, pair tokens) {
	t.Helper()
	s.postAs(t, pair.AccessToken, "/logout", nil).want(t, http.StatusNoContent)
}

// terminate terminates the account of a user whose password is goodPassword.
func (s *service) terminate(t *testing.T, pair tokens) {
	t.Helper()
	s.postAs(t, pair.AccessToken, "/terminate", m{"password": goodPassword}).want(t, http.StatusNoContent)
}

// requestReset requests a password reset and returns the token of the newest mailed link.
func (s *service) requestReset(t *testing.T, email string) string {
	t.Helper()
	s.post(t, "/password-reset-request", m{"email": email}).want(t, http.StatusAccepted)
	return s.token(t, email, "/pages/password-reset")
}

// resetPassword sets a new password by a mailed link.
func (s *service) resetPassword(t *testing.T, email, password string) {
	t.Helper()
	s.post(t, "/password-reset", m{"token": s.requestReset(t, email), "new_password": password}).want(t, http.StatusOK)
}

func (s *service) me(t *testing.T, accessToken string) response {
	t.Helper()
	return s.get(t, accessToken, "/me")
}

var linkPattern = regexp.MustCompile(`https?://[^\s#]+#token=([A-Za-z0-9_-]+)`)

// token waits for a message to email with a link to page and returns the token of the newest.
func (s *service) token(t *testing.T, email, page string) string {
	t.Helper()
	return s.tokens(t, email, page, 1)[0]
}

// tokens waits for n messages to email with a link to page and returns the links' tokens, the newest first.
func (s *service) tokens(t *testing.T, email, page string, n int) []string {
	t.Helper()
	var found []string
	eventually(t, fmt.Sprintf("%d messages with a link to %s", n, page), func() bool {
		found = nil
		for _, message := range s.inbox.Messages() {
			match := linkPattern.FindStringSubmatch(message.Text)
			if message.To == email && match != nil && strings.Contains(match[0], page) {
				found = append(found, match[1])
			}
		}
		return len(found) >= n
	})
	return found
}

// messages waits until every due message was sent, and returns those to email, the newest first.
func (s *service) messages(t *testing.T, email string) []devinbox.Message {
	t.Helper()
	s.settle(t)
	var found []devinbox.Message
	for _, message := range s.inbox.Messages() {
		if message.To == email {
			found = append(found, message)
		}
	}
	return found
}
