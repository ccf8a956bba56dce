package main

import (
	"context"
	"math"
	"slices"
	"time"
)

// connections are the numbers of connections that everything is measured at.
var connections = []int{16, 64}

// family are operations and the limits that bound them, which are measured next to one another.
type family struct {
	limits     []limit
	operations []operation
}

// loads measures the limits and the operations under load, and what the service needs at rest and at its peak.
func (w *world) loads(ctx context.Context, m *measurement) error {
	spare, err := w.spares(ctx, m) // migrates, too
	if err != nil {
		return err
	}
	s, err := w.startService(ctx, w.database.URL())
	if err != nil {
		return err
	}
	defer s.stop()
	if err := w.starts(ctx, m); err != nil {
		return err
	}
	m.keepFact(below("size of the program", w.size, 40, " MiB"))
	if err := m.idle(ctx, s); err != nil {
		return err
	}
	m.say("making users")
	c, err := gather(ctx, s, w.mail, connections[len(connections)-1])
	if err != nil {
		return err
	}
	c.spare, c.others = spare.spare, spare.others
	families, stop, err := w.families(ctx)
	if err != nil {
		return err
	}
	defer stop()
	for _, n := range connections {
		for _, f := range families {
			if err := f.measure(ctx, m, c, n); err != nil {
				return err
			}
		}
	}
	if err := m.drain(ctx, c); err != nil {
		return err
	}
	m.note("memory at its peak", "%.0f MiB", s.memory("VmHWM"))
	return nil
}

// starts measures how soon the service is ready, beside the one that runs.
func (w *world) starts(ctx context.Context, m *measurement) error {
	const counted = 11
	var took []time.Duration
	for range counted {
		s, err := w.startService(ctx, w.database.URL())
		if err != nil {
			return err
		}
		took = append(took, s.ready)
		s.stop()
	}
	slices.Sort(took)
	m.keepFact(below("ready on a migrated database, p50", float64(quantile(took, 0.5).Microseconds())/1000, 34, " ms"))
	return nil
}

func (w *world) families(ctx context.Context) (all []family, stop func(), err error) {
	binary, err := pgbenchBinary()
	if err != nil {
		return nil, nil, err
	}
	server, err := startLimitServer(ctx, w.database.URL())
	if err != nil {
		return nil, nil, err
	}
	return []family{
		{[]limit{hashLimit()}, hashing()},
		{echoLimits(server), reading()},
		{pgLimits(binary, w.database.URL()), writing()},
	}, server.stop, nil
}

// spares are the sessions to end and the users to reset, as many as all loads need. They are made by a service of their own,
// with hashes that cost next to nothing.
func (w *world) spares(ctx context.Context, m *measurement) (*crowd, error) {
	m.say("opening sessions that will be ended, making users whose passwords will be reset")
	s, err := w.startService(ctx, w.database.URL(), cheapHashes...)
	if err != nil {
		return nil, err
	}
	defer s.stop()
	c, err := gather(ctx, s, w.mail, preparing)
	if err != nil {
		return nil, err
	}
	sessions, users := 0, 0
	for _, n := range connections {
		sessions += rounds * n * prepared(logoutsPrepared, m.part(), n)
		users += rounds * n * prepared(resetsPrepared, m.part(), n)
	}
	if err := c.openSpare(ctx, sessions); err != nil {
		return nil, err
	}
	return c, c.addOthers(ctx, users)
}

// prepared is how often each worker does what can be done rate times a second by all of them, in a load.
func prepared(rate float64, d time.Duration, conns int) int {
	return max(int(math.Round(rate*d.Seconds()/float64(conns))), 2)
}

// rounds is in how many parts a load is measured. Limits and operations take turns, since other work on the machine comes and
// goes, and would else fall to one and not to the other.
const rounds = 5

// part is how long one part lasts; pgbench knows whole seconds only.
func (m *measurement) part() time.Duration {
	return max((m.d / rounds).Round(time.Second), time.Second)
}

// turn is one part of a load, by its number.
type turn func(ctx context.Context, round int) (result, error)

func (f family) measure(ctx context.Context, m *measurement, c *crowd, conns int) error {
	part := m.part()
	var turns []turn
	for _, l := range f.limits {
		turns = append(turns, func(ctx context.Context, _ int) (result, error) { return l.measure(ctx, l.name, conns, part) })
	}
	results := make([]result, len(f.limits)+len(f.operations))
	for round := range rounds {
		for i := range results {
			if i >= len(turns) { // prepared late: how much is needed depends on the limit
				op, err := m.ready(ctx, c, f.operations[i-len(f.limits)], results[0].rate, conns, part)
				if err != nil {
					return err
				}
				turns = append(turns, op)
			}
			r, err := turns[i](ctx, round)
			if err != nil {
				return err
			}
			results[i] = results[i].and(r)
			m.say("%d/%d  %s", round+1, rounds, r)
		}
	}
	for _, r := range results {
		m.keep(r)
	}
	return nil
}

// ready makes an operation ready to be measured: each part lasts a while, or is as much as was prepared for it.
func (m *measurement) ready(ctx context.Context, c *crowd, op operation, limit float64, conns int, part time.Duration) (turn, error) {
	each := math.MaxInt / rounds
	if op.uses != nil {
		each = prepared(op.uses(limit), part, conns)
		m.say("preparing %d of %s", rounds*conns*each, op.name)
	}
	do, err := op.prepare(ctx, c, conns, rounds*each)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, round int) (result, error) {
		if op.uses == nil {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, part)
			defer cancel()
		}
		return m.watched(c.s, func() (result, error) {
			return loadEach(ctx, op.name, conns, each, func(w, n int) error { return do(w, round*each+n) })
		})
	}, nil
}

// idle measures the service while nobody asks anything.
func (m *measurement) idle(ctx context.Context, s *service) error {
	const watched = 3 * time.Second
	before := s.cpu()
	if err := sleep(ctx, watched); err != nil {
		return err
	}
	m.keepFact(below("memory when idle", s.memory("VmRSS"), 35, " MiB"))
	m.note("processor when idle", "%.1f %% of a core", float64(s.cpu()-before)/float64(watched)*100)
	return nil
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
