package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOneOfManyConcurrentUsesOfALinkSucceeds(t *testing.T) {
	t.Parallel()
	const uses = 50
	s := start(t)
	const email = "ada@example.com"
	s.post(t, "/signup", signupOf(email, goodPassword)).want(t, http.StatusAccepted)
	token := s.token(t, email, "/pages/verify-email")
	got := concurrently(t, uses, func(int) (response, error) {
		return s.try(request{method: http.MethodPost, path: "/verify-email", body: m{"token": token, "password": goodPassword}})
	})
	wantOneVerification(t, got, uses)

	s.post(t, "/password-reset-request", m{"email": email}).want(t, http.StatusAccepted)
	token = s.token(t, email, "/pages/password-reset")
	got = concurrently(t, uses, func(i int) (response, error) {
		reset := m{"token": token, "new_password": fmt.Sprintf("%s %d", otherPassword, i)}
		return s.try(request{method: http.MethodPost, path: "/password-reset", body: reset})
	})
	if diff := cmp.Diff(map[int]int{http.StatusOK: 1, http.StatusBadRequest: uses - 1}, got); diff != "" {
		t.Errorf("resets (-want +got):\n%s", diff)
	}
}

// wantOneVerification checks that one of n concurrent verifications succeeded. The others found the link used.
func wantOneVerification(t *testing.T, got map[int]int, n int) {
	t.Helper()
	if got[http.StatusOK] != 1 || got[http.StatusBadRequest] != n-1 {
		t.Errorf("of %d verifications: %v", n, got)
	}
}

func TestManyConcurrentSignupsOfOneEmailAddressEndInOneAccount(t *testing.T) {
	t.Parallel()
	const signups = 100
	s := start(t)
	mixedCase := func(i int) string {
		local := []byte("ada.lovelace")
		for bit := range local {
			if i>>(bit%7)&1 == 1 {
				local[bit] = strings.ToUpper(string(local[bit]))[0]
			}
		}
		return string(local) + "@Example.com"
	}
	got := concurrently(t, signups, func(i int) (response, error) {
		return s.try(request{method: http.MethodPost, path: "/signup", body: signupOf(mixedCase(i), goodPassword)})
	})
	if diff := cmp.Diff(map[int]int{http.StatusAccepted: signups}, got); diff != "" {
		t.Fatalf("signups (-want +got):\n%s", diff)
	}
	s.settle(t)
	var links []string
	for _, message := range s.inbox.Messages() {
		if match := linkPattern.FindStringSubmatch(message.Text); match != nil {
			links = append(links, match[1])
		}
	}
	if len(links) != signups {
		t.Fatalf("%d links were mailed", len(links))
	}
	got = concurrently(t, signups, func(i int) (response, error) {
		return s.try(request{method: http.MethodPost, path: "/verify-email", body: m{"token": links[i], "password": goodPassword}})
	})
	wantOneVerification(t, got, signups)
	if n := s.count(t, `SELECT count(*) FROM users`); n != 1 {
		t.Errorf("%d users, want 1", n)
	}
}

func TestConcurrentRefreshesOfOneTokenGiveOneSuccessor(t *testing.T) {
	t.Parallel()
	const refreshes = 50
	s := start(t)
	pair := s.user(t, "ada@example.com")
	successors := make(chan string, refreshes)
	got := concurrently(t, refreshes, func(int) (response, error) {
		a, err := s.try(request{method: http.MethodPost, path: "/token/refresh", body: m{"refresh_token": pair.RefreshToken}})
		if err == nil && a.status == http.StatusOK {
			successors <- a.tokens(t).RefreshToken
		}
		return a, err
	})
	if diff := cmp.Diff(map[int]int{http.StatusOK: refreshes}, got); diff != "" {
		t.Fatalf("refreshes (-want +got):\n%s", diff)
	}
	close(successors)
	distinct := map[string]bool{}
	for successor := range successors {
		distinct[successor] = true
	}
	if len(distinct) != 1 {
		t.Errorf("%d different successors", len(distinct))
	}
}
