package compose

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

const root = "../.."

// composes are the versions of Compose to test with, by what `version --short` begins with.
var composes = []struct{ version, program, remedy string }{
	{"1.29.", "docker-compose", "install the package docker-compose of Debian 12"},
	{"2.", root + "/.tools/compose/docker-compose", "run make test-compose, which builds it"},
}

// buildImages runs the page's command, once for all versions.
var buildImages = sync.OnceValues(func() (string, error) {
	c := exec.Command("sh", "-ec", block("Building"))
	c.Dir = root
	out, err := c.CombinedOutput()
	return string(out), err
})

// An account lives its life through the proxy. Meanwhile a replica is killed and starts again: no request fails that can be repeated, and
// nothing that was acknowledged is lost.
func TestAnAccountOutlivesAReplica(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"docker", "make", "curl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("this test needs %s: install it", tool)
		}
	}
	if out, err := buildImages(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, c := range composes {
		t.Run(c.version, func(t *testing.T) {
			p := newProject(t, c.program, c.version, c.remedy)
			if !p.run(t, "Starting") {
				t.Fatal("if an image is missing, POSTGRES_IMAGE and HAPROXY_IMAGE name others: tools/compose/haproxy builds one")
			}
			p.checkHardening(t)
			a := p.signUpAndLogIn(t)
			l := startLoad(t, p, a.access)
			before, killed := l.succeeded.Load(), make(chan struct{})
			go func() {
				defer close(killed)
				p.run(t, "Killing a replica")
			}()
			a.refreshUntil(t, killed)
			if n := l.succeeded.Load() - before; n < 20 {
				t.Errorf("only %d requests ran while the replica was killed", n)
			}
			l.end()
			a.logOut(t)
			a.resetPassword(t)
			a.terminate(t)
			l.check(t)
			t.Logf("%d requests of the account were repeated", a.repeated)
			p.run(t, "Removing")
			p.checkRemoved(t)
		})
	}
}

// project is one deployment of compose.yaml.
type project struct {
	name      string
	env       []string
	proxy     string // URL
	inbox     string // URL
	addresses *strings.Replacer
}

// newProject chooses free ports, and makes `docker compose` run the program.
func newProject(t *testing.T, program, version, remedy string) *project {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Fatalf("this test needs Compose %s: %s", version, remedy)
	}
	if path, err = filepath.Abs(path); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(path, "version", "--short").Output()
	if err != nil || !strings.HasPrefix(strings.TrimPrefix(string(out), "v"), version) {
		t.Fatalf("%s is of version %s, want %s: %s (%v)", path, out, version, remedy, err)
	}
	docker, err := exec.LookPath("docker")
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	shim := fmt.Sprintf("#!/bin/sh\n[ \"$1\" = compose ] || exec %q \"$@\"\nshift\nexec %q \"$@\"\n", docker, path)
	if err := os.WriteFile(filepath.Join(bin, "docker"), []byte(shim), 0o700); err != nil {
		t.Fatal(err)
	}
	port, mailPort := freePort(t), freePort(t)
	p := &project{
		name: "trial" + port, proxy: "http://localhost:" + port, inbox: "http://localhost:" + mailPort + "/dev/inbox",
		addresses: strings.NewReplacer("localhost:8080", "localhost:"+port, "localhost:8025", "localhost:"+mailPort),
	}
	p.env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"),
		"PORT="+port, "MAIL_PORT="+mailPort, "COMPOSE_PROJECT_NAME="+p.name)
	t.Cleanup(func() {
		if t.Failed() {
			logs, _ := p.command("docker compose logs --tail 50").CombinedOutput()
			t.Logf("%s", logs)
		}
		if out, err := p.command(block("Removing")).CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	})
	return p
}

func (p *project) command(script string) *exec.Cmd {
	c := exec.Command("sh", "-ec", p.addresses.Replace(script))
	c.Dir, c.Env = root, p.env
	return c
}

// run runs the commands below a heading of the page, and reports whether they succeed.
func (p *project) run(t *testing.T, heading string) bool {
	t.Helper()
	out, err := p.command(block(heading)).CombinedOutput()
	if err != nil {
		t.Errorf("%s: %v\n%s", heading, err, out)
	}
	return err == nil
}

// checkRemoved fails if the deployment left something.
func (p *project) checkRemoved(t *testing.T) {
	t.Helper()
	for _, list := range []string{"docker ps --all --quiet", "docker volume ls --quiet", "docker network ls --quiet"} {
		out, err := p.command(list + " --filter label=com.docker.compose.project=" + p.name).CombinedOutput()
		if err != nil || len(out) > 0 {
			t.Errorf("%s: %v\n%s", list, err, out)
		}
	}
	if r, err := http.Get(p.proxy); err == nil {
		_ = r.Body.Close()
		t.Error("the proxy still serves")
	}
}
