//go:build faults

package faults

import (
	"testing"
	"time"
)

// timeToLive is ttl in deploy/patroni/patroni.yml: Patroni replaces a dead primary so much later.
const timeToLive = 20 * time.Second

// The files and commands of deploy/patroni run three nodes of the database, three replicas and HAProxy. Under load, the machine of the
// synchronous standby dies and returns, then that of the primary, and then the primary is switched over as planned. No acknowledged write
// is lost, and every other response is a 503 with Retry-After.
func TestPatroniLosesNothingAcknowledged(t *testing.T) {
	t.Parallel()
	needPrograms(t)
	s, mail := newSite(t), newMailServer(t)
	c := startCluster(t, s)
	replicas, proxy := startReplicas(t, s, mail), startSiteProxy(t, s)
	users, w := newUsers(t, proxy, mail, 5), &writes{passwords: map[string]string{}}
	for _, f := range []struct {
		what  string
		limit time.Duration // machines are sometimes ten times slower
		fault func()
	}{
		{"the synchronous standby's machine dies", 10 * 10 * time.Second, func() { c.killStandby(t) }},
		{"the primary's machine dies", timeToLive + 10*5*time.Second, func() { c.killPrimary(t) }},
		{"the primary is switched over", 10 * 10 * time.Second, func() { c.switchOver(t) }},
	} {
		if outage := w.during(t, f.what, proxy, mail, users, f.fault); outage > f.limit {
			t.Errorf("%s: no login succeeded for %v, want %v at most", f.what, outage, f.limit)
		}
		c.restore(t)
	}
	w.check(t, proxy, mail)
	s.run(t, "Without a standby", c.primary, c.primary)
	if len(s.blocks) > 0 {
		t.Errorf("commands of deploy/patroni/README.md that no part of this test runs: %q", s.blocks)
	}
	for _, r := range replicas {
		r.kill(t)
	}
	eventually(t, "without any replica, HAProxy responds as the service does", func() bool {
		r := get(proxy + "/me")
		return r.isRefusal() && r.text("code") == "unavailable"
	})
}
