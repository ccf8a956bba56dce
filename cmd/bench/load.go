package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"
)

// result is what a load measured.
type result struct {
	name     string
	conns    int
	count    int // of operations
	elapsed  time.Duration
	times    []time.Duration // of the operations, sorted; nil if only the mean is known, which then is p50
	rate     float64         // operations per second
	p50, p99 time.Duration
	// parts are the rates of the parts that were merged into this result, in their order.
	parts []float64
	// objects and bytes are what the service allocated for one operation; 0 if not measured.
	objects, bytes float64
}

func (r result) String() string {
	return fmt.Sprintf("%-34s %3d connections %9.0f/s   p50 %9s   p99 %9s", r.name, r.conns, r.rate, round(r.p50), dash(r.p99))
}

// round rounds to about three significant figures.
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

// load has conns load clients repeat an operation for the duration d and measures it. The first failure ends the load.
func load(ctx context.Context, name string, conns int, d time.Duration, do func(client, n int) error) (result, error) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	return loadEach(ctx, name, conns, math.MaxInt, do)
}

// loadEach has each of conns load clients repeat an operation a number of times, or until ctx ends.
func loadEach(ctx context.Context, name string, conns, each int, do func(client, n int) error) (result, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	times := make([][]time.Duration, conns)
	failed := make(chan error, conns)
	var clients sync.WaitGroup
	begin := time.Now()
	for client := range conns {
		clients.Go(func() {
			for n := 0; n < each && ctx.Err() == nil; n++ {
				start := time.Now()
				if err := do(client, n); err != nil {
					failed <- fmt.Errorf("%s: %w", name, err)
					cancel()
					return
				}
				times[client] = append(times[client], time.Since(start))
			}
		})
	}
	clients.Wait()
	elapsed := time.Since(begin)
	close(failed)
	if err, ok := <-failed; ok {
		return result{}, err
	}
	sorted := slices.Sorted(slices.Values(slices.Concat(times...)))
	r := result{
		name: name, conns: conns, count: len(sorted), elapsed: elapsed, times: sorted, rate: float64(len(sorted)) / elapsed.Seconds(),
	}
	r.p50, r.p99 = quantile(sorted, 0.5), quantile(sorted, 0.99)
	return r, nil
}

// merge combines the results of two parts of the same load.
func (r result) merge(other result) result {
	if r.elapsed == 0 {
		other.parts = []float64{other.rate}
		return other
	}
	merged := r
	merged.parts = append(slices.Clone(r.parts), other.rate)
	merged.count, merged.elapsed = r.count+other.count, r.elapsed+other.elapsed
	mean := func(a, b float64, weightA, weightB float64) float64 {
		return (a*weightA + b*weightB) / (weightA + weightB)
	}
	merged.rate = mean(r.rate, other.rate, r.elapsed.Seconds(), other.elapsed.Seconds())
	n, m := float64(r.count), float64(other.count)
	merged.objects, merged.bytes = mean(r.objects, other.objects, n, m), mean(r.bytes, other.bytes, n, m)
	merged.times = slices.Sorted(slices.Values(slices.Concat(r.times, other.times)))
	if len(merged.times) > 0 {
		merged.p50, merged.p99 = quantile(merged.times, 0.5), quantile(merged.times, 0.99)
	} else {
		merged.p50 = time.Duration(mean(float64(r.p50), float64(other.p50), n, m))
	}
	return merged
}

// ratio is the median over the rounds of the rate of a part divided by the rate of the limit in the same round. The load of other
// work on the machine changes between rounds.
func (r result) ratio(limit result) float64 {
	var ratios []float64
	for i, rate := range r.parts[:min(len(r.parts), len(limit.parts))] {
		ratios = append(ratios, rate/limit.parts[i])
	}
	return median(ratios)
}

// quantile is the smallest value that at least a share q of all values does not exceed (nearest rank); 0 without values.
func quantile(sorted []time.Duration, q float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	rank := int(math.Ceil(q * float64(len(sorted))))
	return sorted[max(rank, 1)-1]
}
