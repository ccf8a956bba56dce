package main

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestQuantileIsTheNearestRank(t *testing.T) {
	t.Parallel()
	hundred := make([]time.Duration, 100)
	for i := range hundred {
		hundred[i] = time.Duration(i + 1)
	}
	for _, tt := range []struct {
		sorted []time.Duration
		q      float64
		want   time.Duration
	}{
		{nil, 0.5, 0}, {hundred[:1], 0.5, 1}, {hundred[:1], 0.99, 1}, {hundred[:2], 0.5, 1}, {hundred[:3], 0.5, 2},
		{hundred, 0, 1}, {hundred, 0.5, 50}, {hundred, 0.99, 99}, {hundred, 1, 100}, {hundred[:10], 0.99, 10},
	} {
		if got := quantile(tt.sorted, tt.q); got != tt.want {
			t.Errorf("quantile %v of %d values is %d, want %d", tt.q, len(tt.sorted), got, tt.want)
		}
	}
}

func TestLoadCountsEachOperationOnce(t *testing.T) {
	t.Parallel()
	var done atomic.Int64
	r, err := loadEach(t.Context(), "x", 7, 11, func(int, int) error {
		done.Add(1)
		return nil
	})
	if err != nil || r.count != 77 || done.Load() != 77 || r.rate <= 0 || r.p99 < r.p50 {
		t.Errorf("%+v, %d operations run, error %v", r, done.Load(), err)
	}
}

func TestMergeCombinesPartsOfALoad(t *testing.T) {
	t.Parallel()
	ms := func(n ...time.Duration) (all []time.Duration) {
		for _, n := range n {
			all = append(all, n*time.Millisecond)
		}
		return all
	}
	a := result{name: "x", count: 3, elapsed: time.Second, rate: 3, times: ms(1, 5, 6), objects: 10}
	b := result{name: "x", count: 1, elapsed: 3 * time.Second, rate: 1.0 / 3, times: ms(2), objects: 50}
	got := result{}.merge(a).merge(b)
	if got.count != 4 || got.elapsed != 4*time.Second || got.rate != 1 || got.objects != 20 {
		t.Errorf("merged %+v", got)
	}
	if got.p50 != 2*time.Millisecond || got.p99 != 6*time.Millisecond {
		t.Errorf("p50 %v, p99 %v", got.p50, got.p99)
	}
	if diff := cmp.Diff([]float64{3, 1.0 / 3}, got.parts); diff != "" {
		t.Errorf("parts (-want +got):\n%s", diff)
	}
	mean := result{count: 1, elapsed: 1, p50: 10}.merge(result{count: 3, elapsed: 1, p50: 30})
	if mean.p50 != 25 {
		t.Errorf("p50 %d without times, want the weighted mean 25", mean.p50)
	}
}

func TestRatioIsTheMedianOfTheRounds(t *testing.T) {
	t.Parallel()
	if got := (result{parts: []float64{10, 5, 90}}).ratio(result{parts: []float64{20, 20, 100}}); got != 0.5 {
		t.Errorf("ratio %v, want 0.5", got)
	}
}

func TestLoadEndsAtTheFirstFailure(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	_, err := load(t.Context(), "x", 4, time.Hour, func(client, n int) error {
		if client == 2 && n == 3 {
			return broken
		}
		return nil
	})
	if !errors.Is(err, broken) {
		t.Errorf("error %v, want %v", err, broken)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if r, err := load(cancelled, "x", 1, time.Hour, func(int, int) error { return broken }); err != nil || r.count != 0 {
		t.Errorf("a cancelled load: %+v, %v", r, err)
	}
}
