package main

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"
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
			t.Errorf("%v of %d: %d, not %d", tt.q, len(tt.sorted), got, tt.want)
		}
	}
}

func TestLoadCountsEveryOperationOnce(t *testing.T) {
	t.Parallel()
	var done atomic.Int64
	r, err := loadEach(t.Context(), "x", 7, 11, func(int, int) error {
		done.Add(1)
		return nil
	})
	if err != nil || r.count != 77 || done.Load() != 77 || r.rate <= 0 || r.p99 < r.p50 {
		t.Errorf("%+v, %d done: %v", r, done.Load(), err)
	}
}

func TestLoadEndsAtTheFirstFailure(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	_, err := load(t.Context(), "x", 4, time.Hour, func(w, n int) error {
		if w == 2 && n == 3 {
			return broken
		}
		return nil
	})
	if !errors.Is(err, broken) {
		t.Error(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if r, err := load(ended, "x", 1, time.Hour, func(int, int) error { return broken }); err != nil || r.count != 0 {
		t.Errorf("%+v %v", r, err)
	}
}
