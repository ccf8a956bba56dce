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
	"github.com/siriusys/user-management-service/ports/porttest/await"
)

// asProgram is the variable that makes the test binary run as the program itself.
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

func startDev(t *testing.T, dir string, environ ...string) *devRun {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	run := &devRun{cmd: exec.Command(self, "dev"), out: &lockedBuffer{}} //nolint:gosec,noctx // the test binary itself, ended below
	run.cmd.Dir = dir
	run.cmd.Env = append(os.Environ(), asProgram+"=1", "HTTP_ADDR=127.0.0.1:0", "ARGON2_MEMORY_KIB=64", "ALLOW_INSECURE=argon2")
	run.cmd.Env = append(run.cmd.Env, environ...)
	run.cmd.Stdout, run.cmd.Stderr = run.out, run.out
	if err := run.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = run.cmd.Process.Signal(os.Interrupt)
		_ = run.cmd.Wait()
	})
	deadline := time.After(await.Limit(t))
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
	case <-time.After(await.Limit(t)):
		t.Fatalf("dev did not end in time:\n%s", r.out)
		return nil
	}
}

func (r *devRun) mailedToken(t *testing.T) string {
	t.Helper()
	var token string
	eventually(t, "the message in the inbox", func() bool {
		var messages []devinbox.Message
		r.inboxJSON(t, &messages)
		for _, message := range messages {
			if match := linkPattern.FindStringSubmatch(message.Text); match != nil {
				token = match[1]
			}
		}
		return token != ""
	})
	return token
}

// postgresBelow lists the command lines of the PostgreSQL servers whose files are below dir, or are linked from there.
func postgresBelow(t *testing.T, dir string) []string {
	t.Helper()
	roots := []string{dir}
	// If PostgreSQL's user cannot enter dir, this file names the folder of the data.
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

// devDir is a folder for dev. The end of the test removes its database, which may be outside of the folder.
func devDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Cleanup(func() {
		if err := embedded.Remove(filepath.Join(dir, dataDir, "postgres")); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// dev keeps its data over a restart, and leaves no PostgreSQL running, however it ends.
func TestDevKeepsItsDataAndLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	dir := devDir(t)
	const email = "ada@example.com"

	first := startDev(t, dir)
	first.post(t, "/signup", signupOf(email, goodPassword)).want(t, http.StatusAccepted)
	first.post(t, "/verify-email", m{"token": first.mailedToken(t), "password": goodPassword}).want(t, http.StatusOK)
	if len(postgresBelow(t, dir)) == 0 {
		t.Fatal("the running PostgreSQL was not found, so one left running would not be found either")
	}
	if err := first.end(t, os.Interrupt); err != nil {
		t.Errorf("Ctrl-C ended dev with %v:\n%s", err, first.out)
	}
	if left := postgresBelow(t, dir); len(left) > 0 {
		t.Errorf("running after Ctrl-C: %q", left)
	}

	second := startDev(t, dir)
	second.post(t, "/login", loginOf(email, goodPassword)).want(t, http.StatusOK)
	_ = second.end(t, os.Kill)
	eventually(t, "PostgreSQL to end after a kill -9", func() bool { return len(postgresBelow(t, dir)) == 0 })

	third := startDev(t, dir)
	third.post(t, "/login", loginOf(email, goodPassword)).want(t, http.StatusOK)
	if err := third.end(t, syscall.SIGTERM); err != nil {
		t.Errorf("SIGTERM ended dev with %v:\n%s", err, third.out)
	}
	if left := postgresBelow(t, dir); len(left) > 0 {
		t.Errorf("running after SIGTERM: %q", left)
	}
}

// The PG* variables of a developer's shell are for other servers. Each of these values alone would break every connection.
func TestDevIgnoresThePostgreSQLVariablesOfTheShell(t *testing.T) {
	t.Parallel()
	run := startDev(t, devDir(t),
		"PGHOST=db.invalid", "PGHOSTADDR=192.0.2.1", "PGPORT=port", "PGDATABASE=none", "PGUSER=none", "PGPASSWORD=wrong", "PGPASSFILE=/none",
		"PGSERVICE=work", "PGSERVICEFILE=/none", "PGTARGETSESSIONATTRS=read-only", "PGTZ=x", "PGOPTIONS=-c default_transaction_read_only=on",
		"PGSSLMODE=verify-full", "PGSSLROOTCERT=/none", "PGSSLCERT=/none", "PGSSLKEY=/none", "PGSSLCERTMODE=x", "PGSSLNEGOTIATION=direct",
		"PGCONNECT_TIMEOUT=x", "PGAPPNAME=x", "PGREQUIREAUTH=none", "PGCHANNELBINDING=require",
		"PGMINPROTOCOLVERSION=latest", "PGMAXPROTOCOLVERSION=x", "PGCLIENTENCODING=LATIN1", "PGDATESTYLE=x",
	)
	run.post(t, "/signup", signupOf("ada@example.com", goodPassword)).want(t, http.StatusAccepted)
	run.post(t, "/verify-email", m{"token": run.mailedToken(t), "password": goodPassword}).want(t, http.StatusOK)
}
