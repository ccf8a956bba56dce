package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/jackc/pgx/v5"
)

// hangs bounds a wait. Only a hang reaches it.
const hangs = 3 * time.Minute

// The files of the image are the whole file system, nothing in it can be written, and the user is that of the image. The program
// migrates, serves, reports its health and ends on SIGTERM.
func TestTheImageStartsWithAReadOnlyFileSystem(t *testing.T) {
	t.Parallel()
	root := unpackedImage(t)
	environ := []string{
		"DATABASE_URL=" + newDatabase(t), "KEYSET=" + newKeyset(t), "SMTP_URL=smtp://127.0.0.1:1",
		"PUBLIC_URL=https://accounts.example.com", "HTTP_ADDR=127.0.0.1:0", "SHUTDOWN_DELAY=0",
		"ALLOW_INSECURE=database-tls",
	}
	if out, err := command(t, root, environ, "migrate").CombinedOutput(); err != nil {
		t.Fatalf("migrate: %v\n%s", err, out)
	}
	var log lockedBuffer
	serve := command(t, root, environ, "serve")
	serve.Stdout, serve.Stderr = &log, &log
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- serve.Wait() }()
	address := log.await(t, ended, regexp.MustCompile(`"msg":"service started","address":"([^"]+)"`))
	if out, err := command(t, root, []string{"HTTP_ADDR=" + address}, "healthcheck").CombinedOutput(); err != nil {
		t.Errorf("healthcheck: %v\n%s", err, out)
	}
	if err := serve.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Errorf("serve ended with %v", err)
	}
	if text := log.String(); strings.Contains(text, "permission denied") || strings.Contains(text, "read-only") {
		t.Errorf("the service tried to write:\n%s", text)
	}
	if out, err := command(t, root, nil, "keys", "create", "/keyset.json").CombinedOutput(); err == nil {
		t.Errorf("this test's file system can be written: %s", out)
	}
}

// unpackedImage is the root of the image for this machine. Its user may not write to it.
func unpackedImage(t *testing.T) string {
	t.Helper()
	_, byArch := images(t)
	image := byArch[runtime.GOARCH]
	if image == nil {
		t.Fatalf("there is no image for %s: run this test on one of %q", runtime.GOARCH, architectures)
	}
	root := t.TempDir()
	makeRemovable(t, root)
	unpack(t, mutate.Extract(image), root)
	if err := os.Chmod(root, 0o555); err != nil {
		t.Fatal(err)
	}
	return root
}

// command runs the program of the image with its file system and its user. Without root, a user namespace provides both.
func command(t *testing.T, root string, environ []string, args ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), hangs)
	t.Cleanup(cancel)
	c := exec.CommandContext(ctx, "/"+programPath, args...)
	c.Dir, c.Env = "/", append([]string{"PATH=/usr/bin"}, environ...)
	const id = 65532
	c.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: id, Gid: id}}
	if os.Getuid() != 0 {
		c.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER
		c.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: id, HostID: os.Getuid(), Size: 1}}
		c.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: id, HostID: os.Getgid(), Size: 1}}
		c.SysProcAttr.Credential.NoSetGroups = true
	}
	return c
}

// newKeyset is the content of a new keyset file.
func newKeyset(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "keyset.json")
	out, err := exec.CommandContext(t.Context(), builtRelease(t).programFile(runtime.GOARCH), "keys", "create", file).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return read(t, file)
}

// newDatabase is the URL of an empty database, which the end of the test drops.
func newDatabase(t *testing.T) string {
	t.Helper()
	server, err := url.Parse(os.Getenv("TEST_DATABASE_URL"))
	if err != nil || server.Host == "" {
		t.Fatal("TEST_DATABASE_URL is not set: run this test with make test-image")
	}
	name := "image_" + strings.ToLower(rand.Text())
	execute(t, server.String(), "CREATE DATABASE "+name+" TEMPLATE template0")
	t.Cleanup(func() { execute(t, server.String(), "DROP DATABASE "+name+" WITH (FORCE)") })
	return server.JoinPath("..", name).String()
}

func execute(t *testing.T, databaseURL, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), hangs)
	defer cancel()
	conn, err := pgx.Connect(ctx, databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// lockedBuffer collects a log. It is safe for concurrent use.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// await polls for a text of the log and returns its first group. The test fails if the program ends before.
func (b *lockedBuffer) await(t *testing.T, ended <-chan error, text *regexp.Regexp) string {
	t.Helper()
	timeout := time.After(hangs)
	for {
		if match := text.FindStringSubmatch(b.String()); match != nil {
			return match[1]
		}
		select {
		case err := <-ended:
			t.Fatalf("the program ended with %v:\n%s", err, b.String())
		case <-timeout:
			t.Fatalf("never logged: %s\n%s", text, b.String())
		case <-time.After(20 * time.Millisecond):
		}
	}
}
