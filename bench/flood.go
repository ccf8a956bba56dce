package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"
)

const (
	flooders     = 200                    // logins at once
	calmers      = 4                      // connections that read profiles meanwhile
	calmEvery    = 10 * time.Millisecond  // after the last answer, on each of them
	refusedPause = 100 * time.Millisecond // of a flooder whose login was refused, give or take a half
)

// flood measures what the others notice while many log in at once: the service, with its ordinary queue for hashes, refuses
// some, and profiles are read at a modest rate. All of it has the same priority.
func (w *world) flood(ctx context.Context, m *measurement) error {
	m.say("making users for the flood")
	// Their first login at a service with ordinary hashes renews them, which takes two; it is done before.
	cheap, err := w.startService(ctx, w.database.URL(), cheapHashes...)
	if err != nil {
		return err
	}
	users, err := gather(ctx, cheap, w.mail, flooders)
	cheap.stop()
	if err != nil {
		return err
	}
	s, err := w.startService(ctx, w.database.URL(), "HASH_QUEUE=64")
	if err != nil {
		return err
	}
	defer s.stop()
	users.s = s
	if err := users.prepare(ctx, flooders, func(conn *conn, i int) error {
		return conn.want(http.StatusOK, login(users.addresses[i]), nil)
	}); err != nil {
		return err
	}
	for _, conn := range s.conns { // connects
		if err := conn.want(http.StatusOK, request{method: http.MethodGet, path: "/readyz"}, nil); err != nil {
			return err
		}
	}
	begin := time.Now()
	calm, f, err := floodAndRead(ctx, users, s, 2*m.d)
	if err != nil {
		return err
	}
	elapsed := time.Since(begin).Seconds()
	m.say("%d logins, %d refused, %d profiles read", len(f.served), len(f.refused), len(calm))
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	m.flooded = append(m.flooded,
		below("me, p50", ms(quantile(calm, 0.5)), 1, " ms"),
		below("me, p99", ms(quantile(calm, 0.99)), 10, " ms"),
		below("memory of the service at its peak", s.memory("VmHWM"), 250, " MiB"),
		fact{name: "logins", value: fmt.Sprintf("%.0f/s", float64(len(f.served))/elapsed)},
		fact{name: "refused logins", value: fmt.Sprintf("%.0f/s", float64(len(f.refused))/elapsed)},
		fact{name: "refused login, p50", value: round(quantile(f.refused, 0.5)).String()},
		below("refused login, p99", ms(quantile(f.refused, 0.99)), 50, " ms"),
		fact{name: "refused login, longest", value: round(quantile(f.refused, 1)).String()},
	)
	for _, found := range m.flooded {
		m.say("%s: %s", found.name, found.value)
	}
	return nil
}

// flooded is how long logins took that were served, and those that were refused; sorted.
type flooded struct{ served, refused []time.Duration }

// floodAndRead has every user log in over and over while profiles are read, and returns how long reading took, sorted.
func floodAndRead(ctx context.Context, users *crowd, s *service, d time.Duration) (calm []time.Duration, f flooded, err error) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	var flooding sync.WaitGroup
	logins, reads := make([]flooded, flooders), make([][]time.Duration, calmers)
	failures := make(chan error, flooders+calmers)
	for i := range flooders {
		flooding.Go(func() { failures <- keepLoggingIn(ctx, s.conns[i], users.addresses[i], &logins[i]) })
	}
	readers := dialLater(s.conns[0].address, calmers)
	for i := range calmers {
		flooding.Go(func() { failures <- keepReading(ctx, readers[i], users.pairs[i].Access, &reads[i]) })
	}
	flooding.Wait()
	close(failures)
	for failure := range failures {
		if failure != nil {
			return nil, flooded{}, failure
		}
	}
	for _, l := range logins {
		f.served, f.refused = append(f.served, l.served...), append(f.refused, l.refused...)
	}
	slices.Sort(f.served)
	slices.Sort(f.refused)
	return slices.Sorted(slices.Values(slices.Concat(reads...))), f, nil
}

// keepLoggingIn logs in over and over, and waits a moment first and after each refusal.
func keepLoggingIn(ctx context.Context, c *conn, address string, f *flooded) error {
	_ = sleep(ctx, rand.N(refusedPause)) //nolint:gosec // spreads
	for ctx.Err() == nil {
		begin := time.Now()
		a, err := c.exchange(login(address))
		took := time.Since(begin)
		switch {
		case err != nil:
			return err
		case a.status == http.StatusOK:
			f.served = append(f.served, took)
		case a.status == http.StatusServiceUnavailable:
			f.refused = append(f.refused, took)
			_ = sleep(ctx, refusedPause/2+rand.N(refusedPause)) //nolint:gosec // spreads, or all would come again at once
		default:
			return fmt.Errorf("log in during the flood: status %d: %s", a.status, a.body)
		}
	}
	return nil
}

// keepReading reads a profile over and over, calmEvery after the last answer.
func keepReading(ctx context.Context, c *conn, access string, took *[]time.Duration) error {
	for sleep(ctx, calmEvery) == nil {
		begin := time.Now()
		if err := c.want(http.StatusOK, me(access), nil); err != nil {
			return err
		}
		*took = append(*took, time.Since(begin))
	}
	return nil
}
