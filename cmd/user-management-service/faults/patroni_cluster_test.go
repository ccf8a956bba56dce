//go:build faults

package faults

import (
	"strings"
	"testing"
)

// cluster is the three nodes of a site.
type cluster struct {
	site             *site
	nodes            map[string]*node
	primary, standby string // the names of the primary and of its synchronous standby
	dead             *node
}

// startCluster makes the secrets, and starts the nodes with the roles and tables of the service.
func startCluster(t *testing.T, s *site) *cluster {
	t.Helper()
	for _, file := range []string{"roles.sql", "rights.sql"} {
		s.install(t, "admin", file, s.read(t, "admin", file))
	}
	s.run(t, "Secrets", "admin", "admin")
	trusted.AppendCertsFromPEM([]byte(s.secret(t, "ca.crt")))
	s.install(t, "admin", "etc/user-management-service/ca.crt", s.secret(t, "ca.crt"))
	c := &cluster{site: s, nodes: map[string]*node{}}
	for _, name := range []string{"db1", "db2", "db3"} {
		c.nodes[name] = newNode(t, s, name)
	}
	for _, n := range c.nodes {
		n.startPatroni(t)
	}
	c.awaitComplete(t)
	if list := s.run(t, "Database nodes", c.primary, c.primary); strings.Count(list, "Sync Standby") != 1 {
		t.Errorf("patronictl list:\n%s", list)
	}
	s.install(t, c.primary, "roles.sql", s.read(t, c.primary, "roles.sql"))
	s.install(t, c.primary, "owner-password", s.secret(t, "owner-password"))
	s.install(t, c.primary, "service-password", s.secret(t, "service-password"))
	s.run(t, "Roles", c.primary, c.primary, c.nodes[c.primary].socket()...)
	for _, n := range c.nodes { // a standby that lacks the database yet refuses a connection for good, so the next host is not tried
		eventually(t, "each node has the database", func() bool {
			return s.shell(t, `psql -Atc "SELECT 1 FROM pg_database WHERE datname = 'accounts'"`, n.name, n.name, n.socket()...) != ""
		})
	}
	s.run(t, "Tables and rights", "admin", "admin")
	return c
}

// awaitComplete waits until three nodes run, one of them as a synchronous standby.
func (c *cluster) awaitComplete(t *testing.T) {
	t.Helper()
	eventually(t, "three nodes run, one of them as a synchronous standby", func() bool {
		roles := c.nodes["db1"].roles()
		if len(roles["leader"]) != 1 || len(roles["sync_standby"]) != 1 || len(roles["replica"]) != 1 {
			return false
		}
		c.primary, c.standby = roles["leader"][0], roles["sync_standby"][0]
		return true
	})
}

// killStandby kills the machine of the synchronous standby and waits for another one.
func (c *cluster) killStandby(t *testing.T) {
	t.Helper()
	c.dead = c.nodes[c.standby]
	c.dead.kill(t)
	eventually(t, "another node is the synchronous standby", func() bool {
		now := c.nodes[c.primary].roles()["sync_standby"]
		return len(now) == 1 && now[0] != c.standby
	})
}

// killPrimary kills the machine of the primary and waits for another one.
func (c *cluster) killPrimary(t *testing.T) {
	t.Helper()
	c.dead = c.nodes[c.primary]
	c.dead.kill(t)
	c.awaitPrimary(t)
}

// switchOver makes the synchronous standby the primary.
func (c *cluster) switchOver(t *testing.T) {
	t.Helper()
	c.site.run(t, "Switching over", c.standby, c.standby)
	c.awaitPrimary(t)
}

// awaitPrimary waits until the synchronous standby leads.
func (c *cluster) awaitPrimary(t *testing.T) {
	t.Helper()
	eventually(t, "the synchronous standby leads", func() bool {
		now := c.nodes[c.standby].roles()["leader"]
		return len(now) == 1 && now[0] == c.standby
	})
}

// restore starts the machine that was killed, and waits until the cluster is complete.
func (c *cluster) restore(t *testing.T) {
	t.Helper()
	if c.dead != nil {
		c.dead.etcd = c.dead.start(t, "etcd", "etc/default/etcd")
		c.dead.startPatroni(t)
		c.dead = nil
	}
	c.awaitComplete(t)
}
