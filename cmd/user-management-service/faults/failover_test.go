//go:build faults

package faults

import (
	"net/http"
	"sync"
	"testing"
	"time"
)

// recoveryLimit is how long after the promotion every replica serves again. Machines are sometimes ten times slower.
const recoveryLimit = 10 * 3 * time.Second

// The primary is killed under load, and its synchronous standby promoted. No acknowledged write is lost, and every other response is a
// 503 with Retry-After.
func TestFailoverLosesNothingAcknowledged(t *testing.T) {
	t.Parallel()
	mail, primary := newMailServer(t), newDatabase(t)
	standby := newStandby(t, primary)
	replicas := []*replica{newReplica(t, url(primary, standby), mail), newReplica(t, url(primary, standby), mail)}
	users := newUsers(t, replicas[0].url, mail, 6)
	w := &writes{passwords: map[string]string{}}
	stop := make(chan struct{})
	var load sync.WaitGroup
	end := sync.OnceFunc(func() { close(stop); load.Wait() })
	defer end()
	for i, email := range users[:4] {
		load.Go(func() { w.generate(t, replicas[i%2].url, email, stop) })
	}
	load.Go(func() { w.resetPasswords(t, replicas[0].url, users[4:], mail, stop) })

	w.awaitSuccesses(t, 200)
	primary.kill(t)
	w.awaitRefusals(t, 1)
	standby.promote(t)
	promoted := time.Now()
	for _, r := range replicas {
		eventually(t, "a login succeeds again", func() bool { return logIn(r.url, users[0], password).status == http.StatusOK })
		if took := time.Since(promoted); took > recoveryLimit {
			t.Errorf("%s serves again after %v, want %v at most", r.url, took, recoveryLimit)
		} else {
			figure(t, "a replica serves again after the promotion of the standby", "%v", took.Round(time.Millisecond))
		}
	}
	w.awaitSuccesses(t, 200)
	end()
	w.check(t, replicas[1].url, mail)
	figure(t, "acknowledged writes that outlived that failover", "%s", w.kept())
}
