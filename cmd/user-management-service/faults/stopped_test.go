//go:build faults

package faults

import (
	"net/http"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A replica stops in the middle of a transaction, as a suspended machine does. What it has locked becomes free by the bound of an idle
// transaction, and everything else is served meanwhile. The replica works again when it continues.
func TestAStoppedReplicaDisturbsNoOther(t *testing.T) {
	t.Parallel()
	mail, d := newMailServer(t), newDatabase(t)
	stopped, other := newReplica(t, d.url(), mail), newReplica(t, d.url(), mail)
	users := newUsers(t, other.url, mail, 2)
	w, stop := &writes{}, make(chan struct{})
	var load sync.WaitGroup
	end := sync.OnceFunc(func() { close(stop); load.Wait() })
	defer end()
	load.Go(func() { w.generate(t, other.url, users[0], stop) })
	stopInReset(t, stopped, users[1], d, mail)
	locked := time.Now()
	eventually(t, "a login into the locked account is refused", func() bool { return logIn(other.url, users[1], password).isRefusal() })
	w.awaitSuccesses(t, 50)
	eventually(t, "a login into the locked account succeeds", func() bool {
		return logIn(other.url, users[1], password).status == http.StatusOK
	})
	figure(t, "what a stopped replica had locked is free after", "%v", time.Since(locked).Round(time.Second))
	stopped.signal(t, syscall.SIGCONT)
	eventually(t, "the replica works again", func() bool { return logIn(stopped.url, users[1], password).status == http.StatusOK })
	end()
	if w.refused > 0 {
		t.Errorf("%d requests of another user were refused", w.refused)
	}
	w.check(t, stopped.url, mail)
}

// stopInReset stops a replica between two statements of a password reset, which has locked the account.
func stopInReset(t *testing.T, r *replica, email string, d *database, mail *mailServer) {
	t.Helper()
	before := len(mail.to(email))
	if got := post(r.url+"/password-reset-request", "", "email", email); got.status != http.StatusAccepted {
		t.Fatalf("%+v", got)
	}
	token := mail.link(t, email, before)
	count := func(state string) bool {
		const ofLink = "SELECT (count(*) > 0)::text FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query LIKE '%UseLink%' AND "
		return d.ask(t, ofLink+state) == "true"
	}
	// On a slow machine the statement may reach its timeout before the replica stops. Then the reset has not happened.
	eventually(t, "the replica stops in a transaction", func() bool {
		unlock := d.lock(t, "SELECT FROM links FOR UPDATE")
		ended := make(chan response, 1)
		go func() { ended <- post(r.url+"/password-reset", "", "token", token, "new_password", password+" 2") }()
		eventually(t, "the reset waits", func() bool { return len(ended) > 0 || count("wait_event_type = 'Lock'") })
		r.signal(t, syscall.SIGSTOP)
		unlock()
		eventually(t, "the statement ends", func() bool { return !count("state = 'active'") })
		if count("state = 'idle in transaction'") {
			return true
		}
		r.signal(t, syscall.SIGCONT)
		<-ended
		return false
	})
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
	figure(t, "while the database stops, a login, a signup and `/readyz` one after another take", "%v",
		time.Since(begun).Round(100*time.Millisecond))
	if live := get(r.url + "/livez"); live.status != http.StatusOK {
		t.Errorf("the process is not live: %+v", live)
	}
	if err := d.signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	continued := time.Now()
	eventually(t, "a login succeeds again", func() bool { return logIn(r.url, user, password).status == http.StatusOK })
	figure(t, "a replica serves again after a stopped database continues", "%v", time.Since(continued).Round(time.Millisecond))
}

// While the mail server stops, which still accepts connections, requests succeed. The messages leave later, although attempts failed.
func TestAStoppedMailServerChangesNoResponse(t *testing.T) {
	t.Parallel()
	mail, d := startMailProcess(t), newDatabase(t)
	r := newReplica(t, d.url(), mail.mailServer)
	user := newUsers(t, r.url, mail.mailServer, 1)[0]
	mail.signal(t, syscall.SIGSTOP)
	emails := make([]string, 20)
	for i := range emails {
		emails[i] = newEmail()
		if got := signUp(r.url, emails[i]); got.status != http.StatusAccepted {
			t.Errorf("a signup: %+v", got)
		}
	}
	if got := post(r.url+"/password-reset-request", "", "email", user); got.status != http.StatusAccepted {
		t.Errorf("a request of a reset: %+v", got)
	}
	if !r.isReady() {
		t.Error("the replica is not ready")
	}
	eventually(t, "an attempt to send fails", func() bool {
		return d.ask(t, "SELECT (count(*) > 0)::text FROM river_job WHERE kind = 'message' AND cardinality(errors) > 0") == "true"
	})
	mail.signal(t, syscall.SIGCONT)
	for _, email := range emails {
		mail.link(t, email, 0)
	}
	mail.link(t, user, 1)
}
