//go:build faults

package faults

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const deployed = "../../../deploy/patroni/"

// trusted are the authorities of the servers that tests call by https.
var trusted = x509.NewCertPool()

func init() {
	client.Transport.(*http.Transport).TLSClientConfig = &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12}
}

// site is the seven machines of deploy/patroni on this one. Each has a loopback address and a folder for its files.
type site struct {
	folder  string
	network string            // of the addresses, in place of 10.0.0.
	ports   map[string]string // in place of those in the files
	blocks  map[string]string // the shell blocks of README.md that have not run, by their heading
}

var (
	shellBlock  = regexp.MustCompile("(?ms)^## ([^\n]*)\n|^```sh\n(.*?)^```$")
	filePorts   = []string{"5432", "8008", "2379", "2380", "8443", "443"}
	machineKeys = map[string]string{"db1": "11", "db2": "12", "db3": "13", "app1": "21", "app2": "22", "app3": "23", "proxy": "31"}
)

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{folder: postgresFolder(t), ports: map[string]string{}, blocks: map[string]string{}}
	for _, port := range filePorts {
		s.ports[port] = freePort(t)
	}
	var unique int // no other test has it, since it is a port
	if _, err := fmt.Sscan(freePort(t), &unique); err != nil {
		t.Fatal(err)
	}
	s.network = fmt.Sprintf("127.%d.%d.", unique/256, unique%256)
	s.copyProgram(t)
	heading := ""
	readme, err := os.ReadFile(deployed + "README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, match := range shellBlock.FindAllStringSubmatch(string(readme), -1) {
		if match[1] != "" {
			heading = match[1]
		}
		s.blocks[heading] += match[2]
		if s.blocks[heading] == "" {
			delete(s.blocks, heading)
		}
	}
	return s
}

// copyProgram copies the service to where PostgreSQL's user can run it.
func (s *site) copyProgram(t *testing.T) {
	t.Helper()
	binary, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(s.folder, filepath.Base(program))
	if err := os.WriteFile(file, binary, 0o700); err != nil { //nolint:gosec // it is a program
		t.Fatal(err)
	}
	s.own(t, file)
}

// read returns a file of deploy/patroni for a machine of this site.
func (s *site) read(t *testing.T, machine, file string) string {
	t.Helper()
	text, err := os.ReadFile(deployed + file)
	if err != nil {
		t.Fatal(err)
	}
	return s.on(t, machine, string(text))
}

// on returns a text with the addresses, ports and folders of a machine of this site.
func (s *site) on(t *testing.T, machine, text string) string {
	t.Helper()
	root := filepath.Join(s.folder, machine)
	initdb := postgresCommand(t, "initdb").Path
	pairs := []string{
		"HTTP_ADDR=", "HTTP_ADDR=" + s.network + machineKeys[machine],
		"10.0.0.0/24", "127.0.0.0/8", // a client on this machine has the address 127.0.0.1, whatever the server's
		"subjectAltName=IP:", "subjectAltName=IP:127.0.0.1,IP:",
		"10.0.0.", s.network,
		"/usr/lib/postgresql/15/bin", filepath.Dir(initdb),
	}
	for _, folder := range []string{"/etc/", "/run/", "/var/lib/"} {
		pairs = append(pairs, folder, root+folder)
	}
	for _, port := range filePorts {
		pairs = append(pairs, ":"+port, ":"+s.ports[port])
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// install writes a file of a machine as its administrator does, readable for PostgreSQL's user alone.
func (s *site) install(t *testing.T, machine, path, text string) {
	t.Helper()
	file := filepath.Join(s.folder, machine, path)
	for dir := filepath.Dir(file); dir != s.folder; dir = filepath.Dir(dir) {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		s.own(t, dir)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s.own(t, file)
}

func (s *site) own(t *testing.T, path string) {
	t.Helper()
	if account := postgresAccount(t); account != nil {
		if err := os.Chown(path, int(account.Uid), int(account.Gid)); err != nil {
			t.Fatal(err)
		}
	}
}

// secret is a file that the commands of the section "Secrets" made.
func (s *site) secret(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(s.folder, "admin", "secrets", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// run runs the shell blocks below a heading of README.md on a machine, as PostgreSQL's user, and returns what they print.
func (s *site) run(t *testing.T, heading, machine, folder string, environment ...string) string {
	t.Helper()
	script, isThere := s.blocks[heading]
	if !isThere {
		t.Fatalf("deploy/patroni/README.md has no commands below %q", heading)
	}
	delete(s.blocks, heading)
	return s.shell(t, script, machine, folder, environment...)
}

func (s *site) shell(t *testing.T, script, machine, folder string, environment ...string) string {
	t.Helper()
	bash := postgresCommand(t, "initdb")
	bash.Path, bash.Args = "/bin/bash", []string{"bash", "-c", "set -euo pipefail\n" + s.on(t, machine, script)}
	bash.Dir = filepath.Join(s.folder, folder)
	bash.Env = append(bash.Env, "PATH="+s.folder+":/usr/sbin:"+os.Getenv("PATH"))
	bash.Env = append(bash.Env, environment...)
	out, err := bash.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s%s", err, script, out)
	}
	return string(out)
}

// settings are the lines NAME=value of an environment file.
func settings(text string) []string {
	return slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool { return line == "" || line[0] == '#' })
}

// needPrograms fails if a program of the site is not installed.
func needPrograms(t *testing.T) {
	t.Helper()
	for name, of := range map[string]string{
		"etcd": "etcd-server", "patroni": "patroni", "patronictl": "patroni", "openssl": "openssl", "/usr/sbin/haproxy": "haproxy",
	} {
		if _, err := exec.LookPath(name); err != nil {
			t.Fatalf("this test needs %s: install the package %s", name, of)
		}
	}
}
