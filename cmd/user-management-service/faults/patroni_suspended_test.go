//go:build faults

package faults

import (
	"os"
	"os/exec"
	"syscall"
	"testing"
)

// The machine of the primary is suspended for longer than ttl and continues. It follows the primary that took its place: if it led again,
// what that one acknowledged would be lost. Patroni 3.0 with etcd3 overwrites the new primary's lock in some runs.
func TestASuspendedPrimaryFollowsItsSuccessor(t *testing.T) {
	t.Parallel()
	needPrograms(t)
	c := startCluster(t, newSite(t))
	old, successor := c.nodes[c.primary], c.standby
	old.signal(t, syscall.SIGSTOP)
	c.awaitPrimary(t)
	old.signal(t, syscall.SIGCONT)
	eventually(t, "the suspended node runs", func() bool {
		roles := c.nodes[successor].roles()
		c.primary = append(roles["leader"], "none")[0]
		return len(roles["leader"])+len(roles["sync_standby"])+len(roles["replica"]) == len(c.nodes)
	})
	if c.primary != successor {
		t.Errorf("%s leads, want %s, since %s was suspended", c.primary, successor, old.name)
	}
}

// signal sends a signal to all processes of the node.
func (n *node) signal(t *testing.T, s syscall.Signal) {
	t.Helper()
	server, err := os.FindProcess(n.postgres())
	if err != nil {
		t.Fatal(err)
	}
	for _, process := range []*os.Process{n.patroni.Process, n.etcd.Process} {
		if err := process.Signal(s); err != nil {
			t.Fatal(err)
		}
	}
	if err := (&database{cmd: &exec.Cmd{Process: server}}).signal(s); err != nil {
		t.Fatal(err)
	}
}
