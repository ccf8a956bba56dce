//go:build faults

package faults

import (
	"net/http"
	"testing"
	"time"
)

// A replica is killed at a point of the life of a message. Another one sends it, at most once more, with the same Message-ID.
func TestAMessageOutlivesTheReplicaThatSendsIt(t *testing.T) {
	t.Parallel()
	for name, point := range map[string]struct {
		kill func(t *testing.T, killed *replica, d *database, mail *mailServer) (email string)
		// isClaimed is whether the killed replica had claimed the job, so that it must be rescued.
		isClaimed bool
		messages  int
	}{
		"after the commit":                {kill: killAfterCommit, messages: 1},
		"after the claim":                 {kill: killAfterClaim, isClaimed: true, messages: 1},
		"after the mail server stored it": {kill: killAfterStored, isClaimed: true, messages: 2},
		"after the mail server's 250":     {kill: killAfterReply, isClaimed: true, messages: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mail, d := newMailServer(t), newDatabase(t)
			email := point.kill(t, newReplica(t, d.url(), mail), d, mail)
			killed := time.Now()
			want := "running"
			if !point.isClaimed {
				want = "available"
			}
			if state := d.ask(t, "SELECT state::text FROM river_job WHERE kind = 'message'"); state != want {
				t.Fatalf("the job of the killed replica is %s, want %s: it was not killed at this point", state, want)
			}
			other := newReplica(t, d.url(), mail)
			eventually(t, "the job completes", func() bool {
				return d.ask(t, "SELECT state::text FROM river_job WHERE kind = 'message'") == "completed"
			})
			figure(t, "the message of a killed replica is sent, killed "+name, "%v", time.Since(killed).Round(time.Second))
			if other.log.contains(`"msg":"job rescued"`) != point.isClaimed {
				t.Errorf("the other replica rescued the job: %v, want %v", !point.isClaimed, point.isClaimed)
			}
			sent := mail.to(email)
			if len(sent) != point.messages || sent[0].id != sent[len(sent)-1].id {
				t.Fatalf("sent %+v, want %d messages with one Message-ID", sent, point.messages)
			}
			r := post(other.url+"/verify-email", "", "token", sent[len(sent)-1].link, "password", password)
			if r.status != http.StatusOK {
				t.Errorf("the link of the last message: %+v", r)
			}
		})
	}
}

// killAfterCommit kills a replica that has acknowledged a signup. A trigger keeps it from claiming the job before.
func killAfterCommit(t *testing.T, killed *replica, d *database, _ *mailServer) string {
	t.Helper()
	d.exec(t, "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'")
	d.exec(t, `CREATE TRIGGER refuse_claims BEFORE UPDATE ON river_job FOR EACH ROW
		WHEN (NEW.kind = 'message' AND NEW.state = 'running') EXECUTE FUNCTION refuse()`)
	email := newEmail()
	if r := signUp(killed.url, email); r.status != http.StatusAccepted {
		t.Fatalf("signup: %+v", r)
	}
	killed.kill(t)
	d.exec(t, "DROP TRIGGER refuse_claims ON river_job")
	return email
}

// killAfterClaim kills a replica that waits for the reply to MAIL.
func killAfterClaim(t *testing.T, killed *replica, _ *database, mail *mailServer) string {
	t.Helper()
	claimed, dead := make(chan struct{}, 1), make(chan struct{})
	mail.hook(func() { offer(claimed); <-dead }, func() {})
	email := killWhen(t, killed, claimed)
	mail.hook(func() {}, func() {})
	close(dead)
	return email
}

// killAfterStored kills a replica that waits for the reply to the end of its message, which the mail server has stored.
func killAfterStored(t *testing.T, killed *replica, _ *database, mail *mailServer) string {
	t.Helper()
	stored, dead := make(chan struct{}, 1), make(chan struct{})
	mail.hook(func() {}, func() { offer(stored); <-dead })
	email := killWhen(t, killed, stored)
	mail.hook(func() {}, func() {})
	close(dead)
	return email
}

// killAfterReply kills a replica that has the mail server's 250 and waits for a lock on the job, to record that it completed. The
// server's process of its connection is ended too: it would record that once it had the lock.
func killAfterReply(t *testing.T, killed *replica, d *database, mail *mailServer) string {
	t.Helper()
	stored, isLocked := make(chan struct{}, 1), make(chan struct{})
	mail.hook(func() {}, func() { offer(stored); <-isLocked })
	email := newEmail()
	signUp(killed.url, email)
	<-stored
	defer d.lock(t, "SELECT FROM river_job WHERE kind = 'message' FOR UPDATE")()
	mail.hook(func() {}, func() {})
	close(isLocked)
	const waiting = "FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%river_job%'"
	eventually(t, "the replica records the result", func() bool { return d.ask(t, "SELECT count(*)::text "+waiting) != "0" })
	killed.kill(t)
	d.exec(t, "SELECT pg_terminate_backend(pid, 60000) "+waiting)
	return email
}

// killWhen signs up and kills the replica once it has reached a point.
func killWhen(t *testing.T, killed *replica, reached <-chan struct{}) (email string) {
	t.Helper()
	email = newEmail()
	if r := signUp(killed.url, email); r.status != http.StatusAccepted {
		t.Fatalf("signup: %+v", r)
	}
	<-reached
	killed.kill(t)
	return email
}

func offer(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
