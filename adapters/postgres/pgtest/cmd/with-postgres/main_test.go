package main

import (
	"bufio"
	"errors"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/siriusys/user-management-service/adapters/postgres/pgtest/internal/server"
)

// childVariable makes this test binary run as the command.
const childVariable = "WITH_POSTGRES_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		main()
	}
	os.Exit(m.Run())
}

// start runs the command with a shell script and returns it with the first line that the script prints.
func start(t *testing.T, script string, environ ...string) (cmd *exec.Cmd, line string) {
	t.Helper()
	cmd = exec.Command(os.Args[0], "--", "sh", "-c", script)
	cmd.Env = append(append(os.Environ(), childVariable+"=1", server.URLVariable+"="), environ...)
	cmd.Stderr = os.Stderr
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	line, err = bufio.NewReader(output).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return cmd, strings.TrimSpace(line)
}

func exitStatus(t *testing.T, cmd *exec.Cmd) int {
	t.Helper()
	err := cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode()
}

// wantServerStopped checks that no server listens at the address.
func wantServerStopped(t *testing.T, address string) {
	t.Helper()
	parsed, err := url.Parse(address)
	if err != nil || parsed.Host == "" {
		t.Fatalf("the command received the URL %q: %v", address, err)
	}
	if conn, err := net.Dial("tcp", parsed.Host); !errors.Is(err, syscall.ECONNREFUSED) {
		if err == nil {
			conn.Close()
		}
		t.Errorf("the server is still running: %v", err)
	}
}

func TestCommandReceivesTheURLAndItsStatusIsReturned(t *testing.T) {
	t.Parallel()
	cmd, address := start(t, `echo "$TEST_DATABASE_URL"; exit 7`)
	if status := exitStatus(t, cmd); status != 7 {
		t.Errorf("status %d, want 7", status)
	}
	wantServerStopped(t, address)
}

func TestInterruptionStopsTheCommandThenTheServer(t *testing.T) {
	t.Parallel()
	cmd, address := start(t, `trap 'exit 3' TERM; echo "$TEST_DATABASE_URL"; while :; do sleep 0.05; done`)
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if status := exitStatus(t, cmd); status != 3 {
		t.Errorf("status %d, want 3, that of the command", status)
	}
	wantServerStopped(t, address)
}

func TestUsage(t *testing.T) {
	t.Parallel()
	if status, err := run([]string{"--"}); err == nil || status != failed {
		t.Errorf("got status %d, %v; want the usage", status, err)
	}
}

// A machine whose Docker daemon cannot pull an image runs all tests without containers.
func TestCommandUsesNoContainersBesideALocalServer(t *testing.T) {
	t.Parallel()
	cmd, mode := start(t, `echo "containers $TEST_CONTAINERS"`, server.ModeVariable+"=", server.ImageVariable+"=localhost/no-such-image:none")
	if mode != "containers off" {
		t.Errorf("the command received %q", mode)
	}
	exitStatus(t, cmd)
}
