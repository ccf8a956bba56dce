package main

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/adapters/devinbox"
	"github.com/siriusys/user-management-service/adapters/postgres/embedded"
)

// asProgram makes the test binary behave as the program itself.
const asProgram = "USER_MANAGEMENT_SERVICE_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		_ = os.Unsetenv(asProgram)
		main()
		return
	}
	os.Exit(m.Run())
}

// devRun is one run of the dev command in a folder.
type devRun struct {
	*service
	cmd *exec.Cmd
	out *lockedBuffer
}

var addressPattern = regexp.MustCompile(`API\s+(http://\S+)`)

func startDev(t *testing.T, dir string) *devRun {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	run := &devRun{cmd: exec.Command(self, "dev"), out: &lockedBuffer{}} //nolint:gosec,noctx // the test binary itself, ended below
	run.cmd.Dir = dir
	run.cmd.Env = append(os.Environ(), asProgram+"=1", "HTTP_ADDR=127.0.0.1:0", "ARGON2_MEMORY_KIB=64")
	run.cmd.Stdout, run.cmd.Stderr = run.out, run.out
	if err := run.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = run.cmd.Process.Signal(os.Interrupt)
		_ = run.cmd.Wait()
	})
	deadline := time.After(2 * patience)
	for tick := time.NewTicker(20 * time.Millisecond); ; {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("dev did not start in time:\n%s", run.out)
		}
		if match := addressPattern.FindStringSubmatch(run.out.String()); match != nil {
			run.service = &service{url: match[1], contract: loadContract(t)}
			return run
		}
		if run.cmd.Process.Signal(syscall.Signal(0)) != nil {
			t.Fatalf("dev ended:\n%s", run.out)
		}
	}
}

// end sends a signal and waits for the end of the process.
func (r *devRun) end(t *testing.T, signal os.Signal) error {
	t.Helper()
	if err := r.cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- r.cmd.Wait() }()
	select {
	case err := <-ended:
		return err
	case <-time.After(patience):
		t.Fatalf("dev did not end in time:\n%s", r.out)
		return nil
	}
}

func (r *devRun) mailedToken(t *testing.T) string {
	t.Helper()
	var token string
	eventually(t, "the letter in the inbox", func() bool {
		var letters []devinbox.Letter
		r.inboxJSON(t, &letters)
		for _, l := range letters {
			if match := linkPattern.FindStringSubmatch(l.Text); match != nil {
				token = match[1]
			}
		}
		return token != ""
	})
	return token
}

// postgresBelow lists the command lines of the PostgreSQL servers whose files lie below dir, or are linked from there.
func postgresBelow(t *testing.T, dir string) []string {
	t.Helper()
	roots := []string{dir}
	// Where PostgreSQL's user cannot enter dir, this file says where the data are instead.
	if elsewhere, err := os.ReadFile(filepath.Join(dir, dataDir, "postgres", "location")); err == nil { //nolint:gosec // of the test
		roots = append(roots, strings.TrimSpace(string(elsewhere)))
	}
	processes, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, process := range processes {
		line, err := os.ReadFile(process) //nolint:gosec // of /proc
		if err != nil || !bytes.Contains(line, []byte("postgres")) {
			continue
		}
		for _, root := range roots {
			if bytes.Contains(line, []byte(root)) {
				found = append(found, strings.ReplaceAll(string(line), "\x00", " "))
				break
			}
		}
	}
	return found
}

// One command runs everything, keeps its data over a restart, and leaves no PostgreSQL behind, however it ends.
func TestDevKeepsItsDataAndLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	t.Cleanup(func() {
		if err := embedded.Remove(filepath.Join(dir, dataDir, "postgres")); err != nil {
			t.Error(err)
		}
	})
	const email = "ada@example.com"

	first := startDev(t, dir)
	first.post(t, "/signup", signupOf(email, goodPassword)).want(t, http.StatusAccepted)
	first.post(t, "/verify-email", m{"token": first.mailedToken(t), "password": goodPassword}).want(t, http.StatusOK)
	if len(postgresBelow(t, dir)) == 0 {
		t.Fatal("the test does not find the running PostgreSQL, so it would not find one left behind")
	}
	if err := first.end(t, os.Interrupt); err != nil {
		t.Errorf("Ctrl-C ended dev with %v:\n%s", err, first.out)
	}
	if left := postgresBelow(t, dir); len(left) > 0 {
		t.Errorf("Ctrl-C left behind: %q", left)
	}

	second := startDev(t, dir)
	second.post(t, "/login", m{"email": email, "password": goodPassword}).want(t, http.StatusOK)
	_ = second.end(t, os.Kill)
	eventually(t, "PostgreSQL to end after a kill -9", func() bool { return len(postgresBelow(t, dir)) == 0 })

	third := startDev(t, dir)
	third.post(t, "/login", m{"email": email, "password": goodPassword}).want(t, http.StatusOK)
	if err := third.end(t, syscall.SIGTERM); err != nil {
		t.Errorf("SIGTERM ended dev with %v:\n%s", err, third.out)
	}
	if left := postgresBelow(t, dir); len(left) > 0 {
		t.Errorf("SIGTERM left behind: %q", left)
	}
}
