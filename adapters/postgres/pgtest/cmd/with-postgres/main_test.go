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

// childVariable makes this test binary the command itself.
const childVariable = "WITH_POSTGRES_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		main()
	}
	os.Exit(m.Run())
}

// start runs the command around a shell script and returns it with the first line that the script prints.
func start(t *testing.T, script string) (cmd *exec.Cmd, line string) {
	t.Helper()
	cmd = exec.Command(os.Args[0], "--", "sh", "-c", script)
	cmd.Env = append(os.Environ(), childVariable+"=1", server.URLVariable+"=")
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

// checkServerEnded checks that nothing listens where the command said that the server is.
func checkServerEnded(t *testing.T, address string) {
	t.Helper()
	parsed, err := url.Parse(address)
	if err != nil || parsed.Host == "" {
		t.Fatalf("the command was given the URL %q: %v", address, err)
	}
	if conn, err := net.Dial("tcp", parsed.Host); !errors.Is(err, syscall.ECONNREFUSED) {
		if err == nil {
			conn.Close()
		}
		t.Errorf("the server runs on: %v", err)
	}
}

func TestCommandHasTheServerAndItsStatusIsPassedOn(t *testing.T) {
	t.Parallel()
	cmd, address := start(t, `echo "$TEST_DATABASE_URL"; exit 7`)
	if status := exitStatus(t, cmd); status != 7 {
		t.Errorf("status %d, want 7", status)
	}
	checkServerEnded(t, address)
}

func TestInterruptionEndsCommandThenServer(t *testing.T) {
	t.Parallel()
	cmd, address := start(t, `trap 'exit 3' TERM; echo "$TEST_DATABASE_URL"; while :; do sleep 0.05; done`)
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if status := exitStatus(t, cmd); status != 3 {
		t.Errorf("status %d, want the command's own 3", status)
	}
	checkServerEnded(t, address)
}

func TestUsage(t *testing.T) {
	t.Parallel()
	if status, err := run([]string{"--"}); err == nil || status != failed {
		t.Errorf("got %d %v, want the usage", status, err)
	}
}
