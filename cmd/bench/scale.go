package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/siriusys/user-management-service/adapters/postgres/embedded"
)

const (
	activeUsers     = 256 // users of most operations; a multiple of scaleConns, because each belongs to one load client
	resettableUsers = 640 // users whose passwords are reset
	scaleConns      = 16
	scaleGoal       = 1.25 // growth of the p50 at 1 connection
)

// deployment is a database with a number of users, and the service that uses it.
type deployment struct {
	users    int
	bytes    int64 // of the database on disk
	database *embedded.Server
	service  *service
	pool     *userPool
}

// growth has the results of an operation for each number of users, in ascending order.
type growth struct {
	name               string
	single, concurrent []result // at 1 connection, and at scaleConns
}

// measureScale measures how the cost of each operation grows with the number of users, and writes the report. The deployments of
// all sizes exist at the same time, and the bench alternates between them.
func measureScale(ctx context.Context, m *measurement, dir string, sizes []int, report string) (err error) {
	t := &testbed{}
	if err := t.prepare(ctx, m, dir); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.mail.close()) }()
	var all []*deployment
	defer func() {
		for _, d := range all {
			err = errors.Join(err, d.close())
		}
	}()
	for _, users := range sizes {
		d, err := t.deploy(ctx, m, users)
		if err != nil {
			return fmt.Errorf("create a deployment of %d users: %w", users, err)
		}
		all = append(all, d)
	}
	var grown []growth
	for _, op := range operations() {
		g, err := m.measureGrowth(ctx, all, op)
		if err != nil {
			return err
		}
		grown = append(grown, g)
	}
	largest := all[len(all)-1]
	atLimit, err := largest.measureEmergencies(ctx, m)
	if err != nil {
		return err
	}
	m.progress("writing %s", report)
	text := scaleReport(all, grown) + emergencyReport(largest.users, atLimit)
	return os.WriteFile(report, []byte(text), 0o644) //nolint:gosec // a document of the project
}

// deploy starts a private PostgreSQL, creates users through the service, adds further ones by COPY up to the number, and starts
// the service.
func (t *testbed) deploy(ctx context.Context, m *measurement, users int) (_ *deployment, err error) {
	m.progress("%d users: starting PostgreSQL", users)
	d := &deployment{users: users}
	d.database, err = embedded.Start(ctx, embedded.Config{
		Settings: map[string]string{
			"max_connections": "100", "shared_buffers": "256MB", "max_wal_size": "8GB", "maintenance_work_mem": "512MB",
		},
		Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.close())
		}
	}()
	// With cheap hashes the results show the cost of the database.
	first, err := t.startService(ctx, d.database.URL(), cheapHashes...)
	if err != nil {
		return nil, err
	}
	d.pool, err = t.createPool(ctx, m, first)
	first.stop()
	if err != nil {
		return nil, err
	}
	if err := d.fill(ctx, m); err != nil {
		return nil, err
	}
	if d.service, err = t.startService(ctx, d.database.URL(), cheapHashes...); err != nil {
		return nil, err
	}
	d.pool.service = d.service
	return d, nil
}

// createPool creates the users that operations need, through the service.
func (t *testbed) createPool(ctx context.Context, m *measurement, s *service) (*userPool, error) {
	p, err := newUserPool(ctx, s, t.mail, activeUsers)
	if err != nil {
		return nil, err
	}
	p.roundRobin = true
	sessions := 0
	for _, n := range []int{1, scaleConns} {
		sessions += rounds * n * repetitions(logoutsPrepared, m.part(), n)
	}
	if err := p.createSessions(ctx, sessions); err != nil {
		return nil, err
	}
	return p, p.createResettable(ctx, resettableUsers)
}

// fill adds users up to the deployment's number and reads the size of the database.
func (d *deployment) fill(ctx context.Context, m *measurement) error {
	conn, err := pgx.Connect(ctx, d.database.URL())
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if err := withoutTimeout(ctx, conn); err != nil {
		return err
	}
	begin := time.Now()
	if err := (&seeder{m: m, url: d.database.URL(), users: d.users}).run(ctx, conn); err != nil {
		return err
	}
	if err := conn.QueryRow(ctx, `SELECT pg_database_size(current_database())`).Scan(&d.bytes); err != nil {
		return err
	}
	m.progress("%d users: %d MiB after %v", d.users, d.bytes>>20, time.Since(begin).Round(time.Second))
	return nil
}

func (d *deployment) close() error {
	if d.service != nil {
		d.service.stop()
	}
	return d.database.Stop()
}

// measureGrowth measures an operation in every deployment, alternately.
func (m *measurement) measureGrowth(ctx context.Context, all []*deployment, op operation) (growth, error) {
	g := growth{name: op.name}
	for _, conns := range []int{1, scaleConns} {
		results, runners := make([]result, len(all)), make([]partRunner, len(all))
		for i, d := range all {
			runner, err := m.prepareRunner(ctx, d.pool, op, resetsPrepared, conns, m.part())
			if err != nil {
				return growth{}, err
			}
			runners[i] = runner
		}
		for round := range rounds {
			for i, d := range all {
				r, err := runners[i](ctx, round)
				if err != nil {
					return growth{}, err
				}
				results[i] = results[i].merge(r)
				m.progress("%d/%d %9d users  %s", round+1, rounds, d.users, r)
			}
		}
		if conns == 1 {
			g.single = results
		} else {
			g.concurrent = results
		}
	}
	return g, nil
}

// scaleReport returns the report in Markdown.
func scaleReport(all []*deployment, grown []growth) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# Performance as the number of users grows

Written by `+"`make bench-scale`"+` on %s: %s. The deployments of all sizes exist at the same
time, each with a private PostgreSQL (shared_buffers 256 MB, the rest in the system's cache), and the bench alternates between them.
The service created %d of the users. They are spread evenly among the others, which are copied rows of the same size: for each
user a session, an audit event and its entry in the audit chain, for every hundredth user a pending signup and a reset link.
Operations use %d of the users that the service created, in turn. A password hash costs next to nothing here (8 KiB, 1 pass), so
the growth is that of the database. **missed** marks growth of the p50 that is not below %.2f.
[performance.md](performance.md#operations) says what each operation is.

`, time.Now().UTC().Format(time.DateOnly), machine(), activeUsers+resettableUsers, activeUsers, scaleGoal)
	head, line := "| at 1 connection, p50 |", "|---|"
	rates, rateLine := fmt.Sprintf("| at %d connections, per second |", scaleConns), "|---|"
	for _, d := range all {
		head += fmt.Sprintf(" %s users |", thousands(d.users))
		rates += fmt.Sprintf(" %s users |", thousands(d.users))
		line, rateLine = line+"--:|", rateLine+"--:|"
	}
	fmt.Fprintf(&b, "%s growth | goal | |\n%s--:|--:|---|\n", head, line)
	for _, g := range grown {
		fmt.Fprintf(&b, "| %s |", g.name)
		for _, r := range g.single {
			fmt.Fprintf(&b, " %s |", round(r.p50))
		}
		factor := float64(g.single[len(all)-1].p50) / float64(g.single[0].p50)
		fmt.Fprintf(&b, " %.2f | below %.2f | %s |\n", factor, scaleGoal, missed(factor >= scaleGoal))
	}
	fmt.Fprintf(&b, "\n%s\n%s\n", rates, rateLine)
	for _, g := range grown {
		fmt.Fprintf(&b, "| %s |", g.name)
		for _, r := range g.concurrent {
			fmt.Fprintf(&b, " %.0f |", r.rate)
		}
		b.WriteString("\n")
	}
	b.WriteString("| size on disk |")
	for _, d := range all {
		fmt.Fprintf(&b, " %d MiB |", d.bytes>>20)
	}
	return b.String() + "\n"
}

// thousands formats a number with commas between groups of three digits.
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
		field = strings.TrimSpace(field)
		n, err := strconv.Atoi(field)
		if least := activeUsers + resettableUsers; err != nil || n < least {
			return nil, fmt.Errorf("-sizes %s: give numbers of %d or more, separated by commas", field, least)
		}
		sizes = append(sizes, n)
	}
	slices.Sort(sizes)
	return slices.Compact(sizes), nil
}
