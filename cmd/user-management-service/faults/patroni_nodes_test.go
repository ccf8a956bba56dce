//go:build faults

package faults

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// node is a machine with etcd, Patroni and PostgreSQL.
type node struct {
	site          *site
	name          string
	etcd, patroni *exec.Cmd
}

// newNode installs what deploy/patroni/README.md says, and starts etcd.
func newNode(t *testing.T, s *site, name string) *node {
	t.Helper()
	n := &node{site: s, name: name}
	s.install(t, name, "etc/patroni/tls/ca.crt", s.secret(t, "ca.crt"))
	s.install(t, name, "etc/patroni/tls/node.crt", s.secret(t, name+".crt"))
	s.install(t, name, "etc/patroni/tls/node.key", s.secret(t, name+".key"))
	s.install(t, name, "etc/default/etcd", s.read(t, name, name+"/etcd.env"))
	s.install(t, name, "etc/patroni/config.yml", s.read(t, name, "patroni.yml"))
	s.install(t, name, "etc/patroni_env.conf", s.read(t, name, name+"/patroni.env")+s.secret(t, "patroni.env"))
	s.install(t, name, "var/lib/etcd/.installed", "")
	s.install(t, name, "var/lib/postgresql/.installed", "")
	s.install(t, name, "run/postgresql/.installed", "")
	n.etcd = n.start(t, "etcd", "etc/default/etcd")
	return n
}

func (n *node) startPatroni(t *testing.T) {
	t.Helper()
	n.patroni = n.start(t, "patroni", "etc/patroni_env.conf", n.path("etc/patroni/config.yml"))
}

func (n *node) path(path string) string { return filepath.Join(n.site.folder, n.name, path) }

// socket is the environment in which psql finds the node's PostgreSQL.
func (n *node) socket() []string {
	return []string{"PGHOST=" + n.path("run/postgresql"), "PGPORT=" + n.site.ports["5432"]}
}

// start starts a program with an environment file, as systemd does.
func (n *node) start(t *testing.T, name, environment string, args ...string) *exec.Cmd {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(n.path(environment))
	if err != nil {
		t.Fatal(err)
	}
	log, err := os.OpenFile(n.path(name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	cmd := postgresCommand(t, "initdb")
	cmd.Path, cmd.Args = path, append([]string{name}, args...)
	cmd.Env = append(cmd.Env, settings(string(text))...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		n.kill(t)
		if text, err := os.ReadFile(n.path(name + ".log")); t.Failed() && err == nil {
			lines := strings.SplitAfter(string(text), "\n")
			t.Logf("the log of %s on %s:\n%s", name, n.name, strings.Join(lines[max(0, len(lines)-25):], ""))
		}
	})
	return cmd
}

// kill kills all processes of the node, as a power failure does.
func (n *node) kill(t *testing.T) {
	t.Helper()
	for _, cmd := range []*exec.Cmd{n.patroni, n.etcd} {
		if cmd != nil && cmd.ProcessState == nil {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	}
	if server := n.postgres(); server > 0 {
		_ = syscall.Kill(server, syscall.SIGKILL)
		eventually(t, "PostgreSQL has ended", func() bool { return syscall.Kill(server, 0) != nil })
	}
}

// postgres is the process of the node's PostgreSQL; 0 if none runs.
func (n *node) postgres() int {
	files, err := filepath.Glob(n.path("var/lib/postgresql/*/accounts/postmaster.pid"))
	if err != nil || len(files) == 0 {
		return 0
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(text), "\n")
	server, err := strconv.Atoi(first)
	if cmdline, _ := os.ReadFile("/proc/" + first + "/cmdline"); err != nil || !strings.Contains(string(cmdline), n.site.folder) {
		return 0
	}
	return server
}

// roles are the names of the running members by their role, as Patroni on this node reports them.
func (n *node) roles() map[string][]string {
	found := map[string][]string{}
	cluster := get("https://" + n.site.network + machineKeys[n.name] + ":" + n.site.ports["8008"] + "/cluster")
	members, _ := cluster.body["members"].([]any)
	for _, member := range members {
		m, _ := member.(map[string]any)
		role, _ := m["role"].(string)
		name, _ := m["name"].(string)
		if state := m["state"]; state == "running" || state == "streaming" { // the word for a standby since Patroni 3.0.4
			found[role] = append(found[role], name)
		}
	}
	return found
}
