//go:build faults

package faults

import (
	"sync"
	"testing"
	"time"
)

// timeToLive is ttl in deploy/patroni/patroni.yml: Patroni replaces a dead primary so much later.
const timeToLive = 20 * time.Second

// outageLimit is the longest time without a success. Machines are sometimes ten times slower than 5 s beyond timeToLive.
const outageLimit = timeToLive + 10*5*time.Second

// The files and commands of deploy/patroni run three nodes of the database, three replicas and HAProxy. The machine of the primary dies
// under load, returns, and then the primary is switched over as planned. No acknowledged write is lost, and every other response is a 503
// with Retry-After.
func TestPatroniLosesNothingAcknowledged(t *testing.T) {
	t.Parallel()
	needPrograms(t)
	s, mail := newSite(t), newMailServer(t)
	nodes := startNodes(t, s)
	replicas, proxy := startReplicas(t, s, mail), startSiteProxy(t, s)
	users := newUsers(t, proxy, mail, 7)
	w := &writes{passwords: map[string]string{}}
	stop := make(chan struct{})
	var load sync.WaitGroup
	end := sync.OnceFunc(func() { close(stop); load.Wait() })
	defer end()
	for _, email := range users[:4] {
		load.Go(func() { w.generate(t, proxy, email, stop) })
	}
	load.Go(func() { w.resetPasswords(t, proxy, users[4:6], mail, stop) })

	w.awaitSuccesses(t, 200)
	dead := nodes[nodes["db1"].awaitComplete(t)]
	other := nodes[map[bool]string{true: "db2", false: "db1"}[dead.name == "db1"]]
	w.measure(t, "the primary's machine died", proxy, users[6], func() {
		dead.kill(t)
		eventually(t, "another node leads", func() bool {
			leader := other.roles(t)["leader"]
			return len(leader) == 1 && leader[0] != dead.name
		})
	})
	dead.etcd = dead.start(t, "etcd", "etc/default/etcd")
	dead.startPatroni(t)
	leader := other.awaitComplete(t)
	w.measure(t, "the primary was switched over", proxy, users[6], func() {
		s.run(t, "Switching over", other.name, other.name)
		eventually(t, "another node leads", func() bool {
			now := other.roles(t)["leader"]
			return len(now) == 1 && now[0] != leader
		})
	})
	end()
	other.awaitComplete(t)
	s.run(t, "Without a standby", other.name, other.name)
	w.check(t, proxy, mail)
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
