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
	count    int // operations done
	elapsed  time.Duration
	took     []time.Duration // sorted; nil if only the mean is known, which then is p50
	rate     float64         // operations a second
	p50, p99 time.Duration
	// parts are the rates of its parts, in their order, if it has any.
	parts []float64
	// allocs and allocated are what the service allocated for one operation, in objects and bytes; 0 if nobody asked.
	allocs, allocated float64
}

func (r result) String() string {
	return fmt.Sprintf("%-34s %3d connections %9.0f/s   p50 %9s   p99 %9s", r.name, r.conns, r.rate, round(r.p50), dash(r.p99))
}

// round leaves three figures or so.
func round(d time.Duration) time.Duration {
	switch {
	case d < time.Millisecond:
		return d.Round(time.Microsecond)
	case d < 100*time.Millisecond:
		return d.Round(10 * time.Microsecond)
	default:
		return d.Round(time.Millisecond)
	}
}

func dash(d time.Duration) string {
	if d == 0 {
		return "-"
	}
	return round(d).String()
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
	r := result{name: name, conns: conns, count: len(sorted), elapsed: elapsed, took: sorted, rate: float64(len(sorted)) / elapsed.Seconds()}
	r.p50, r.p99 = quantile(sorted, 0.5), quantile(sorted, 0.99)
	return r, nil
}

// and is what two loads of the same gave together.
func (r result) and(other result) result {
	if r.elapsed == 0 {
		other.parts = []float64{other.rate}
		return other
	}
	all := r
	all.parts = append(slices.Clone(r.parts), other.rate)
	all.count, all.elapsed = r.count+other.count, r.elapsed+other.elapsed
	mean := func(a, b float64, ofA, ofB float64) float64 { return (a*ofA + b*ofB) / (ofA + ofB) }
	all.rate = mean(r.rate, other.rate, r.elapsed.Seconds(), other.elapsed.Seconds())
	n, m := float64(r.count), float64(other.count)
	all.allocs, all.allocated = mean(r.allocs, other.allocs, n, m), mean(r.allocated, other.allocated, n, m)
	if all.took = slices.Sorted(slices.Values(slices.Concat(r.took, other.took))); len(all.took) > 0 {
		all.p50, all.p99 = quantile(all.took, 0.5), quantile(all.took, 0.99)
	} else {
		all.p50 = time.Duration(mean(float64(r.p50), float64(other.p50), n, m))
	}
	return all
}

// ratio is the median of what each part is of the limit's part that was measured next to it: other work on the machine comes and
// goes.
func (r result) ratio(limit result) float64 {
	var each []float64
	for i, rate := range r.parts[:min(len(r.parts), len(limit.parts))] {
		each = append(each, rate/limit.parts[i])
	}
	return median(each)
}

// quantile is the least value that a share q of all values does not exceed (the nearest rank); 0 if there are none.
func quantile(sorted []time.Duration, q float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	rank := int(math.Ceil(q * float64(len(sorted))))
	return sorted[max(rank, 1)-1]
}
