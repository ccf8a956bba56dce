//go:build faults

package faults

import (
	"net/http"
	"testing"
)

// A replica is killed while it sends a message. Another one sends it, at most once more, with the same Message-ID.
func TestAMessageOutlivesTheReplicaThatSendsIt(t *testing.T) {
	t.Parallel()
	for name, when := range map[string]func(t *testing.T, killed *replica, mail *mailServer) (email string){
		"after the commit": func(t *testing.T, killed *replica, _ *mailServer) string {
			email := newEmail()
			if r := signUp(killed.url, email); r.status != http.StatusAccepted {
				t.Fatalf("signup: %+v", r)
			}
			killed.kill(t)
			return email
		},
		"after the claim": func(t *testing.T, killed *replica, mail *mailServer) string {
			claimed, dead := make(chan struct{}, 1), make(chan struct{})
			mail.hook(func() { offer(claimed); <-dead }, func() {})
			email := newEmail()
			signUp(killed.url, email)
			<-claimed
			killed.kill(t)
			mail.hook(func() {}, func() {})
			close(dead)
			return email
		},
		"after the mail server stored it": func(t *testing.T, killed *replica, mail *mailServer) string {
			stored, dead := make(chan struct{}, 1), make(chan struct{})
			mail.hook(func() {}, func() { offer(stored); <-dead })
			email := newEmail()
			signUp(killed.url, email)
			<-stored
			killed.kill(t)
			mail.hook(func() {}, func() {})
			close(dead)
			return email
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mail, d := newMailServer(t), newDatabase(t)
			email := when(t, newReplica(t, d.url(), mail), mail)
			other := newReplica(t, d.url(), mail)
			sentBefore := len(mail.to(email))
			// The job of a dead replica runs again; one that completed does not.
			eventually(t, "the message arrives", func() bool { return len(mail.to(email)) > 0 })
			eventually(t, "no job is left", func() bool {
				return d.ask(t, "SELECT count(*)::text FROM river_job WHERE kind = 'message' AND state <> 'completed'") == "0"
			})
			sent := mail.to(email)
			if len(sent) == 0 || len(sent) > sentBefore+1 || sent[0].id != sent[len(sent)-1].id {
				t.Fatalf("sent %+v, %d of them before", sent, sentBefore)
			}
			r := post(other.url+"/verify-email", "", "token", sent[len(sent)-1].link, "password", password)
			if r.status != http.StatusOK {
				t.Errorf("the link of the last message: %+v", r)
			}
		})
	}
}

func offer(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
