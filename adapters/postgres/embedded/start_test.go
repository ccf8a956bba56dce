package embedded_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/siriusys/user-management-service/adapters/postgres/embedded"
	"github.com/siriusys/user-management-service/ports/porttest/await"
)

// query connects, runs one statement and returns its single text value.
func query(t *testing.T, url, statement string) string {
	t.Helper()
	ctx := await.Context(t)
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	var value string
	if err := conn.QueryRow(ctx, statement).Scan(&value); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	return value
}

// newDir is a folder of mode 0700. If the tests run as root, the user of the server cannot enter it.
func newDir(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "postgres")
	t.Cleanup(func() {
		if err := embedded.Remove(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func start(t *testing.T, config embedded.Config) *embedded.Server {
	t.Helper()
	server, err := embedded.Start(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	})
	return server
}

const (
	keep = "SELECT lo_from_bytea(4711, 'kept')::text"
	kept = "SELECT convert_from(lo_get(4711), 'UTF8')"
)

func TestRestartKeepsData(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	began := time.Now()
	server := start(t, embedded.Config{Dir: dir, Settings: map[string]string{"max_connections": "37"}})
	t.Logf("first start %v", time.Since(began))
	if got := query(t, server.URL(), "SHOW max_connections"); got != "37" {
		t.Errorf("max_connections = %s, want 37", got)
	}
	query(t, server.URL(), keep)
	if err := server.Stop(); err != nil {
		t.Fatal(err)
	}
	began = time.Now()
	server = start(t, embedded.Config{Dir: dir})
	t.Logf("second start %v", time.Since(began))
	if got := query(t, server.URL(), kept); got != "kept" {
		t.Errorf("after the restart: %q", got)
	}
}

func TestTextIsUnicode(t *testing.T) {
	t.Parallel()
	server := start(t, embedded.Config{})
	if got := query(t, server.URL(), "SELECT getdatabaseencoding()::text"); got != "UTF8" {
		t.Errorf("encoding %s, want UTF8", got)
	}
}

func TestWrongPasswordIsRefused(t *testing.T) {
	t.Parallel()
	server := start(t, embedded.Config{})
	config, err := pgx.ParseConfig(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	config.Password = "wrong"
	_, err = pgx.ConnectConfig(t.Context(), config)
	var refused *pgconn.PgError
	if !errors.As(err, &refused) || refused.Code != "28P01" {
		t.Errorf("got %v, want invalid_password", err)
	}
	if got := query(t, server.URL(), "SHOW listen_addresses"); got != "127.0.0.1" {
		t.Errorf("listens on %s", got)
	}
	if got := query(t, server.URL(), "SHOW unix_socket_directories"); got != "" {
		t.Errorf("listens on a socket in %s", got)
	}
}

func TestThrowawayServerLeavesNoFiles(t *testing.T) {
	t.Parallel()
	server := start(t, embedded.Config{})
	files := filepath.Dir(server.Data())
	if err := server.Stop(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-server.Exited():
	default:
		t.Error("the server is still running")
	}
	if _, err := os.Stat(files); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there: %v", files, err)
	}
}

func TestSecondOwnerIsRefused(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	start(t, embedded.Config{Dir: dir})
	_, err := embedded.Start(t.Context(), embedded.Config{Dir: dir})
	if !errors.Is(err, embedded.ErrInUse) || !strings.Contains(err.Error(), strconv.Itoa(os.Getpid())) {
		t.Errorf("got %v, want ErrInUse with the owner's process", err)
	}
	if err := embedded.Remove(dir); !errors.Is(err, embedded.ErrInUse) {
		t.Errorf("Remove: got %v, want ErrInUse", err)
	}
}

func TestLeftoverServerIsStoppedFirst(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	first := start(t, embedded.Config{Dir: dir})
	query(t, first.URL(), keep)
	if err := first.Abandon(); err != nil {
		t.Fatal(err)
	}
	second := start(t, embedded.Config{Dir: dir})
	if got := query(t, second.URL(), kept); got != "kept" {
		t.Errorf("data after stopping the leftover: %q", got)
	}
	await.For(t, "the end of the first server", first.Exited())
}

// TestStalePIDOfALiveProcess writes the id of a running program to a stale postmaster.pid.
func TestStalePIDOfALiveProcess(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	server := start(t, embedded.Config{Dir: dir})
	if err := server.Stop(); err != nil {
		t.Fatal(err)
	}
	pidFile := strconv.Itoa(os.Getppid()) + "\n" + server.Data() + "\n"
	if err := os.WriteFile(filepath.Join(server.Data(), "postmaster.pid"), []byte(pidFile), 0o600); err != nil {
		t.Fatal(err)
	}
	start(t, embedded.Config{Dir: dir})
}

func TestDataOfAnotherVersionAreRefused(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	server := start(t, embedded.Config{Dir: dir})
	if err := server.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(server.Data(), "PG_VERSION"), []byte("9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := embedded.Start(t.Context(), embedded.Config{Dir: dir})
	if err == nil || !strings.Contains(err.Error(), "PostgreSQL 9") || !strings.Contains(err.Error(), "delete the folder "+dir) {
		t.Errorf("got %v, want both versions and the folder to delete", err)
	}
}

func TestFailedStartShowsTheLog(t *testing.T) {
	t.Parallel()
	_, err := embedded.Start(t.Context(), embedded.Config{Settings: map[string]string{"max_connections": "many"}})
	if err == nil || !strings.Contains(err.Error(), `invalid value for parameter "max_connections"`) {
		t.Errorf("got %v, want the text of the server's log", err)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Start waited for a server that had exited: %v", err)
	}
}

// Ctrl-C signals the process group of the terminal, so the server is in another.
func TestTerminalInterruptDoesNotReachTheServer(t *testing.T) {
	t.Parallel()
	server := start(t, embedded.Config{})
	pidFile, err := os.ReadFile(filepath.Join(server.Data(), "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.Fields(string(pidFile))[0])
	if err != nil {
		t.Fatal(err)
	}
	group, err := syscall.Getpgid(pid)
	if err != nil {
		t.Fatal(err)
	}
	if group == syscall.Getpgrp() {
		t.Error("the server is in the process group of the test")
	}
}
