package server_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/siriusys/user-management-service/adapters/postgres/pgtest/internal/server"
	"github.com/siriusys/user-management-service/ports/porttest/await"
)

// childVariable makes this test binary start a server, print its URL or the error, and wait until the test kills it.
const childVariable = "SERVER_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		started, err := server.Start(context.Background())
		if err != nil {
			fmt.Fprintln(os.Stdout, "error", strings.ReplaceAll(err.Error(), "\n", " "))
			os.Exit(1)
		}
		fmt.Fprintln(os.Stdout, started.URL, started.Origin)
		// The test kills this process.
		select {}
	}
	os.Exit(m.Run())
}

// child runs the test binary with the settings and returns the process with the line that it prints.
func child(t *testing.T, settings ...string) (process *os.Process, first, rest string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"=1", server.URLVariable+"=")
	cmd.Env = append(cmd.Env, settings...)
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	first, rest, _ = strings.Cut(strings.TrimSpace(line), " ")
	return cmd.Process, first, rest
}

// TestKilledOwnerLeavesNoServer uses local binaries, and also the mode of the tests.
func TestKilledOwnerLeavesNoServer(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"off", os.Getenv(server.ModeVariable)} {
		t.Run("mode "+mode, func(t *testing.T) {
			t.Parallel()
			owner, address, origin := child(t, server.ModeVariable+"="+mode)
			if address == "error" {
				t.Fatal(origin)
			}
			t.Log(origin)
			if refuses(t, address) {
				t.Fatal("the server does not listen")
			}
			if err := owner.Kill(); err != nil {
				t.Fatal(err)
			}
			await.Until(t, "the end of the server", func() bool { return refuses(t, address) })
		})
	}
}

func TestGivenServerIsUsed(t *testing.T) {
	t.Parallel()
	const given = "postgres://somewhere.example/postgres"
	_, address, origin := child(t, server.URLVariable+"="+given, server.ModeVariable+"=require")
	if address != given || !strings.Contains(origin, server.URLVariable) {
		t.Errorf("got %s (%s), want %s", address, origin, given)
	}
}

func TestRequiredContainerFailsWithTheRemedy(t *testing.T) {
	t.Parallel()
	_, kind, text := child(t, server.ModeVariable+"=require", server.ImageVariable+"=localhost/no-such-image:none")
	if kind != "error" || !strings.Contains(text, "Start Docker") || !strings.Contains(text, "unset "+server.ModeVariable) {
		t.Errorf("got %s %s, want an error with the remedy", kind, text)
	}
}

func TestUnavailableContainerFallsBackWithTheReason(t *testing.T) {
	t.Parallel()
	_, address, origin := child(t, server.ModeVariable+"=", server.ImageVariable+"=localhost/no-such-image:none")
	if address == "error" || !strings.Contains(origin, "local binaries (no container: ") {
		t.Errorf("got %s (%s), want local binaries and the reason", address, origin)
	}
}

func TestUnknownModeIsRefused(t *testing.T) {
	t.Parallel()
	if _, kind, text := child(t, server.ModeVariable+"=maybe"); kind != "error" || !strings.Contains(text, `"maybe"`) {
		t.Errorf("got %s %s, want an error that names the mode", kind, text)
	}
}

func refuses(t *testing.T, address string) bool {
	t.Helper()
	parsed, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", parsed.Host)
	if err == nil {
		conn.Close()
	}
	return errors.Is(err, syscall.ECONNREFUSED)
}
