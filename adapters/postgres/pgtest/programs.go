package pgtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/siriusys/user-management-service/adapters/postgres/pgtest/internal/server"
)

// clientPrograms are those that Programs provides.
var clientPrograms = []string{"pg_dump", "pg_restore", "psql"}

// Programs returns a folder for PATH with pg_dump, pg_restore and psql of the server's major version: an older pg_dump refuses the server,
// and a newer pg_restore uses settings that the server does not know. They are those of this machine, or else those of the server's
// container, which read and write only their standard input and output.
func Programs(t testing.TB) string {
	t.Helper()
	started, err := shared()
	if err != nil {
		t.Fatalf("no PostgreSQL server for the tests: %v", err)
	}
	major, err := serverMajor()
	if err != nil {
		t.Fatal(err)
	}
	if dir, ok := installedPrograms(major); ok {
		return dir
	}
	if started.Container == "" {
		t.Fatalf("this test needs pg_dump, pg_restore and psql %d, as the server has: install them (Debian: postgresql-client-%d)",
			major, major)
	}
	dir, err := containerPrograms(t.TempDir(), started)
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func serverMajor() (int, error) {
	ctx, cancel := context.WithTimeout(context.Background(), databaseTimeout)
	defer cancel()
	conn, err := connect(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Close(ctx)
	var version int
	err = conn.QueryRow(ctx, "SELECT current_setting('server_version_num')::int / 10000").Scan(&version)
	return version, err
}

// installedPrograms finds the programs of a major version on this machine. In Debian's PATH they choose a version by themselves, so its
// folders come first.
func installedPrograms(major int) (dir string, ok bool) {
	dirs := []string{
		fmt.Sprintf("/usr/lib/postgresql/%d/bin", major), fmt.Sprintf("/usr/libexec/postgresql%d", major),
		fmt.Sprintf("/usr/pgsql-%d/bin", major), fmt.Sprintf("/opt/homebrew/opt/postgresql@%d/bin", major),
	}
	if path, err := exec.LookPath(clientPrograms[0]); err == nil {
		dirs = append(dirs, filepath.Dir(path))
	}
	for _, dir := range dirs {
		if hasPrograms(dir, major) {
			return dir, true
		}
	}
	return "", false
}

// programVersion matches what --version prints, such as "pg_dump (PostgreSQL) 15.14".
var programVersion = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

func hasPrograms(dir string, major int) bool {
	for _, name := range clientPrograms {
		text, err := exec.CommandContext(context.Background(), filepath.Join(dir, name), "--version").Output()
		match := programVersion.FindSubmatch(text)
		if err != nil || match == nil || string(match[1]) != strconv.Itoa(major) {
			return false
		}
	}
	return true
}

// containerPrograms writes scripts that run the programs in the server's container. There the server has another address than here.
func containerPrograms(dir string, started *server.Server) (string, error) {
	docker, err := exec.LookPath("docker")
	if err != nil {
		return "", fmt.Errorf("run pg_dump in the server's container: %w; install Docker's command line", err)
	}
	address, err := url.Parse(started.URL)
	if err != nil {
		return "", fmt.Errorf("parse the server's URL: %w", err)
	}
	for _, name := range clientPrograms {
		script := strings.NewReplacer("HERE", address.Host, "DOCKER", docker, "CONTAINER", started.Container, "PROGRAM", name).Replace(`#!/bin/sh
for arg do
  shift
  set -- "$@" "$(printf %s "$arg" | sed 's|@HERE/|@127.0.0.1:5432/|')"
done
exec "DOCKER" exec -i CONTAINER PROGRAM "$@"
`)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o700); err != nil { //nolint:gosec // it must be executable
			return "", err
		}
	}
	return dir, nil
}
