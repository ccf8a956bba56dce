package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/siriusys/user-management-service/adapters/postgres/pgtest/wire"
)

// cost is what one operation costs, done alone.
type cost struct {
	name                string
	trips, syncs, bytes int64
}

// counted is how often each operation is done to find out what it costs.
const counted = 25

// costs counts the round trips to the database, what it writes to its log and how often it syncs that, for each operation. The
// operations are done one at a time, each is counted by itself, and the median counts: what the service does in the
// background falls to a few of them and so to none. Letters wait meanwhile at a mail server that takes none.
func (w *world) costs(ctx context.Context, m *measurement) error {
	m.say("counting round trips and syncs")
	counter, err := wire.Start(ctx, w.database.URL())
	if err != nil {
		return err
	}
	defer counter.Close()
	s, err := w.startService(ctx, counter.URL())
	if err != nil {
		return err
	}
	defer s.stop()
	direct, err := pgx.Connect(ctx, w.database.URL())
	if err != nil {
		return err
	}
	defer func() { _ = direct.Close(context.WithoutCancel(ctx)) }()
	c, err := gather(ctx, s, w.mail, preparing+counted)
	if err != nil {
		return err
	}
	c.others = c.addresses[preparing:]
	if err := c.openSpare(ctx, counted); err != nil {
		return err
	}
	for _, op := range operations() {
		found, err := c.costOf(ctx, counter, direct, op)
		if err != nil {
			return fmt.Errorf("count %s: %w", op.name, err)
		}
		m.say("%-14s %d round trips, %d syncs, %d bytes of log", found.name, found.trips, found.syncs, found.bytes)
		m.costsFound = append(m.costsFound, found)
	}
	return nil
}

// stall asks for more letters than the service has workers, so that each of them waits for the mail server.
func (c *crowd) stall(ctx context.Context) error {
	for i := range 4 * preparing {
		if err := c.s.conns[0].want(http.StatusAccepted, resetRequest(c.addresses[i%preparing]), nil); err != nil {
			return err
		}
	}
	return sleep(ctx, 300*time.Millisecond)
}

func (c *crowd) costOf(ctx context.Context, counter *wire.Counter, direct *pgx.Conn, op operation) (cost, error) {
	do, err := op.prepare(ctx, c, 1, counted)
	if err != nil {
		return cost{}, err
	}
	if err := c.settle(ctx); err != nil {
		return cost{}, err
	}
	c.mail.hold()
	defer c.mail.release()
	if err := c.stall(ctx); err != nil {
		return cost{}, err
	}
	var trips, syncs, bytes []int64
	before, err := spent(ctx, counter, direct)
	if err != nil {
		return cost{}, err
	}
	for n := range counted {
		if err := do(0, n); err != nil {
			return cost{}, err
		}
		after, err := spent(ctx, counter, direct)
		if err != nil {
			return cost{}, err
		}
		trips, syncs, bytes = append(trips, after.trips-before.trips), append(syncs, after.syncs-before.syncs), append(bytes, after.bytes-before.bytes)
		before = after
	}
	return cost{op.name, median(trips), median(syncs), median(bytes)}, nil
}

// spent is what all operations and the background have cost so far.
func spent(ctx context.Context, counter *wire.Counter, direct *pgx.Conn) (c cost, err error) {
	c.trips = counter.Trips()
	if err := counter.FlushStats(); err != nil {
		return cost{}, err
	}
	err = direct.QueryRow(ctx, `SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn`).Scan(&c.bytes)
	if err != nil {
		return cost{}, fmt.Errorf("ask for the size of the database's log: %w", err)
	}
	syncs := `SELECT wal_sync FROM pg_stat_wal`
	if version := direct.PgConn().ParameterStatus("server_version"); versionAtLeast18(version) {
		syncs = `SELECT sum(fsyncs)::bigint FROM pg_stat_io WHERE object = 'wal'`
	}
	if err := direct.QueryRow(ctx, syncs).Scan(&c.syncs); err != nil {
		return cost{}, fmt.Errorf("ask for the syncs of the database's log: %w", err)
	}
	return c, nil
}

// versionAtLeast18 tells servers that count the syncs of their log elsewhere.
func versionAtLeast18(version string) bool {
	var major int
	_, _ = fmt.Sscanf(version, "%d", &major)
	return major >= 18
}

func median[T cmp.Ordered](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
