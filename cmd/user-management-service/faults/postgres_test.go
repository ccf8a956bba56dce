//go:build faults

package faults

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

// database is a server of PostgreSQL that a test can kill, stop and copy. It trusts all connections from this machine.
type database struct {
	data string
	port string
	cmd  *exec.Cmd
}

// newDatabase starts a new server with settings given as name=value, until the test ends.
func newDatabase(t *testing.T, settings ...string) *database {
	t.Helper()
	d := &database{data: filepath.Join(postgresFolder(t), "data")}
	runPostgres(t, "initdb", "--pgdata", d.data, "--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8")
	d.start(t, settings...)
	return d
}

// newStandby copies a primary and follows it synchronously: the primary commits nothing that the standby lacks.
func newStandby(t *testing.T, primary *database) *database {
	t.Helper()
	d := &database{data: filepath.Join(postgresFolder(t), "data")}
	runPostgres(t, "pg_basebackup", "--pgdata", d.data, "--write-recovery-conf", "--checkpoint=fast", "--no-sync",
		"--dbname", "host=127.0.0.1 user=postgres application_name=standby port="+primary.port)
	d.start(t)
	primary.exec(t, "ALTER SYSTEM SET synchronous_standby_names = 'standby'")
	primary.exec(t, "SELECT pg_reload_conf()")
	eventually(t, "the standby is synchronous", func() bool {
		return primary.ask(t, "SELECT count(*)::text FROM pg_stat_replication WHERE sync_state = 'sync'") == "1"
	})
	return d
}

func (d *database) start(t *testing.T, settings ...string) {
	t.Helper()
	if d.port == "" {
		d.port = freePort(t)
	}
	args := []string{"-D", d.data, "-p", d.port}
	for _, s := range append(settings, "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=300") {
		args = append(args, "-c", s)
	}
	log, err := os.Create(filepath.Join(t.TempDir(), "postgres.log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	d.cmd = postgresCommand(t, "postgres", args...)
	d.cmd.Stdout, d.cmd.Stderr = log, log
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	started := d.cmd
	t.Cleanup(func() {
		_ = d.signal(syscall.SIGCONT)
		_ = started.Process.Signal(syscall.SIGQUIT)
		_ = started.Wait()
	})
	eventually(t, "the database accepts connections", func() bool {
		conn, err := pgx.Connect(context.Background(), d.url())
		if err != nil {
			return false
		}
		return conn.Close(context.Background()) == nil
	})
	if data := d.ask(t, "SHOW data_directory"); data != d.data {
		t.Fatalf("the server at port %s is another one, of %s", d.port, data)
	}
}

// url is that of several servers, of which the service chooses the writable one.
func url(servers ...*database) string {
	var hosts []string
	for _, d := range servers {
		hosts = append(hosts, "127.0.0.1:"+d.port)
	}
	return "postgres://postgres@" + strings.Join(hosts, ",") + "/postgres?sslmode=disable&target_session_attrs=read-write"
}

func (d *database) url() string {
	return "postgres://postgres@127.0.0.1:" + d.port + "/postgres?sslmode=disable"
}

// kill kills the server: the other processes end when the first one does.
func (d *database) kill(t *testing.T) {
	t.Helper()
	if err := d.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = d.cmd.Wait()
}

// promote makes a standby the primary and returns once it is.
func (d *database) promote(t *testing.T) {
	t.Helper()
	d.exec(t, "SELECT pg_promote(false)") // the service's role has a timeout, so it does not wait
	eventually(t, "the standby is promoted", func() bool { return d.ask(t, "SELECT pg_is_in_recovery()::text") == "false" })
}

// signal sends a signal to all processes of the server. Each is a session of its own.
func (d *database) signal(s syscall.Signal) error {
	all, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return err
	}
	for _, file := range all {
		stat, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		_, fields, _ := strings.Cut(string(stat), ") ")
		if parts := strings.Fields(fields); len(parts) > 1 && parts[1] == strconv.Itoa(d.cmd.Process.Pid) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
			_ = syscall.Kill(pid, s)
		}
	}
	return d.cmd.Process.Signal(s)
}

func (d *database) exec(t *testing.T, statement string) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), d.url())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(context.Background(), statement); err != nil {
		t.Fatal(err)
	}
}

// lock runs a statement in a transaction that is open until unlock.
func (d *database) lock(t *testing.T, statement string) (unlock func()) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), d.url())
	if err != nil {
		t.Fatal(err)
	}
	unlock = sync.OnceFunc(func() { _ = conn.Close(context.Background()) })
	t.Cleanup(unlock)
	if _, err := conn.Exec(context.Background(), "BEGIN; "+statement); err != nil {
		t.Fatal(err)
	}
	return unlock
}

// ask returns the text of a query's only value.
func (d *database) ask(t *testing.T, query string) (answer string) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), d.url())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if err := conn.QueryRow(context.Background(), query).Scan(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

func runPostgres(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := postgresCommand(t, name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

// postgresCommand is a program of PostgreSQL, not as root, which it refuses.
func postgresCommand(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if err != nil || len(found) == 0 {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Fatalf("this test needs PostgreSQL's %s: install the package postgresql", name)
		}
		found = []string{path}
	}
	cmd := exec.CommandContext(context.Background(), slices.Max(found), args...)
	cmd.Dir, cmd.Env = "/", []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C.UTF-8", "TZ=UTC"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if account := postgresAccount(t); account != nil {
		cmd.SysProcAttr.Credential = account
	}
	return cmd
}

// postgresAccount is the user for PostgreSQL; nil is the one of this process.
func postgresAccount(t *testing.T) *syscall.Credential {
	t.Helper()
	if os.Geteuid() != 0 {
		return nil
	}
	entry, err := user.Lookup("postgres")
	if err != nil {
		t.Fatal("as root, this test needs the user postgres: install the package postgresql")
	}
	uid, _ := strconv.ParseUint(entry.Uid, 10, 32)
	gid, _ := strconv.ParseUint(entry.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

// postgresFolder is a folder that the user of PostgreSQL owns and can enter.
func postgresFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "faults-postgres-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if account := postgresAccount(t); account != nil {
		if err := os.Chown(dir, int(account.Uid), int(account.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// takenPorts are the ports that freePort has returned.
var takenPorts sync.Map

// freePort returns a port that no other test gets: two servers with one port would be taken for each other. It is below those that the
// system gives to outgoing connections, one of which could get it while a server restarts.
func freePort(t *testing.T) string {
	t.Helper()
	const first, end = 10_000, 32_768
	for range end - first {
		port := fmt.Sprint(first + rand.IntN(end-first))
		listener, err := net.Listen("tcp", "127.0.0.1:"+port)
		if err != nil {
			continue
		}
		_ = listener.Close()
		if _, isTaken := takenPorts.LoadOrStore(port, true); !isTaken {
			return port
		}
	}
	t.Fatal("no port is free")
	return ""
}
