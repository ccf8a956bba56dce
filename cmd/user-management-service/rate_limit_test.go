package main

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
)

// replicas starts n programs on one database that issue tokens of the same issuer.
func replicas(t *testing.T, n int, settings ...string) []*service {
	t.Helper()
	inbox := newInbox(t)
	databaseURL, keyset := pgtest.New(t), devKeyset(t)
	all := make([]*service, n)
	settings = append([]string{"PUBLIC_URL=https://accounts.example.com"}, settings...)
	for i := range all {
		all[i] = startOn(t, databaseURL, keyset, inbox, settings...)
	}
	return all
}

// endBackoff ends every block of the rate limiter.
func (s *service) endBackoff(t *testing.T) {
	t.Helper()
	s.exec(t, `UPDATE rate_limit_counters SET blocked_until = 'epoch'`)
}

func TestConcurrentPasswordAttemptsOnThreeReplicasStayWithinTheLimit(t *testing.T) {
	t.Parallel()
	const attempts = 200
	all := replicas(t, 3)
	all[0].user(t, "ada@example.com")
	for _, email := range []string{"ada@example.com", "unknown@example.com"} {
		got := concurrently(t, attempts, func(i int) (response, error) {
			return all[i%3].try(request{method: http.MethodPost, path: "/login", body: loginOf(email, wrongPassword)})
		})
		if diff := cmp.Diff(map[int]int{http.StatusUnauthorized: 5, http.StatusTooManyRequests: attempts - 5}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", email, diff)
		}
	}
}

func TestFailuresOfOthersDoNotBlockAKnownDevice(t *testing.T) {
	t.Parallel()
	s := start(t, "NETWORK_FAILURES=100")
	device := s.user(t, "ada@example.com").DeviceToken
	for range 1000 {
		s.post(t, "/login", loginOf("ada@example.com", wrongPassword))
	}
	s.post(t, "/login", loginOf("ada@example.com", goodPassword)).want(t, http.StatusTooManyRequests)
	again := s.post(t, "/login", m{"email": "ada@example.com", "password": goodPassword, "device_token": device}).tokens(t)
	if again.DeviceToken == "" {
		t.Error("the login returned no new device token")
	}
}

// While an email address is blocked, the password is not checked, and the response reveals only how long the block lasts.
func TestBackoffResponsesAreTheSameWithAndWithoutAnAccount(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user(t, "ada@example.com")
	policies := map[string]bool{}
	for _, email := range []string{"ada@example.com", "unknown@example.com"} {
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
			policies[a.header.Get("RateLimit-Policy")] = true
		}
	}
	if len(policies) != 1 {
		t.Errorf("the policies differ: %v", policies)
	}
	s.endBackoff(t)
	s.post(t, "/login", loginOf("ada@example.com", goodPassword)).want(t, http.StatusOK)
}

func wantHeader(t *testing.T, a response, name, want string) {
	t.Helper()
	if got := a.header.Get(name); got != want {
		t.Errorf("%s: %q, want %q", name, got, want)
	}
}

func TestEveryRateLimitedOperationReturns429(t *testing.T) {
	t.Parallel()
	s := start(t, "NETWORK_REQUESTS=3")
	pair := s.user(t, "ada@example.com")
	s.post(t, "/signup", signupOf("bea@example.com", goodPassword)).want(t, http.StatusAccepted)
	s.post(t, "/password-reset-request", m{"email": "ada@example.com"}).want(t, http.StatusAccepted)
	refused := []request{
		{path: "/signup", body: signupOf("cid@example.com", goodPassword)},
		{path: "/email-verification-request", body: m{"email": "ada@example.com"}},
		{path: "/password-reset-request", body: m{"email": "ada@example.com"}},
	}
	for range 5 {
		s.post(t, "/login", loginOf("bea@example.com", wrongPassword)).want(t, http.StatusUnauthorized)
	}
	for range 20 {
		s.postAs(t, pair.AccessToken, "/terminate", m{"password": wrongPassword}).want(t, http.StatusUnauthorized)
	}
	refused = append(
		refused,
		request{path: "/login", body: loginOf("bea@example.com", goodPassword)},
		request{path: "/terminate", token: pair.AccessToken, body: m{"password": goodPassword}},
		request{
			path: "/password-change", token: pair.AccessToken, body: m{"current_password": goodPassword, "new_password": wrongPassword},
		},
	)
	for _, r := range refused {
		r.method = http.MethodPost
		if a := s.do(t, r); a.status != http.StatusTooManyRequests || a.header.Get("Retry-After") == "" {
			t.Errorf("%s: status %d, Retry-After %q", r.path, a.status, a.header.Get("Retry-After"))
		}
	}
}

// A right password does not begin the window in which the wrong passwords of other networks count: their Retry-After would reveal when
// the account holder signed in.
func TestWaitOfOthersDoesNotBeginWithTheAccountHoldersLogin(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user(t, "ada@example.com")
	s.doFrom(t, "127.2.0.1", request{method: http.MethodPost, path: "/login", body: loginOf("ada@example.com", goodPassword)}).
		want(t, http.StatusOK)
	s.exec(t, `UPDATE rate_limit_counters SET expires_at = expires_at - interval '12 hours'`)
	for _, email := range []string{"ada@example.com", "unknown@example.com"} {
		var last response
		for n := range 55 { // five from each network; 50 in a day
			source := fmt.Sprintf("127.1.%d.1", n/5)
			last = s.doFrom(t, source, request{method: http.MethodPost, path: "/login", body: loginOf(email, wrongPassword)})
		}
		last.want(t, http.StatusTooManyRequests)
		wait, err := strconv.Atoi(last.header.Get("Retry-After"))
		if day := 24 * 60 * 60; err != nil || wait > day || wait < day-120 {
			t.Errorf("%s: Retry-After: %q, want a day", email, last.header.Get("Retry-After"))
		}
	}
}

// What an account holder does changes nothing that a client in another network sees: neither its status, nor how many attempts
// remain, nor how long it must wait. The account and an email address without one look alike at each step.
func TestWhatOthersSeeDoesNotDependOnTheAccountHolder(t *testing.T) {
	t.Parallel()
	s := start(t)
	in := s.user(t, "ada@example.com")
	const holder, other = "127.2.0.1", "127.1.0.1"
	at := func(source, path string, body any) response {
		t.Helper()
		return s.doFrom(t, source, request{method: http.MethodPost, path: path, body: body})
	}
	view := func(email string) string {
		t.Helper()
		a := at(other, "/login", loginOf(email, wrongPassword))
		return fmt.Sprint(a.status, a.header.Get("RateLimit"), a.header.Get("RateLimit-Policy"), a.header.Get("Retry-After"))
	}
	forget := func() {
		s.exec(t, `DELETE FROM rate_limit_counters WHERE scope LIKE 'password%' OR scope LIKE 'attempts%'`)
	}
	steps := map[string]func(){
		"nothing":        func() {},
		"right password": func() { at(holder, "/login", loginOf("ada@example.com", goodPassword)).want(t, http.StatusOK) },
		"wrong, then right": func() {
			at(holder, "/login", loginOf("ada@example.com", wrongPassword)).want(t, http.StatusUnauthorized)
			at(holder, "/login", loginOf("ada@example.com", goodPassword)).want(t, http.StatusOK)
		},
		"right, on a known device": func() {
			body := m{"email": "ada@example.com", "password": goodPassword, "device_token": in.DeviceToken}
			at(holder, "/login", body).want(t, http.StatusOK)
		},
		"password reset": func() { s.resetPassword(t, "ada@example.com", goodPassword) },
		"refresh and logout": func() {
			pair := at(holder, "/login", loginOf("ada@example.com", goodPassword)).tokens(t)
			pair = at(holder, "/token/refresh", m{"refresh_token": pair.RefreshToken}).tokens(t)
			s.postAs(t, pair.AccessToken, "/logout", nil).want(t, http.StatusNoContent)
		},
		"password change": func() {
			pair := at(holder, "/login", loginOf("ada@example.com", goodPassword)).tokens(t)
			body := m{"current_password": goodPassword, "new_password": thirdPassword}
			s.postAs(t, pair.AccessToken, "/password-change", body).want(t, http.StatusNoContent)
			body = m{"current_password": thirdPassword, "new_password": goodPassword}
			s.postAs(t, pair.AccessToken, "/password-change", body).want(t, http.StatusNoContent)
		},
	}
	for _, name := range slices.Sorted(maps.Keys(steps)) {
		attempts := []int{0, 4, 5} // of the other client before the step: none, all but one, and blocked
		if name == "password reset" {
			attempts = attempts[1:2] // further emails would be spaced
		}
		for _, before := range attempts {
			forget()
			want := make([]string, before)
			for n := range before {
				want[n] = view("ada@example.com")
			}
			steps[name]()
			after := view("ada@example.com")
			forget()
			for n := range before {
				if got := view("unknown@example.com"); got != want[n] {
					t.Errorf("%s: attempt %d: %s with an account, %s without", name, n+1, want[n], got)
				}
			}
			if unknown := view("unknown@example.com"); after != unknown {
				t.Errorf("%s after %d attempts: the other client sees %s, and %s without an account", name, before, after, unknown)
			}
		}
	}
}
