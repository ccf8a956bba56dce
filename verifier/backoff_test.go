package verifier

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestBackoffIsBoundedAndJittered(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		failures := rapid.IntRange(0, 1000).Draw(t, "failures")
		retry := time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "retry"))
		after := time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "after"))
		if d := backoff(failures, retry, errors.New("x")); d < minRetry/2 || d > maxBackoff {
			t.Fatal(d)
		}
		d := backoff(failures, retry, &statusError{status: 503, retryAfter: after})
		if d < min(after, maxRetryAfter) || d > maxBackoff+maxRetryAfter {
			t.Fatal(d)
		}
	})
	seen := map[time.Duration]bool{}
	for range 100 {
		seen[backoff(3, time.Second, nil)] = true
	}
	if len(seen) < 50 {
		t.Errorf("%d different pauses of 100", len(seen))
	}
}
