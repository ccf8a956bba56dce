// Package await bounds what tests wait for. The bounds are for a hang: a busy machine, on which everything takes twenty times as long,
// does not reach them. They are no promise of speed.
package await

import (
	"context"
	"testing"
	"time"
)

const (
	// limit is what only a hang reaches.
	limit = 3 * time.Minute
	// reserve is left of the time that `go test -timeout` allows, so that the test reports what it waited for.
	reserve = 5 * time.Second
	// interval is short compared with what is waited for, and long compared with a query.
	interval = 5 * time.Millisecond
)

// Limit is how long a test may wait for one thing: minutes, or less if the time of the whole run ends before.
func Limit(t testing.TB) time.Duration {
	timed, ok := t.(interface{ Deadline() (time.Time, bool) })
	if !ok {
		return limit
	}
	end, ok := timed.Deadline()
	if !ok {
		return limit
	}
	return max(min(limit, time.Until(end)-reserve), time.Second)
}

// Context is the test's context, which also ends after Limit.
func Context(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), Limit(t))
	t.Cleanup(cancel)
	return ctx
}

// Until polls until done returns true. It fails the test after Limit.
func Until(t testing.TB, what string, done func() bool) {
	t.Helper()
	deadline, tick := time.Now().Add(Limit(t)), time.NewTicker(interval)
	defer tick.Stop()
	for !done() {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
		<-tick.C
	}
}

// For receives from a channel, or finds it closed. It fails the test after Limit.
func For[T any](t testing.TB, what string, from <-chan T) T {
	t.Helper()
	select {
	case value := <-from:
		return value
	case <-time.After(Limit(t)):
		t.Fatalf("waited in vain for %s", what)
	}
	panic("unreachable: Fatalf does not return")
}
