package domain_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siriusys/user-management-service/domain"
)

// However the events arrive, a window contains no more than the burst and what the rate adds.
func TestAPaceBoundsEveryWindow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		every := time.Duration(rapid.IntRange(1, 90).Draw(t, "every")) * time.Second
		pace := domain.Pace{Every: every, Burst: rapid.IntRange(1, 25).Draw(t, "burst")}
		now, used := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), time.Time{}
		var passed []time.Time
		for range rapid.IntRange(1, 200).Draw(t, "events") {
			now = now.Add(time.Duration(rapid.IntRange(0, 30).Draw(t, "seconds")) * time.Second)
			isDue := !now.Before(pace.DueAt(used))
			var ok bool
			if used, ok = pace.Take(used, now); ok != isDue {
				t.Fatalf("passes %v, due %v", ok, isDue)
			}
			if ok {
				passed = append(passed, now)
			}
		}
		for i := range passed {
			for j := i; j < len(passed); j++ {
				if n, most := j-i+1, pace.Burst+int(passed[j].Sub(passed[i])/pace.Every); n > most {
					t.Fatalf("%d events in %v, want at most %d", n, passed[j].Sub(passed[i]), most)
				}
			}
		}
	})
}

func TestUnverifiedPace(t *testing.T) {
	t.Parallel()
	for perMinute, burst := range map[int]int{1: 1, 120: 10, 6000: 500} {
		policy := domain.RateLimitPolicy{UnverifiedPerMinute: perMinute}
		pace := policy.UnverifiedPace()
		if pace.All.Burst != burst || pace.All.Every*time.Duration(perMinute) != time.Minute {
			t.Errorf("%d a minute: %+v", perMinute, pace.All)
		}
		if pace.Network != (domain.Pace{Every: time.Minute, Burst: 20}) {
			t.Errorf("a network: %+v", pace.Network)
		}
	}
}
