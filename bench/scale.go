package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/siriusys/user-management-service/adapters/postgres/embedded"
)

const (
	asked      = 256 // users that operations ask about; a multiple of scaleConns, so that each is one worker's
	forgetful  = 640 // users whose passwords are reset
	scaleConns = 16
	scaleGoal  = 1.25 // growth of the p50 at 1 connection
)

// inhabited is a database with a number of users, and the service on it.
type inhabited struct {
	users    int
	bytes    int64 // of the database on disk
	database *embedded.Server
	s        *service
	c        *crowd
}

// grown is what an operation took at each size, in their order.
type grown struct {
	name      string
	alone, at []result // at 1 connection, and at scaleConns
}

// scale measures how each operation's cost grows with the number of users, and writes the report. All sizes are there at the
// same time and take turns.
func scale(ctx context.Context, m *measurement, dir string, sizes []int, report string) (err error) {
	w := &world{}
	if err := w.prepare(ctx, m, dir); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.mail.close()) }()
	var all []*inhabited
	defer func() {
		for _, in := range all {
			err = errors.Join(err, in.close())
		}
	}()
	for _, users := range sizes {
		in, err := w.inhabit(ctx, m, users)
		if err != nil {
			return fmt.Errorf("make %d users: %w", users, err)
		}
		all = append(all, in)
	}
	var found []grown
	for _, op := range operations() {
		g, err := m.grow(ctx, all, op)
		if err != nil {
			return err
		}
		found = append(found, g)
	}
	m.say("writing %s", report)
	return os.WriteFile(report, []byte(scaleTable(all, found)), 0o644) //nolint:gosec // a document of the project
}

// inhabit starts a PostgreSQL of its own, makes users by the service, adds others by COPY up to the number, and starts the
// service on them.
func (w *world) inhabit(ctx context.Context, m *measurement, users int) (in *inhabited, err error) {
	m.say("%d users: starting PostgreSQL", users)
	in = &inhabited{users: users}
	in.database, err = embedded.Start(ctx, embedded.Config{
		Settings: map[string]string{"max_connections": "100", "shared_buffers": "256MB", "max_wal_size": "8GB", "maintenance_work_mem": "512MB"},
		Logger:   slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, in.close())
		}
	}()
	// Hashes cost next to nothing here, so that it shows what the database costs.
	first, err := w.startService(ctx, in.database.URL(), cheapHashes...)
	if err != nil {
		return nil, err
	}
	in.c, err = w.populate(ctx, m, first)
	first.stop()
	if err != nil {
		return nil, err
	}
	if err := in.fill(ctx, m); err != nil {
		return nil, err
	}
	if in.s, err = w.startService(ctx, in.database.URL(), cheapHashes...); err != nil {
		return nil, err
	}
	in.c.s = in.s
	return in, nil
}

// populate makes those users by the service that operations need.
func (w *world) populate(ctx context.Context, m *measurement, s *service) (*crowd, error) {
	c, err := gather(ctx, s, w.mail, asked)
	if err != nil {
		return nil, err
	}
	c.everyone = true
	sessions := 0
	for _, n := range []int{1, scaleConns} {
		sessions += rounds * n * prepared(logoutsPrepared, m.part(), n)
	}
	if err := c.openSpare(ctx, sessions); err != nil {
		return nil, err
	}
	return c, c.addOthers(ctx, forgetful)
}

func (in *inhabited) fill(ctx context.Context, m *measurement) error {
	conn, err := pgx.Connect(ctx, in.database.URL())
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	begin := time.Now()
	if err := (&seeding{m: m, url: in.database.URL(), users: in.users}).run(ctx, conn); err != nil {
		return err
	}
	if err := conn.QueryRow(ctx, `SELECT pg_database_size(current_database())`).Scan(&in.bytes); err != nil {
		return err
	}
	m.say("%d users: %d MiB after %v", in.users, in.bytes>>20, time.Since(begin).Round(time.Second))
	return nil
}

func (in *inhabited) close() error {
	if in.s != nil {
		in.s.stop()
	}
	return in.database.Stop()
}

// grow measures an operation at every size, by turns.
func (m *measurement) grow(ctx context.Context, all []*inhabited, op operation) (grown, error) {
	g := grown{name: op.name}
	for _, conns := range []int{1, scaleConns} {
		results, turns := make([]result, len(all)), make([]turn, len(all))
		for i, in := range all {
			t, err := m.ready(ctx, in.c, op, resetsPrepared, conns, m.part())
			if err != nil {
				return grown{}, err
			}
			turns[i] = t
		}
		for round := range rounds {
			for i, in := range all {
				r, err := turns[i](ctx, round)
				if err != nil {
					return grown{}, err
				}
				results[i] = results[i].and(r)
				m.say("%d/%d %9d users  %s", round+1, rounds, in.users, r)
			}
		}
		if conns == 1 {
			g.alone = results
		} else {
			g.at = results
		}
	}
	return g, nil
}

// scaleTable is the report.
func scaleTable(all []*inhabited, found []grown) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# Performance as the number of users grows

Written by `+"`make bench-scale`"+` on %s: %s. All sizes are there at the same time and take turns, each with a PostgreSQL of its
own (shared_buffers 256 MB, the rest in the system's cache). %d users were made by the service and lie spread among the others,
which are COPYed rows of the same shape: for each user a session, an audit event and its seal, for every hundredth a signup
that nobody verified and a reset link. Operations ask about %d of the former, in turn. Password hashes cost next to nothing here
(8 KiB, 1 pass), so that growth is that of the database. **missed** marks growth of the p50 that is not below %.2f.

`, time.Now().UTC().Format(time.DateOnly), machine(), asked+forgetful, asked, scaleGoal)
	head, line := "| at 1 connection, p50 |", "|---|"
	rates, rateLine := fmt.Sprintf("| at %d connections, a second |", scaleConns), "|---|"
	for _, in := range all {
		head += fmt.Sprintf(" %s users |", thousands(in.users))
		rates += fmt.Sprintf(" %s users |", thousands(in.users))
		line, rateLine = line+"--:|", rateLine+"--:|"
	}
	fmt.Fprintf(&b, "%s growth | goal | |\n%s--:|--:|---|\n", head, line)
	for _, g := range found {
		fmt.Fprintf(&b, "| %s |", g.name)
		for _, r := range g.alone {
			fmt.Fprintf(&b, " %s |", round(r.p50))
		}
		growth := float64(g.alone[len(all)-1].p50) / float64(g.alone[0].p50)
		fmt.Fprintf(&b, " %.2f | below %.2f | %s |\n", growth, scaleGoal, missed(growth >= scaleGoal))
	}
	fmt.Fprintf(&b, "\n%s\n%s\n", rates, rateLine)
	for _, g := range found {
		fmt.Fprintf(&b, "| %s |", g.name)
		for _, r := range g.at {
			fmt.Fprintf(&b, " %.0f |", r.rate)
		}
		b.WriteString("\n")
	}
	b.WriteString("| size on disk |")
	for _, in := range all {
		fmt.Fprintf(&b, " %d MiB |", in.bytes>>20)
	}
	return b.String() + "\n"
}

// thousands writes a number with commas.
func thousands(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// parseSizes reads numbers of users, separated by commas, and sorts them.
func parseSizes(list string) ([]int, error) {
	var sizes []int
	for _, field := range strings.Split(list, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(field))
		if err != nil || n < asked+forgetful {
			return nil, fmt.Errorf("-sizes %s: give numbers of %d or more, separated by commas", filepath.Base(field), asked+forgetful)
		}
		sizes = append(sizes, n)
	}
	slices.Sort(sizes)
	return slices.Compact(sizes), nil
}
