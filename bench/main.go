// Command bench measures the service beside the limits that the machine sets it, in one run, and writes the table to
// docs/performance.md:
//
//	make bench
//
// Everything runs on loopback: a PostgreSQL of its own with its ordinary durability, the service built as it is shipped,
// and a mail server that takes everything. Load and service share the cores, so only the ratios mean something.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/siriusys/user-management-service/adapters/passwordhash/argon2id"
	"github.com/siriusys/user-management-service/adapters/postgres/embedded"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	if len(os.Args) == 3 && os.Args[1] == "limits" {
		err = serveLimits(ctx, os.Args[2])
	} else {
		err = bench(ctx)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...) //nolint:gosec // constants of this program
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	return cmd.Run()
}

// bench measures everything and writes the report.
func bench(ctx context.Context) (err error) {
	duration := flag.Duration("d", 3*time.Second, "how long each load lasts")
	report := flag.String("o", "docs/performance.md", "where the report goes")
	flag.Parse()
	dir, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	b := &measurement{d: *duration, byName: map[string]result{}}
	b.say("building")
	binary, size, err := build(ctx, dir)
	if err != nil {
		return err
	}
	b.size = size
	server, err := embedded.Start(ctx, embedded.Config{
		Settings: map[string]string{"max_connections": "200", "shared_buffers": "256MB"}, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	keyset, err := writeKeyset(dir)
	if err != nil {
		return err
	}
	if err := b.limits(ctx, server.URL()); err != nil {
		return err
	}
	if err := b.service(ctx, binary, keyset, server.URL()); err != nil {
		return err
	}
	return os.WriteFile(*report, []byte(b.table()), 0o644) //nolint:gosec // a document of the project
}

// measurement is what one run of the bench found out.
type measurement struct {
	d       time.Duration
	results []result
	byName  map[string]result // by name and number of connections
	facts   []fact
	size    float64
}

type fact struct{ name, value string }

func (m *measurement) say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

func (m *measurement) keep(r result, err error) error {
	if err != nil {
		return err
	}
	m.say("%s", r)
	m.results = append(m.results, r)
	m.byName[fmt.Sprint(r.name, r.conns)] = r
	return nil
}

func (m *measurement) note(name, format string, args ...any) {
	m.facts = append(m.facts, fact{name, fmt.Sprintf(format, args...)})
	m.say("%s: "+format, append([]any{name}, args...)...)
}

// conns are the numbers of connections that everything is measured at.
var conns = []int{16, 64}

// limits measures what bounds the service.
func (m *measurement) limits(ctx context.Context, databaseURL string) error {
	if err := m.keep(rawHashes(ctx, "Argon2id on all cores", argon2id.Available()[0], m.d)); err != nil {
		return err
	}
	if err := m.keep(rawHashes(ctx, "Argon2id, x/crypto", argon2id.Implementation{}, m.d)); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	p, err := start(ctx, nil, self, "limits", databaseURL)
	if err != nil {
		return err
	}
	defer p.stop()
	var base, token string
	if _, err := fmt.Sscan(p.line, &base, &token); err != nil {
		return err
	}
	c := newClient(base)
	binary, err := pgbenchBinary()
	if err != nil {
		return err
	}
	for _, n := range conns {
		for _, l := range []struct{ name, path string }{{"Echo", "/bare"}, {"Echo, verify", "/verify"}, {"Echo, verify, SELECT", "/select"}} {
			if err := m.keep(load(ctx, l.name, n, m.d, func(int, int) error { return c.get(ctx, l.path, token) })); err != nil {
				return err
			}
		}
		for _, s := range scripts {
			if err := m.keep(pgbench(ctx, s.name, binary, databaseURL, s.sql, n, m.d)); err != nil {
				return err
			}
		}
	}
	return nil
}

// scripts are what PostgreSQL itself is measured with.
var scripts = []struct{ name, sql string }{
	{"pgbench, SELECT", "SELECT name FROM limits WHERE id = '00000000-0000-0000-0000-000000000001';"},
	{"pgbench, INSERT", "INSERT INTO limits VALUES (gen_random_uuid(), 'Bea');"},
	{"pgbench, 3 statements", "BEGIN;\nSELECT name FROM limits WHERE id = '00000000-0000-0000-0000-000000000001';\nINSERT INTO limits VALUES (gen_random_uuid(), 'Bea');\nCOMMIT;"},
}

// pgbenchBinary finds PostgreSQL's own benchmark beside the server's programs.
func pgbenchBinary() (string, error) {
	if path, err := exec.LookPath("pgbench"); err == nil {
		return path, nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench")
	if len(found) == 0 {
		return "", errors.New("pgbench is not installed; it comes with PostgreSQL's server package")
	}
	return found[len(found)-1], nil
}

// service measures the service: its operations, then what they cost one by one.
func (m *measurement) service(ctx context.Context, binary, keyset, databaseURL string) error {
	first, err := startService(ctx, binary, keyset, databaseURL) // migrates
	if err != nil {
		return err
	}
	first.close()
	s, err := startService(ctx, binary, keyset, databaseURL)
	if err != nil {
		return err
	}
	defer s.close()
	m.note("ready on a migrated database", "%.0f ms", float64(s.ready.Microseconds())/1000)
	m.note("size of the program", "%.0f MiB", m.size)
	m.idle(s)
	const group = "user"
	crowd, err := gather(ctx, s, group, conns[len(conns)-1])
	if err != nil {
		return err
	}
	for _, n := range conns {
		for _, op := range operations(group) {
			if err := m.keep(load(ctx, op.name, n, m.d, func(w, i int) error { return op.do(ctx, crowd, w, i) })); err != nil {
				return err
			}
		}
		if err := m.keep(logouts(ctx, crowd, group, n, 8)); err != nil {
			return err
		}
		if err := m.relogin(ctx, crowd, group); err != nil {
			return err
		}
	}
	direct, err := pgx.Connect(ctx, databaseURL)
	if err != nil {
		return err
	}
	defer func() { _ = direct.Close(context.WithoutCancel(ctx)) }()
	rate, err := drain(ctx, crowd, group, 2000, direct)
	if err != nil {
		return err
	}
	m.note("letters written and sent", "%.0f/s", rate)
	m.note("memory at its peak", "%.0f MiB", s.memory("VmHWM"))
	s.stop() // it would work off the letters of the next one
	return m.costs(ctx, binary, keyset, databaseURL, direct)
}

// idle measures the service while nobody asks anything.
func (m *measurement) idle(s *service) {
	before := s.cpu()
	time.Sleep(2 * time.Second)
	m.note("memory when idle", "%.0f MiB", s.memory("VmRSS"))
	m.note("processor when idle", "%.1f %% of a core", float64(s.cpu()-before)/float64(2*time.Second)*100)
}

func (m *measurement) relogin(ctx context.Context, c *crowd, group string) error {
	for w := range c.pairs {
		if err := c.s.do(ctx, "POST", "/login", "", login(email(group, w)), &c.pairs[w], 200); err != nil {
			return err
		}
	}
	return nil
}

// costs counts the round trips to the database and what it writes to its log, for each operation done alone.
func (m *measurement) costs(ctx context.Context, binary, keyset, databaseURL string, direct *pgx.Conn) error {
	u, err := url.Parse(databaseURL)
	if err != nil {
		return err
	}
	wire, err := startCounter(ctx, u.Host)
	if err != nil {
		return err
	}
	query := u.Query()
	query.Set("sslmode", "disable")
	u.Host, u.RawQuery = wire.listener.Addr().String(), query.Encode()
	s, err := startService(ctx, binary, keyset, u.String())
	if err != nil {
		return err
	}
	defer s.close()
	const group, each = "cost", 20
	crowd, err := gather(ctx, s, group, 1)
	if err != nil {
		return err
	}
	for _, op := range operations(group) {
		if err := op.do(ctx, crowd, 0, -1); err != nil { // statements are prepared by now
			return err
		}
		trips, wal := wire.trips.Load(), walBytes(ctx, direct)
		for n := range each {
			if err := op.do(ctx, crowd, 0, n); err != nil {
				return err
			}
		}
		m.note("cost of "+op.name, "%.1f round trips, %.1f KiB of the database's log", float64(wire.trips.Load()-trips)/each, (walBytes(ctx, direct)-wal)/each/1024)
	}
	return nil
}

// walBytes is how much the database has written to its log so far.
func walBytes(ctx context.Context, conn *pgx.Conn) (n float64) {
	_ = conn.QueryRow(ctx, `SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn`).Scan(&n)
	return n
}

func machine() string {
	return fmt.Sprintf("%d cores, %s, %s/%s", runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
