package main

import (
	"context"
	"math"
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
	spare, err := w.spareSessions(ctx, m) // migrates, too
	if err != nil {
		return err
	}
	s, err := w.startService(ctx, w.database.URL())
	if err != nil {
		return err
	}
	defer s.stop()
	m.keepFact(below("ready on a migrated database", float64(s.ready.Microseconds())/1000, 34, " ms"))
	m.keepFact(below("size of the program", w.size, 40, " MiB"))
	if err := m.idle(ctx, s); err != nil {
		return err
	}
	m.say("making users")
	c, err := gather(ctx, s, w.mail, connections[len(connections)-1])
	if err != nil {
		return err
	}
	c.spare = spare
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

// spareSessions are access tokens of sessions to end, as many as all loads need. They are opened by a service of their own,
// with hashes that cost next to nothing.
func (w *world) spareSessions(ctx context.Context, m *measurement) ([]string, error) {
	m.say("opening sessions")
	s, err := w.startService(ctx, w.database.URL(), cheapHashes...)
	if err != nil {
		return nil, err
	}
	defer s.stop()
	c, err := gather(ctx, s, w.mail, preparing)
	if err != nil {
		return nil, err
	}
	need := 0
	for _, n := range connections {
		need += n * prepared(logoutsPrepared, m.d, n)
	}
	err = c.openSpare(ctx, need)
	return c.spare, err
}

// prepared is how often each worker does what can be done rate times a second by all of them, in a load.
func prepared(rate float64, d time.Duration, conns int) int {
	return max(int(math.Round(rate*d.Seconds()/float64(conns))), 2)
}

func (f family) measure(ctx context.Context, m *measurement, c *crowd, conns int) error {
	for _, l := range f.limits {
		r, err := l.measure(ctx, l.name, conns, m.d)
		if err != nil {
			return err
		}
		m.keep(r)
	}
	for _, op := range f.operations {
		r, err := m.operate(ctx, c, op, conns)
		if err != nil {
			return err
		}
		m.keep(r)
	}
	return nil
}

// operate measures an operation under load: for a while, or as often as it was prepared for.
func (m *measurement) operate(ctx context.Context, c *crowd, op operation, conns int) (result, error) {
	each := math.MaxInt
	if op.uses != nil {
		each = prepared(op.uses(m), m.d, conns)
		m.say("preparing %d of %s", conns*each, op.name)
	}
	do, err := op.prepare(ctx, c, conns, each)
	if err != nil {
		return result{}, err
	}
	if op.uses != nil {
		return loadEach(ctx, op.name, conns, each, do)
	}
	return load(ctx, op.name, conns, m.d, do)
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
