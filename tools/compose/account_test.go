package compose

import (
	"crypto/rand"
	"net/http"
	"regexp"
	"slices"
	"testing"
)

const (
	password    = "correct horse battery staple"
	newPassword = "nine green herons in the rain"
)

func signup(address string) map[string]any {
	return map[string]any{
		"email": address, "full_name": "Grace Hopper", "country": "US", "state_province": "US-NY", "password": password,
	}
}

// account is one that lives its life.
type account struct {
	p                       *project
	address                 string
	access, refresh, device string
	repeated                int // requests
}

// do sends a request until it is answered with one of the statuses. It repeats it, as a client does, if a replica died while it processed
// the request.
func (a *account) do(t *testing.T, path string, body map[string]any, want ...int) response {
	t.Helper()
	key, r := rand.Text(), response{}
	eventually(t, path+" gets a response", func() bool {
		r = a.p.send(request{method: http.MethodPost, path: path, token: a.access, key: key, body: body})
		died := r.status == 0 || r.status == http.StatusBadGateway || r.status == http.StatusServiceUnavailable
		if died {
			a.repeated++
		}
		return !died
	})
	if !slices.Contains(want, r.status) {
		t.Errorf("%s: %s, want %d", path, r, want)
	}
	return r
}

// me is the status of GET /me, which can be repeated.
func (a *account) me(t *testing.T) (status int) {
	t.Helper()
	eventually(t, "GET /me is not refused", func() bool {
		r := a.p.send(request{method: http.MethodGet, path: "/me", token: a.access})
		status = r.status
		return !r.refused
	})
	return status
}

var linkToken = regexp.MustCompile(`#token=(\S+)`)

// token is that of the link in the newest email, once there are n emails.
func (a *account) token(t *testing.T, n int) (token string) {
	t.Helper()
	eventually(t, "the next email to the account", func() bool {
		emails, err := a.p.emailsTo(a.address)
		if err != nil || len(emails) < n {
			return false
		}
		if found := linkToken.FindStringSubmatch(emails[0].Text); found != nil {
			token = found[1]
		}
		return true
	})
	return token
}

func (a *account) logIn(t *testing.T, password string, want int) {
	t.Helper()
	body := map[string]any{"email": a.address, "password": password}
	if a.device != "" {
		body["device_token"] = a.device
	}
	a.access = ""
	a.store(a.do(t, "/login", body, want))
}

func (a *account) store(r response) {
	if r.status != http.StatusOK {
		return
	}
	a.access, a.refresh = r.text("access_token"), r.text("refresh_token")
	if device := r.text("device_token"); device != "" {
		a.device = device
	}
}

func (p *project) signUpAndLogIn(t *testing.T) *account {
	t.Helper()
	a := &account{p: p, address: "grace@example.com"}
	a.do(t, "/signup", signup(a.address), http.StatusAccepted)
	a.do(t, "/verify-email", map[string]any{"token": a.token(t, 1), "password": password}, http.StatusOK)
	a.logIn(t, password, http.StatusOK)
	return a
}

// refreshUntil refreshes the tokens until done is closed. Each acknowledged pair must be good for the next refresh.
func (a *account) refreshUntil(t *testing.T, done <-chan struct{}) {
	t.Helper()
	for !t.Failed() {
		select {
		case <-done:
			return
		default:
		}
		a.store(a.do(t, "/token/refresh", map[string]any{"refresh_token": a.refresh}, http.StatusOK))
		if got := a.me(t); got != http.StatusOK {
			t.Errorf("GET /me gives %d", got)
		}
	}
	<-done
}

func (a *account) logOut(t *testing.T) {
	t.Helper()
	a.do(t, "/logout", map[string]any{}, http.StatusNoContent)
	if got := a.me(t); got != http.StatusUnauthorized {
		t.Errorf("after the logout, GET /me gives %d", got)
	}
	a.logIn(t, password, http.StatusOK)
}

func (a *account) resetPassword(t *testing.T) {
	t.Helper()
	access := a.access
	a.do(t, "/password-reset-request", map[string]any{"email": a.address, "device_token": a.device}, http.StatusAccepted)
	token := a.token(t, 2)
	r := a.do(t, "/password-reset", map[string]any{"token": token, "new_password": newPassword}, http.StatusOK)
	a.device = r.text("device_token")
	if a.access = access; a.me(t) != http.StatusUnauthorized {
		t.Error("a session outlived the reset of the password")
	}
	a.logIn(t, password, http.StatusUnauthorized)
	a.logIn(t, newPassword, http.StatusOK)
}

func (a *account) terminate(t *testing.T) {
	t.Helper()
	a.do(t, "/terminate", map[string]any{"password": newPassword}, http.StatusNoContent)
	if got := a.me(t); got != http.StatusUnauthorized {
		t.Errorf("after the termination, GET /me gives %d", got)
	}
	a.logIn(t, newPassword, http.StatusUnauthorized)
	a.token(t, 4) // verification, reset, notice of the reset, termination
}
