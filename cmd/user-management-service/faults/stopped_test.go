//go:build faults

package faults

import (
	"net/http"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A replica that stops in the middle of its work, as a suspended machine does, keeps no other replica waiting, and works again later.
func TestAStoppedReplicaDisturbsNoOther(t *testing.T) {
	t.Parallel()
	mail, d := newMailServer(t), newDatabase(t)
	stopped, other := newReplica(t, d.url(), mail), newReplica(t, d.url(), mail)
	users := newUsers(t, other.url, mail, 2)
	w, stop := &writes{}, make(chan struct{})
	var load sync.WaitGroup
	end := sync.OnceFunc(func() { close(stop); load.Wait() })
	defer end()
	load.Go(func() { w.generate(t, stopped.url, users[0], stop) })
	w.awaitSuccesses(t, 50)
	stopped.signal(t, syscall.SIGSTOP)
	for range 20 { // of the same user, whose rows the stopped replica may have locked
		r := logIn(other.url, users[0], password)
		for begun := time.Now(); r.isRefusal() && time.Since(begun) < maxWait; {
			r = logIn(other.url, users[0], password)
		}
		if r.status != http.StatusOK {
			t.Fatalf("a login at the other replica: %+v", r)
		}
	}
	stopped.signal(t, syscall.SIGCONT)
	w.awaitSuccesses(t, 50)
	end()
	w.check(t, stopped.url, mail)
}

// While the database stops, requests get 503 within their bounds. Then the service works again by itself.
func TestAStoppedDatabaseIsA503(t *testing.T) {
	t.Parallel()
	mail, d := newMailServer(t), newDatabase(t)
	r := newReplica(t, d.url(), mail)
	user := newUsers(t, r.url, mail, 1)[0]
	if err := d.signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	for _, refused := range []response{logIn(r.url, user, password), signUp(r.url, newEmail()), get(r.url + "/readyz")} {
		if !refused.isRefusal() && refused.status != http.StatusServiceUnavailable {
			t.Errorf("while the database stops: %+v", refused)
		}
	}
	t.Logf("three requests were refused within %v", time.Since(begun).Round(time.Millisecond))
	if live := get(r.url + "/livez"); live.status != http.StatusOK {
		t.Errorf("the process is not live: %+v", live)
	}
	if err := d.signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	continued := time.Now()
	eventually(t, "a login succeeds again", func() bool { return logIn(r.url, user, password).status == http.StatusOK })
	t.Logf("serves again after %v", time.Since(continued).Round(time.Millisecond))
}

// While the mail server accepts connections and replies to nothing, requests succeed. The messages leave later.
func TestAStoppedMailServerChangesNoResponse(t *testing.T) {
	t.Parallel()
	mail, d := newMailServer(t), newDatabase(t)
	r := newReplica(t, d.url(), mail)
	replies := make(chan struct{})
	mail.hook(func() { <-replies }, func() {})
	emails := make([]string, 20)
	for i := range emails {
		emails[i] = newEmail()
		if got := signUp(r.url, emails[i]); got.status != http.StatusAccepted {
			t.Errorf("a signup: %+v", got)
		}
	}
	if !r.isReady() {
		t.Error("the replica is not ready")
	}
	close(replies)
	for _, email := range emails {
		mail.link(t, email, 0)
	}
}
