package jobs

import (
	"testing"
	"time"

	"github.com/riverqueue/river/rivertype"
)

func TestRetryDelaysDoubleUpToFiveMinutes(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	policy := retryPolicy{now: func() time.Time { return now }}
	tests := map[int]time.Duration{
		0: time.Second, 1: time.Second, 2: 2 * time.Second, 5: 16 * time.Second, 9: 256 * time.Second,
		10: 5 * time.Minute, 300: 5 * time.Minute,
	}
	for attempt, want := range tests {
		got := policy.NextRetry(&rivertype.JobRow{Attempt: attempt}).Sub(now)
		if got < want*9/10 || got > want*11/10 {
			t.Errorf("attempt %d: %v, not within a tenth of %v", attempt, got, want)
		}
	}
}
