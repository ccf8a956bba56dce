package embedded_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/siriusys/user-management-service/adapters/postgres/embedded"
	"github.com/siriusys/user-management-service/ports/porttest/await"
)

// ownerVariable makes this test binary the owner of a server, in the folder that the variable names or of a throwaway one.
const (
	ownerVariable = "EMBEDDED_TEST_OWNER"
	throwaway     = "throwaway"
)

func TestMain(m *testing.M) {
	if dir, ok := os.LookupEnv(ownerVariable); ok {
		fmt.Fprintln(os.Stdout, own(strings.TrimSuffix(dir, throwaway)))
		// The test kills this process.
		select {}
	}
	os.Exit(m.Run())
}

// own starts a server and returns its URL and the folder of its files.
func own(dir string) string {
	server, err := embedded.Start(context.Background(), embedded.Config{Dir: dir})
	if err != nil {
		return "error " + err.Error()
	}
	return server.URL() + " " + server.Data()
}

// startOwner runs the program as the owner of a server and returns it with the server's URL and data folder.
func startOwner(t *testing.T, program, dir string, credential *syscall.Credential) (owner *os.Process, url, data string) {
	t.Helper()
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), ownerVariable+"="+dir)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: credential}
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
	url, data, ok := strings.Cut(strings.TrimSpace(line), " ")
	if err != nil || !ok || url == "error" {
		rest, _ := io.ReadAll(io.LimitReader(output, 0))
		t.Fatalf("the owner printed %q %s, %v", line, rest, err)
	}
	return cmd.Process, url, data
}

// eventually polls until done. It fails the test if that never happens.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	await.Until(t, what, done)
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

func missing(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, os.ErrNotExist)
}

func TestKilledOwnerLeavesNoServer(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	owner, url, data := startOwner(t, os.Args[0], dir, nil)
	query(t, url, keep)
	if err := owner.Kill(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the server ends", func() bool { return refuses(t, url) && missing(filepath.Join(data, "postmaster.pid")) })
	server := start(t, embedded.Config{Dir: dir})
	if got := query(t, server.URL(), kept); got != "kept" {
		t.Errorf("after the kill: %q", got)
	}
}

func TestStartImmediatelyAfterTheOwnerWasKilled(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	owner, url, _ := startOwner(t, os.Args[0], dir, nil)
	query(t, url, keep)
	if err := owner.Kill(); err != nil {
		t.Fatal(err)
	}
	if _, err := owner.Wait(); err != nil {
		t.Fatal(err)
	}
	server := start(t, embedded.Config{Dir: dir})
	if got := query(t, server.URL(), kept); got != "kept" {
		t.Errorf("after the kill: %q", got)
	}
}

func TestKilledOwnerOfAThrowawayServerLeavesNoFiles(t *testing.T) {
	t.Parallel()
	owner, url, data := startOwner(t, os.Args[0], throwaway, nil)
	if err := owner.Kill(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the server ends", func() bool { return refuses(t, url) })
	eventually(t, "its files are removed", func() bool { return missing(filepath.Dir(data)) })
}

// TestOrdinaryUser runs an owner as the user "nobody" if the tests run as root. Otherwise it is a plain start, since every test
// here then runs as an ordinary user.
func TestOrdinaryUser(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "ordinary-user-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	program := filepath.Join(dir, "owner")
	copyFile(t, os.Args[0], program)
	var credential *syscall.Credential
	if os.Geteuid() == 0 {
		const nobody = 65534
		credential = &syscall.Credential{Uid: nobody, Gid: nobody}
		if err := os.Chown(dir, nobody, nobody); err != nil {
			t.Fatal(err)
		}
	}
	owner, url, data := startOwner(t, program, filepath.Join(dir, "postgres"), credential)
	if got, want := data, filepath.Join(dir, "postgres", "data"); got != want {
		t.Errorf("data in %s, want %s", got, want)
	}
	query(t, url, keep)
	if err := owner.Kill(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the server ends", func() bool { return refuses(t, url) && missing(filepath.Join(data, "postmaster.pid")) })
	_, url, _ = startOwner(t, program, filepath.Join(dir, "postgres"), credential)
	if got := query(t, url, kept); got != "kept" {
		t.Errorf("after the kill: %q", got)
	}
}

// copyFile lets another process write the program. A child that this process forks meanwhile would inherit a descriptor that is
// open for writing, and a program that is open for writing cannot be run.
func copyFile(t *testing.T, from, to string) {
	t.Helper()
	if out, err := exec.Command("cp", from, to).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if err := os.Chmod(to, 0o755); err != nil {
		t.Fatal(err)
	}
}
