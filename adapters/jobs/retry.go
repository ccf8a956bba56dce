package jobs

import (
	"math/rand/v2"
	"time"

	"github.com/riverqueue/river/rivertype"
)

// maxRetryDelay bounds how long a message waits after the mail server is available again.
const maxRetryDelay = 5 * time.Minute

// retryPolicy waits 1 s, 2 s, 4 s and so on up to maxRetryDelay, up to a tenth less or more at random, so that jobs that fail
// together are not retried together.
type retryPolicy struct{ now func() time.Time }

// NextRetry returns when a job that just failed is retried.
func (p retryPolicy) NextRetry(job *rivertype.JobRow) time.Time {
	delay := maxRetryDelay
	if failures := job.Attempt; failures < 10 {
		delay = min(time.Second<<(max(failures, 1)-1), maxRetryDelay)
	}
	return p.now().Add(time.Duration(float64(delay) * (0.9 + 0.2*rand.Float64()))) //nolint:gosec // spreads load, guards nothing
}
