package main

import (
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
)

// replica is a process of its own that serves.
type replica struct {
	*service
	process *os.Process
	wait    func() error
}

// fleet starts replicas that share a database and a mail server.
type fleet struct {
	environ  []string
	database string
	mail     *mailServer
}

// newFleet returns a fleet with settings given as NAME=value.
func newFleet(t *testing.T, settings ...string) *fleet {
	t.Helper()
	database, server := pgtest.New(t), startMailServer(t)
	keyset := filepath.Join(t.TempDir(), "keyset.json")
	if _, err := run(t, nil, "keys", "create", keyset); err != nil {
		t.Fatal(err)
	}
	environ := append(os.Environ(), asProgram+"=1",
		"DATABASE_URL="+database, "SMTP_URL="+server.url, "PUBLIC_URL=https://accounts.example.com", "KEYSET_FILE="+keyset,
		"HTTP_ADDR=127.0.0.1:0", "SHUTDOWN_DELAY=0", "ARGON2_MEMORY_KIB=64", "ALLOW_INSECURE="+lifting(t, database, "argon2"))
	return &fleet{database: database, mail: server, environ: append(environ, settings...)}
}

// start starts a replica. It is killed at the end of the test.
func (f *fleet) start(t *testing.T) *replica {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	log := &lockedBuffer{}
	cmd := exec.Command(self, "serve") //nolint:gosec,noctx // the test binary itself, ended below
	cmd.Env, cmd.Stdout, cmd.Stderr = f.environ, log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	started := &replica{process: cmd.Process, wait: cmd.Wait, service: &service{databaseURL: f.database, log: log, contract: loadContract(t)}}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	within(t, "the start of a replica", func() bool {
		match := regexp.MustCompile(`"msg":"service started","address":"([^"]+)"`).FindStringSubmatch(log.String())
		if match == nil {
			return false
		}
		started.url = "http://" + match[1]
		return true
	})
	return started
}

func (r *replica) signal(t *testing.T, s os.Signal) {
	t.Helper()
	if err := r.process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// within polls for what takes a third of a minute on an idle machine.
func within(t *testing.T, what string, done func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(5 * time.Minute); !done(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within 5 minutes", what)
		}
	}
}

// startHoldingAMessage returns a replica that waits for the mail server's reply to a message, and another one.
func (f *fleet) startHoldingAMessage(t *testing.T) (holding, other *replica) {
	t.Helper()
	holding = f.start(t)
	f.mail.hold()
	holding.post(t, "/signup", signupOf("ada@example.com", goodPassword)).want(t, http.StatusAccepted)
	within(t, "the message", func() bool { return len(f.mail.waiting()) == 1 })
	return holding, f.start(t)
}

func TestTheMessageOfAKilledReplicaIsSentByAnotherOne(t *testing.T) {
	t.Parallel()
	all := newFleet(t)
	holding, other := all.startHoldingAMessage(t)
	holding.signal(t, syscall.SIGKILL)
	var exit *exec.ExitError
	if err := holding.wait(); !errors.As(err, &exit) {
		t.Fatal(err)
	}
	killed := time.Now()
	within(t, "the second attempt", func() bool { return len(all.mail.waiting()) == 2 })
	// It takes 20 seconds on an idle machine. River's rescuer would take more than two minutes.
	if waited := time.Since(killed); waited > time.Minute {
		t.Errorf("the message waited for %v", waited)
	}
	held := all.mail.waiting()
	if held[0].id != held[1].id {
		t.Errorf("the attempts have the Message-IDs %s and %s", held[0].id, held[1].id)
	}
	held[1].release()
	within(t, "the end of the job", func() bool {
		return other.count(t, `SELECT count(*) FROM river_job WHERE kind = 'message' AND state = 'completed' AND attempt = 2`) == 1
	})
	if lines := other.warnings(t, "job rescued"); len(lines) != 1 || lines[0]["template"] != "verification" {
		t.Errorf("the warnings are %v", lines)
	}
}

// A suspended replica is taken for dead. When it resumes, it may finish its attempt, but not that of the other replica.
func TestAResumedReplicaCompletesOnlyItsOwnAttempt(t *testing.T) {
	t.Parallel()
	all := newFleet(t)
	suspended, other := all.startHoldingAMessage(t)
	suspended.signal(t, syscall.SIGSTOP)
	within(t, "the second attempt", func() bool { return len(all.mail.waiting()) == 2 })
	held := all.mail.waiting()

	suspended.signal(t, syscall.SIGCONT)
	held[0].release()
	// The replica reports all results before it ends.
	suspended.signal(t, syscall.SIGTERM)
	if err := suspended.wait(); err != nil {
		t.Fatalf("the resumed replica ended with %v:\n%s", err, suspended.log)
	}
	const running = `SELECT count(*) FROM river_job WHERE kind = 'message' AND state = 'running' AND attempt = 2`
	if other.count(t, running) != 1 {
		var job string
		other.scan(t, `SELECT j::text FROM river_job j WHERE kind = 'message'`, &job)
		t.Errorf("the resumed replica changed the other one's attempt: %s", job)
	}

	held[1].release()
	within(t, "the end of the job", func() bool {
		return other.count(t, `SELECT count(*) FROM river_job WHERE kind = 'message' AND state = 'completed' AND attempt = 2`) == 1
	})
	delivered := all.mail.delivered()
	if len(delivered) != 2 || delivered[0] != delivered[1] {
		t.Errorf("delivered with the Message-IDs %v, want one twice", delivered)
	}
	if left := other.count(t, `SELECT count(*) FROM job_runners`); left != 1 {
		t.Errorf("%d runners, want only the one that runs", left)
	}
}
