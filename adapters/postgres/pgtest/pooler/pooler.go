// Package pooler runs PgBouncer in transaction mode in front of a database, for tests of what a client must not rely on behind one.
package pooler

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	// port only names the socket.
	port = "6432"
	// startTimeout is what only a hang reaches.
	startTimeout = 3 * time.Minute
)

// Connections is how many connections to one database all clients of a pooler share.
const Connections = 4

// Pooler is a running PgBouncer.
type Pooler struct {
	installed installation
	dir       string
	stop      func()
}

// Start runs PgBouncer in front of the server of a URL until the end of the test. The test fails if it is not installed.
func Start(t testing.TB, databaseURL string) *Pooler {
	t.Helper()
	config, err := pgx.ParseConfig(databaseURL)
	if err != nil {
		t.Fatal("the database URL is invalid")
	}
	installed, err := find()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "pooler") // the path of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	p := &Pooler{installed: installed, dir: dir}
	if err := p.configure(config); err != nil {
		t.Fatal(err)
	}
	p.run(t)
	t.Cleanup(func() { p.stop() })
	return p
}

// To is the URL of a database of the server through the pooler.
func (p *Pooler) To(t testing.TB, databaseURL string) string {
	t.Helper()
	config, err := pgx.ParseConfig(databaseURL)
	if err != nil {
		t.Fatal("the database URL is invalid")
	}
	through := url.URL{
		Scheme: "postgres", User: url.UserPassword(config.User, config.Password), Path: "/" + config.Database,
		RawQuery: url.Values{"host": {p.dir}, "port": {port}, "sslmode": {"disable"}}.Encode(),
	}
	return through.String()
}

// configure writes the configuration that docs/operations.md describes, with few connections and on a socket.
func (p *Pooler) configure(database *pgx.ConnConfig) error {
	settings := fmt.Sprintf(`[databases]
* = host=%s port=%d
[pgbouncer]
pool_mode = transaction
default_pool_size = %d
max_client_conn = 1000
listen_addr =
listen_port = %s
unix_socket_dir = %s
auth_type = trust
auth_file = %s
%s`, database.Host, database.Port, Connections, port, p.dir, p.path("users"), p.installed.settings())
	users := fmt.Sprintf("%q %q\n", database.User, database.Password)
	account, err := unprivileged()
	if err != nil {
		return err
	}
	for name, content := range map[string]string{"settings": settings, "users": users} {
		if err := os.WriteFile(p.path(name), []byte(content), 0o600); err != nil {
			return err
		}
	}
	if account == nil {
		return nil
	}
	for _, path := range []string{p.dir, p.path("settings"), p.path("users")} {
		if err := os.Chown(path, int(account.Uid), int(account.Gid)); err != nil {
			return err
		}
	}
	return nil
}

func (p *Pooler) path(name string) string { return filepath.Join(p.dir, name) }

// untilInputEnds runs a program until the standard input ends, which also happens when the process of the test is killed. From version
// 1.23 on, PgBouncer takes SIGTERM for a request to wait for its clients.
const untilInputEnds = `exec 3<&0; "$@" 3<&- </dev/null & cat <&3 >/dev/null; kill -KILL $!; wait $!`

// run starts PgBouncer and returns when it serves.
func (p *Pooler) run(t testing.TB) {
	t.Helper()
	account, err := unprivileged()
	if err != nil {
		t.Fatal(err)
	}
	log, err := os.OpenFile(p.path("log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	cmd := exec.CommandContext(context.Background(), "/bin/sh", "-c", untilInputEnds, "sh", p.installed.program, p.path("settings"))
	cmd.SysProcAttr, cmd.Stdout, cmd.Stderr, cmd.Dir = &syscall.SysProcAttr{Credential: account}, log, log, p.dir
	input, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.stop = func() {
		_ = input.Close()
		_ = cmd.Wait() // a signal ends it
	}
	if err := p.awaitSocket(); err != nil {
		p.stop()
		text, _ := os.ReadFile(p.path("log"))
		t.Fatalf("%v\n%s", err, text)
	}
}

// awaitSocket returns when PgBouncer accepts connections.
func (p *Pooler) awaitSocket() error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(startTimeout); ; <-tick.C {
		conn, err := new(net.Dialer).DialContext(context.Background(), "unix", p.path(".s.PGSQL."+port))
		if err == nil {
			return conn.Close()
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("PgBouncer does not start: %w", err)
		}
	}
}

// Restart kills PgBouncer, which breaks all connections, and starts it again.
func (p *Pooler) Restart(t testing.TB) {
	t.Helper()
	p.stop()
	p.run(t)
}

// unprivileged is the account that PgBouncer runs as, since it refuses to run as root; nil is that of this process.
func unprivileged() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	entry, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, uidErr := strconv.ParseUint(entry.Uid, 10, 32)
	gid, gidErr := strconv.ParseUint(entry.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(uidErr, gidErr)
}
