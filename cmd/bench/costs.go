package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/siriusys/user-management-service/adapters/postgres/pgtest/wireproxy"
)

// cost is what one operation costs at the database when nothing else runs.
type cost struct {
	name                string
	trips, syncs, bytes int64 // round trips; syncs of the WAL; bytes of WAL
}

// costRepetitions is how often each operation runs to find its cost.
const costRepetitions = 25

// measureCosts counts for each operation the round trips to the database, the bytes of write-ahead log (WAL) and the syncs of
// it. The operations run one at a time, each is counted separately, and the median is reported: background work of the service
// falls into a few of them and does not move the median. Meanwhile the mail server blocks all deliveries.
func (t *testbed) measureCosts(ctx context.Context, m *measurement) error {
	m.progress("counting round trips and syncs")
	counter, err := wireproxy.Start(ctx, t.database.URL())
	if err != nil {
		return err
	}
	defer counter.Close()
	s, err := t.startService(ctx, counter.URL())
	if err != nil {
		return err
	}
	defer s.stop()
	direct, err := pgx.Connect(ctx, t.database.URL())
	if err != nil {
		return err
	}
	defer func() { _ = direct.Close(context.WithoutCancel(ctx)) }()
	p, err := newUserPool(ctx, s, t.mail, setupClients+costRepetitions)
	if err != nil {
		return err
	}
	p.resettable = p.emails[setupClients:]
	if err := p.createSessions(ctx, costRepetitions); err != nil {
		return err
	}
	for _, op := range operations() {
		found, err := p.costOf(ctx, counter, direct, op)
		if err != nil {
			return fmt.Errorf("count the cost of %s: %w", op.name, err)
		}
		m.progress("%-14s %d round trips, %d syncs, %d bytes of WAL", found.name, found.trips, found.syncs, found.bytes)
		m.costs = append(m.costs, found)
	}
	return nil
}

// occupyMailWorkers requests more messages than the service has workers, so that every worker waits for the mail server.
func (p *userPool) occupyMailWorkers(ctx context.Context) error {
	for i := range 4 * setupClients {
		if err := p.service.conns[0].expect(http.StatusAccepted, resetRequest(p.emails[i%setupClients]), nil); err != nil {
			return err
		}
	}
	return sleep(ctx, 300*time.Millisecond)
}

func (p *userPool) costOf(ctx context.Context, counter *wireproxy.Proxy, direct *pgx.Conn, op operation) (cost, error) {
	do, err := op.prepare(ctx, p, 1, costRepetitions)
	if err != nil {
		return cost{}, err
	}
	if err := p.awaitQuietMail(ctx); err != nil {
		return cost{}, err
	}
	p.mail.pause()
	defer p.mail.resume()
	if err := p.occupyMailWorkers(ctx); err != nil {
		return cost{}, err
	}
	var trips, syncs, bytes []int64
	before, err := readTotals(ctx, counter, direct)
	if err != nil {
		return cost{}, err
	}
	for n := range costRepetitions {
		if err := do(0, n); err != nil {
			return cost{}, err
		}
		after, err := readTotals(ctx, counter, direct)
		if err != nil {
			return cost{}, err
		}
		trips = append(trips, after.trips-before.trips)
		syncs = append(syncs, after.syncs-before.syncs)
		bytes = append(bytes, after.bytes-before.bytes)
		before = after
	}
	return cost{op.name, median(trips), median(syncs), median(bytes)}, nil
}

// readTotals reads what all operations and the background work have cost so far.
func readTotals(ctx context.Context, counter *wireproxy.Proxy, direct *pgx.Conn) (c cost, err error) {
	c.trips = counter.Trips()
	if err := counter.FlushStats(); err != nil {
		return cost{}, err
	}
	err = direct.QueryRow(ctx, `SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn`).Scan(&c.bytes)
	if err != nil {
		return cost{}, fmt.Errorf("read the position of the WAL: %w", err)
	}
	syncs := `SELECT wal_sync FROM pg_stat_wal`
	if isAtLeast18(direct.PgConn().ParameterStatus("server_version")) {
		syncs = `SELECT sum(fsyncs)::bigint FROM pg_stat_io WHERE object = 'wal'`
	}
	if err := direct.QueryRow(ctx, syncs).Scan(&c.syncs); err != nil {
		return cost{}, fmt.Errorf("read the number of WAL syncs: %w", err)
	}
	return c, nil
}

// isAtLeast18 reports whether the server counts the syncs of the WAL in pg_stat_io. PostgreSQL 18 removed pg_stat_wal.wal_sync.
func isAtLeast18(version string) bool {
	var major int
	_, _ = fmt.Sscanf(version, "%d", &major)
	return major >= 18
}

func median[T cmp.Ordered](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
