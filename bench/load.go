package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"
)

// result is what a load gave.
type result struct {
	name     string
	conns    int
	rate     float64 // operations a second
	p50, p99 time.Duration
}

func (r result) String() string {
	return fmt.Sprintf("%-24s %3d connections %9.0f/s   p50 %8s   p99 %8s", r.name, r.conns, r.rate, round(r.p50), round(r.p99))
}

func round(d time.Duration) time.Duration {
	if d < time.Millisecond {
		return d.Round(time.Microsecond)
	}
	return d.Round(10 * time.Microsecond)
}

// load has conns workers do an operation over and over, for a while, and measures it. The first failure ends it.
func load(ctx context.Context, name string, conns int, d time.Duration, do func(worker, n int) error) (result, error) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	return loadEach(ctx, name, conns, math.MaxInt, do)
}

// loadEach has conns workers do an operation a number of times each, or until ctx ends.
func loadEach(ctx context.Context, name string, conns, each int, do func(worker, n int) error) (result, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	took := make([][]time.Duration, conns)
	failed := make(chan error, conns)
	var all sync.WaitGroup
	begin := time.Now()
	for w := range conns {
		all.Go(func() {
			for n := 0; n < each && ctx.Err() == nil; n++ {
				start := time.Now()
				if err := do(w, n); err != nil {
					failed <- fmt.Errorf("%s: %w", name, err)
					cancel()
					return
				}
				took[w] = append(took[w], time.Since(start))
			}
		})
	}
	all.Wait()
	elapsed := time.Since(begin)
	close(failed)
	if err, ok := <-failed; ok {
		return result{}, err
	}
	sorted := slices.Sorted(slices.Values(slices.Concat(took...)))
	return result{name: name, conns: conns, rate: float64(len(sorted)) / elapsed.Seconds(), p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99)}, nil
}

func quantile(sorted []time.Duration, q float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}
