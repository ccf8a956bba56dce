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
	loginClients = 200                    // load clients that log in concurrently
	readers      = 4                      // load clients that read profiles meanwhile
	readPause    = 10 * time.Millisecond  // of a reader after each response
	retryPause   = 100 * time.Millisecond // of a login client after a refusal; up to a half more or less
)

// measureLoginFlood measures what readers notice while many clients log in concurrently. The service has a short queue for
// hashes and refuses some of the logins. All threads and connections have the same priority.
func (t *testbed) measureLoginFlood(ctx context.Context, m *measurement) error {
	s, users, err := t.prepareLoginFlood(ctx, m)
	if err != nil {
		return err
	}
	defer s.stop()
	begin := time.Now()
	reads, logins, err := floodAndRead(ctx, users, 2*m.duration)
	if err != nil {
		return err
	}
	elapsed := time.Since(begin).Seconds()
	m.progress("%d logins, %d refused, %d profiles read", len(logins.served), len(logins.refused), len(reads))
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	m.floodFacts = append(m.floodFacts,
		below("me, p50", ms(quantile(reads, 0.5)), 1, " ms"),
		below("me, p99", ms(quantile(reads, 0.99)), 10, " ms"),
		below("memory of the service at its peak", s.memory("VmHWM"), 250, " MiB"),
		fact{name: "logins", value: fmt.Sprintf("%.0f/s", float64(len(logins.served))/elapsed)},
		fact{name: "refused logins", value: fmt.Sprintf("%.0f/s", float64(len(logins.refused))/elapsed)},
		fact{name: "refused login, p50", value: round(quantile(logins.refused, 0.5)).String()},
		below("refused login, p99", ms(quantile(logins.refused, 0.99)), 50, " ms"),
		fact{name: "refused login, longest", value: round(quantile(logins.refused, 1)).String()},
	)
	for _, f := range m.floodFacts {
		m.progress("%s: %s", f.name, f.value)
	}
	return nil
}

// prepareLoginFlood starts the service and creates the users that log in. Each of them logs in once before the flood: the
// service then replaces their cheap hashes by ordinary ones, which costs a second hash.
func (t *testbed) prepareLoginFlood(ctx context.Context, m *measurement) (*service, *userPool, error) {
	m.progress("creating users for the login flood")
	cheap, err := t.startService(ctx, t.database.URL(), cheapHashes...)
	if err != nil {
		return nil, nil, err
	}
	users, err := newUserPool(ctx, cheap, t.mail, loginClients)
	cheap.stop()
	if err != nil {
		return nil, nil, err
	}
	s, err := t.startService(ctx, t.database.URL(), "HASH_QUEUE=64")
	if err != nil {
		return nil, nil, err
	}
	users.service = s
	err = users.forEach(ctx, loginClients, func(c *conn, i int) error {
		return c.expect(http.StatusOK, login(users.emails[i]), nil)
	})
	for i := 0; err == nil && i < len(s.conns); i++ { // dials before the flood
		err = s.conns[i].expect(http.StatusOK, request{method: http.MethodGet, path: "/readyz"}, nil)
	}
	if err != nil {
		s.stop()
		return nil, nil, err
	}
	return s, users, nil
}

// loginTimes are the durations of logins by their outcome.
type loginTimes struct{ served, refused []time.Duration }

// floodAndRead has every user log in repeatedly while readers read profiles. It returns the durations of both, sorted.
func floodAndRead(ctx context.Context, users *userPool, d time.Duration) (reads []time.Duration, logins loginTimes, err error) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	var clients sync.WaitGroup
	loginsBy, readsBy := make([]loginTimes, loginClients), make([][]time.Duration, readers)
	failures := make(chan error, loginClients+readers)
	for i := range loginClients {
		clients.Go(func() { failures <- keepLoggingIn(ctx, users.service.conns[i], users.emails[i], &loginsBy[i]) })
	}
	readerConns := newConns(users.service.conns[0].address, readers)
	for i := range readers {
		clients.Go(func() { failures <- keepReading(ctx, readerConns[i], users.tokens[i].Access, &readsBy[i]) })
	}
	clients.Wait()
	close(failures)
	for failure := range failures {
		if failure != nil {
			return nil, loginTimes{}, failure
		}
	}
	for _, l := range loginsBy {
		logins.served, logins.refused = append(logins.served, l.served...), append(logins.refused, l.refused...)
	}
	slices.Sort(logins.served)
	slices.Sort(logins.refused)
	return slices.Sorted(slices.Values(slices.Concat(readsBy...))), logins, nil
}

// keepLoggingIn logs in repeatedly. It pauses before the first login and after each refusal.
func keepLoggingIn(ctx context.Context, c *conn, email string, times *loginTimes) error {
	_ = sleep(ctx, rand.N(retryPause)) //nolint:gosec // spreads the load
	for ctx.Err() == nil {
		begin := time.Now()
		got, err := c.exchange(login(email))
		elapsed := time.Since(begin)
		switch {
		case err != nil:
			return err
		case got.status == http.StatusOK:
			times.served = append(times.served, elapsed)
		case got.status == http.StatusServiceUnavailable:
			times.refused = append(times.refused, elapsed)
			_ = sleep(ctx, retryPause/2+rand.N(retryPause)) //nolint:gosec // spreads the retries
		default:
			return fmt.Errorf("log in during the flood: status %d: %s", got.status, got.body)
		}
	}
	return nil
}

// keepReading reads a profile repeatedly, readPause after the last response.
func keepReading(ctx context.Context, c *conn, access string, times *[]time.Duration) error {
	for sleep(ctx, readPause) == nil {
		begin := time.Now()
		if err := c.expect(http.StatusOK, me(access), nil); err != nil {
			return err
		}
		*times = append(*times, time.Since(begin))
	}
	return nil
}
