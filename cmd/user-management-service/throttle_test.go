package main

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/adapters/devinbox"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
)

const wrongPassword = "seven purple llamas at dusk"

func loginOf(email, password string) m { return m{"email": email, "password": password} }

// replicas are n programs on one database that issue the same tokens.
func replicas(t *testing.T, n int, settings ...string) []*service {
	t.Helper()
	inbox, err := devinbox.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = inbox.Close() })
	databaseURL, keyset := pgtest.New(t), devKeyset(t)
	all := make([]*service, n)
	settings = append([]string{"PUBLIC_URL=https://accounts.example.com"}, settings...)
	for i := range all {
		all[i] = startOn(t, databaseURL, keyset, inbox, settings...)
	}
	return all
}

// endBackoff lets the time pass that the throttle makes wait.
func (s *service) endBackoff(t *testing.T) {
	t.Helper()
	s.exec(t, `UPDATE throttle SET closed_until = 'epoch'`)
}

func TestSimultaneousGuessesOnThreeReplicasStayInTheBudget(t *testing.T) {
	t.Parallel()
	const guesses = 200
	all := replicas(t, 3)
	all[0].user(t, "ada@example.com")
	for _, email := range []string{"ada@example.com", "nobody@example.com"} {
		got := simultaneously(t, guesses, func(i int) (answer, error) {
			return all[i%3].try(request{method: http.MethodPost, path: "/login", body: loginOf(email, wrongPassword)})
		})
		if diff := cmp.Diff(map[int]int{http.StatusUnauthorized: 5, http.StatusTooManyRequests: guesses - 5}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", email, diff)
		}
	}
}

func TestForeignFailuresDoNotLockTheKnownDeviceOut(t *testing.T) {
	t.Parallel()
	s := start(t, "NETWORK_FAILURES=100", "SERVICE_FAILURES=100")
	device := s.user(t, "ada@example.com").DeviceToken
	for range 1000 {
		s.post(t, "/login", loginOf("ada@example.com", wrongPassword))
	}
	s.post(t, "/login", loginOf("ada@example.com", goodPassword)).want(t, http.StatusTooManyRequests)
	again := s.post(t, "/login", m{"email": "ada@example.com", "password": goodPassword, "device_token": device}).tokens(t)
	if again.DeviceToken == "" {
		t.Error("the login renewed no device token")
	}
}

// Until the wait is over nothing is looked at, and the answer tells nothing but how long to wait.
func TestBackoffAnswersAlike(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user(t, "ada@example.com")
	waits := map[string]bool{}
	for _, email := range []string{"ada@example.com", "nobody@example.com"} {
		for n := range 5 {
			a := s.post(t, "/login", loginOf(email, wrongPassword)).want(t, http.StatusUnauthorized)
			wait := "0"
			if n == 4 {
				wait = "30"
			}
			wantHeader(t, a, "RateLimit-Policy", `"attempts";q=5`)
			wantHeader(t, a, "RateLimit", fmt.Sprintf(`"attempts";r=%d;t=%s`, 4-n, wait))
		}
		for _, password := range []string{wrongPassword, goodPassword} {
			a := s.post(t, "/login", loginOf(email, password)).want(t, http.StatusTooManyRequests)
			if code := a.problem(t).Code; code != "too_many_requests" {
				t.Errorf("code %s", code)
			}
			after, err := strconv.Atoi(a.header.Get("Retry-After"))
			if err != nil || after < 1 || after > 30 {
				t.Errorf("Retry-After: %q", a.header.Get("Retry-After"))
			}
			wantHeader(t, a, "RateLimit", fmt.Sprintf(`"attempts";r=0;t=%d`, after))
			waits[a.header.Get("RateLimit-Policy")] = true
		}
	}
	if len(waits) != 1 {
		t.Errorf("the answers differ: %v", waits)
	}
	s.endBackoff(t)
	s.post(t, "/login", loginOf("ada@example.com", goodPassword)).want(t, http.StatusOK)
}

func wantHeader(t *testing.T, a answer, name, want string) {
	t.Helper()
	if got := a.header.Get(name); got != want {
		t.Errorf("%s: %q instead of %q", name, got, want)
	}
}

// What disabled a password survives a crash of the database server, which empties the counts.
func TestDisabledPasswordStaysSoUntilAReset(t *testing.T) {
	t.Parallel()
	s := start(t)
	session := s.user(t, "ada@example.com")
	for n := range 100 {
		if status := s.post(t, "/login", loginOf("ada@example.com", wrongPassword)).status; status != http.StatusUnauthorized {
			t.Fatalf("guess %d: status %d", n+1, status)
		}
		s.endBackoff(t)
	}
	s.exec(t, `TRUNCATE throttle`)
	a := s.post(t, "/login", loginOf("ada@example.com", goodPassword)).want(t, http.StatusTooManyRequests)
	if code := a.problem(t).Code; code != "password_disabled" {
		t.Errorf("code %s", code)
	}
	s.me(t, session.AccessToken).want(t, http.StatusOK)
	s.post(t, "/password-reset-request", m{"email": "ada@example.com"}).want(t, http.StatusAccepted)
	token := s.token(t, "ada@example.com", "/pages/password-reset")
	s.post(t, "/password-reset", m{"token": token, "new_password": "nine green geese in a row"}).want(t, http.StatusNoContent)
	s.post(t, "/login", loginOf("ada@example.com", "nine green geese in a row")).want(t, http.StatusOK)
}

func TestEveryOperationWithABudgetAnswers429(t *testing.T) {
	t.Parallel()
	s := start(t, "NETWORK_REQUESTS=3")
	pair := s.user(t, "ada@example.com")
	s.post(t, "/signup", signupOf("bea@example.com", goodPassword)).want(t, http.StatusAccepted)
	link := s.token(t, "bea@example.com", "/pages/verify-email")
	s.post(t, "/password-reset-request", m{"email": "ada@example.com"}).want(t, http.StatusAccepted)
	refused := []request{
		{path: "/signup", body: signupOf("cid@example.com", goodPassword)},
		{path: "/email-verification-request", body: m{"email": "ada@example.com"}},
		{path: "/password-reset-request", body: m{"email": "ada@example.com"}},
	}
	for range 5 {
		s.post(t, "/login", loginOf("bea@example.com", wrongPassword)).want(t, http.StatusUnauthorized)
		s.do(t, request{method: http.MethodPost, path: "/terminate", token: pair.AccessToken, body: m{"password": wrongPassword}}).want(t, http.StatusUnauthorized)
	}
	refused = append(
		refused,
		request{path: "/login", body: loginOf("bea@example.com", goodPassword)},
		request{path: "/verify-email", body: m{"token": link, "password": goodPassword}},
		request{path: "/terminate", token: pair.AccessToken, body: m{"password": goodPassword}},
		request{path: "/password-change", token: pair.AccessToken, body: m{"current_password": goodPassword, "new_password": wrongPassword}},
	)
	for _, r := range refused {
		r.method = http.MethodPost
		if a := s.do(t, r); a.status != http.StatusTooManyRequests || a.header.Get("Retry-After") == "" {
			t.Errorf("%s: status %d, Retry-After %q", r.path, a.status, a.header.Get("Retry-After"))
		}
	}
}
