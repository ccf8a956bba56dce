package main

import (
	"context"
	"math"
	"slices"
	"time"
)

// connections are the numbers of connections that everything is measured at.
var connections = []int{16, 64}

// group has operations and the limits that bound them. A group's operations and limits are measured alternately.
type group struct {
	limits     []limit
	operations []operation
}

// measureThroughput measures the limits and the operations under load, and the service's memory, start and idle load.
func (t *testbed) measureThroughput(ctx context.Context, m *measurement) error {
	prepared, err := t.prepareUsers(ctx, m) // also migrates the database
	if err != nil {
		return err
	}
	s, err := t.startService(ctx, t.database.URL())
	if err != nil {
		return err
	}
	defer s.stop()
	if err := t.measureStartup(ctx, m); err != nil {
		return err
	}
	m.addFact(below("size of the program", t.size, 40, " MiB"))
	if err := m.measureIdle(ctx, s); err != nil {
		return err
	}
	m.progress("creating users")
	p, err := newUserPool(ctx, s, t.mail, connections[len(connections)-1])
	if err != nil {
		return err
	}
	p.revocable, p.resettable = prepared.revocable, prepared.resettable
	groups, stop, err := t.groups(ctx)
	if err != nil {
		return err
	}
	defer stop()
	for _, n := range connections {
		for _, g := range groups {
			if err := g.measure(ctx, m, p, n); err != nil {
				return err
			}
		}
	}
	if err := m.measureSending(ctx, p); err != nil {
		return err
	}
	m.addFactf("memory at its peak", "%.0f MiB", s.memory("VmHWM"))
	return nil
}

// measureStartup measures how soon further processes of the service are ready while one is running.
func (t *testbed) measureStartup(ctx context.Context, m *measurement) error {
	const starts = 11
	var times []time.Duration
	for range starts {
		s, err := t.startService(ctx, t.database.URL())
		if err != nil {
			return err
		}
		times = append(times, s.startup)
		s.stop()
	}
	slices.Sort(times)
	m.addFact(below("ready on a migrated database, p50", float64(quantile(times, 0.5).Microseconds())/1000, 34, " ms"))
	return nil
}

func (t *testbed) groups(ctx context.Context) (all []group, stop func(), err error) {
	binary, err := findPgbench()
	if err != nil {
		return nil, nil, err
	}
	server, err := startLimitServer(ctx, t.database.URL())
	if err != nil {
		return nil, nil, err
	}
	return []group{
		{[]limit{hashLimit()}, hashing()},
		{echoLimits(server), reading()},
		{pgLimits(binary, t.database.URL()), writing()},
	}, server.stop, nil
}

// prepareUsers creates the sessions to revoke and the users to reset, as many as all loads need. A separate process of the
// service with cheap hashes creates them.
func (t *testbed) prepareUsers(ctx context.Context, m *measurement) (*userPool, error) {
	m.progress("creating sessions for logouts and users for password resets")
	s, err := t.startService(ctx, t.database.URL(), cheapHashes...)
	if err != nil {
		return nil, err
	}
	defer s.stop()
	p, err := newUserPool(ctx, s, t.mail, setupClients)
	if err != nil {
		return nil, err
	}
	sessions, users := 0, 0
	for _, n := range connections {
		sessions += rounds * n * repetitions(logoutsPrepared, m.part(), n)
		users += rounds * n * repetitions(resetsPrepared, m.part(), n)
	}
	if err := p.createSessions(ctx, sessions); err != nil {
		return nil, err
	}
	return p, p.createResettable(ctx, users)
}

// repetitions is how often each load client repeats an operation so that all of them together do it rate times a second.
func repetitions(rate float64, d time.Duration, conns int) int {
	return max(int(math.Round(rate*d.Seconds()/float64(conns))), 2)
}

// rounds is the number of parts that a load is measured in. Limits and operations alternate, so that other work on the machine
// slows both.
const rounds = 5

// part is the duration of one part. pgbench accepts whole seconds only.
func (m *measurement) part() time.Duration {
	return max((m.duration / rounds).Round(time.Second), time.Second)
}

// partRunner runs the part of a load that belongs to a round.
type partRunner func(ctx context.Context, round int) (result, error)

func (g group) measure(ctx context.Context, m *measurement, p *userPool, conns int) error {
	part := m.part()
	var runners []partRunner
	for _, l := range g.limits {
		runners = append(runners, func(ctx context.Context, _ int) (result, error) { return l.measure(ctx, l.name, conns, part) })
	}
	results := make([]result, len(g.limits)+len(g.operations))
	for round := range rounds {
		for i := range results {
			if i >= len(runners) { // operations are prepared late: how much they need depends on the limit's rate
				op, err := m.prepareRunner(ctx, p, g.operations[i-len(g.limits)], results[0].rate, conns, part)
				if err != nil {
					return err
				}
				runners = append(runners, op)
			}
			r, err := runners[i](ctx, round)
			if err != nil {
				return err
			}
			results[i] = results[i].merge(r)
			m.progress("%d/%d  %s", round+1, rounds, r)
		}
	}
	for _, r := range results {
		m.addResult(r)
	}
	return nil
}

// prepareRunner prepares an operation. Each part of it lasts for the duration of a part or, if the operation uses up what is
// prepared for it, until that is used up.
func (m *measurement) prepareRunner(
	ctx context.Context, p *userPool, op operation, limitRate float64, conns int, part time.Duration,
) (partRunner, error) {
	each := math.MaxInt / rounds
	if op.uses != nil {
		each = repetitions(op.uses(limitRate), part, conns)
		m.progress("preparing %d of %s", rounds*conns*each, op.name)
	}
	do, err := op.prepare(ctx, p, conns, rounds*each)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, round int) (result, error) {
		if op.uses == nil {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, part)
			defer cancel()
		}
		return m.withAllocations(p.service, func() (result, error) {
			return loadEach(ctx, op.name, conns, each, func(client, n int) error { return do(client, round*each+n) })
		})
	}, nil
}

// measureIdle measures the service while no client sends requests.
func (m *measurement) measureIdle(ctx context.Context, s *service) error {
	const idle = 3 * time.Second
	before := s.cpu()
	if err := sleep(ctx, idle); err != nil {
		return err
	}
	m.addFact(below("memory when idle", s.memory("VmRSS"), 35, " MiB"))
	m.addFactf("processor when idle", "%.1f %% of a core", float64(s.cpu()-before)/float64(idle)*100)
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
