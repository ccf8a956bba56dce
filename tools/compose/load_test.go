package compose

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
)

// readers are so many that the replica is processing requests when it is killed.
const readers = 6

// maxSignups is below the number of emails to unverified addresses that leave immediately, together with those of the account and of the
// page.
const maxSignups = 12

// load sends requests that can be repeated, none of which may fail.
type load struct {
	p         *project
	succeeded atomic.Int64
	signups   []request // acknowledged
	begun     []request // that the killed replica had begun: the other one responds with 409 until a minute has passed
	stop      chan struct{}
	running   sync.WaitGroup
	end       func()
}

// startLoad begins to read the profile of a user who is logged in, and to sign up.
func startLoad(t *testing.T, p *project, access string) *load {
	t.Helper()
	l := &load{p: p, stop: make(chan struct{})}
	l.end = sync.OnceFunc(func() { close(l.stop); l.running.Wait() })
	t.Cleanup(l.end)
	me := request{method: http.MethodGet, path: "/me", token: access}
	for range readers {
		l.running.Go(func() { l.repeat(func(int) bool { return l.note(t, p.send(me), http.StatusOK) }) })
	}
	l.running.Go(func() { l.repeat(func(n int) bool { return l.signUp(t, n) }) })
	return l
}

// repeat sends requests until the end, or until one fails.
func (l *load) repeat(send func(n int) (succeeded bool)) {
	for n := 0; ; n++ {
		select {
		case <-l.stop:
			return
		default:
		}
		if !send(n) {
			return
		}
	}
}

// signUp signs up at most maxSignups times, every few requests.
func (l *load) signUp(t *testing.T, n int) bool {
	const every = 25
	if n%every > 0 || n >= every*maxSignups {
		return l.note(t, l.p.send(request{method: http.MethodHead, path: "/livez"}), http.StatusOK)
	}
	r := request{method: http.MethodPost, path: "/signup", key: rand.Text(), body: signup(fmt.Sprintf("load%d@example.com", n))}
	got := l.p.send(r)
	if got.refused {
		return true
	}
	if got.text("code") == "idempotency_key_in_progress" {
		l.begun = append(l.begun, r)
		return true
	}
	if !l.note(t, got, http.StatusAccepted) {
		return false
	}
	l.signups = append(l.signups, r)
	return true
}

// note reports whether a request succeeded. On a machine that is too busy, the service may refuse it.
func (l *load) note(t *testing.T, r response, want int) bool {
	if r.refused {
		return true
	}
	if r.status != want || r.err != nil {
		t.Errorf("a request that can be repeated failed: %s, want %d", r, want)
		return false
	}
	l.succeeded.Add(1)
	return true
}

// check fails if a signup that the killed replica had begun cannot be repeated, or the email of an acknowledged one does not arrive.
func (l *load) check(t *testing.T) {
	t.Helper()
	for _, r := range l.begun {
		eventually(t, "a signup is repeated", func() bool { return l.p.send(r).status == http.StatusAccepted })
	}
	l.signups = append(l.signups, l.begun...)
	if len(l.signups) == 0 {
		t.Error("there was no signup")
	}
	for _, r := range l.signups {
		eventually(t, "the email of an acknowledged signup", func() bool {
			emails, err := l.p.emailsTo(r.body["email"].(string))
			return err == nil && len(emails) > 0
		})
	}
	t.Logf("%d requests and %d signups succeeded, the killed replica had begun %d", l.succeeded.Load(), len(l.signups), len(l.begun))
}
