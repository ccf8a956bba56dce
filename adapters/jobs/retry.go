package jobs

import (
	"math/rand/v2"
	"time"

	"github.com/riverqueue/river/rivertype"
)

// maxRetryDelay bounds how long a letter waits once the mail server is back.
const maxRetryDelay = 5 * time.Minute

// retryPolicy waits 1 s, 2 s, 4 s and so on up to maxRetryDelay, a little less or more by chance, so that what failed
// together does not come back together.
type retryPolicy struct{ now func() time.Time }

// NextRetry is when a job that just failed is tried again.
func (p retryPolicy) NextRetry(job *rivertype.JobRow) time.Time {
	delay := maxRetryDelay
	if failures := job.Attempt; failures < 10 {
		delay = min(time.Second<<(max(failures, 1)-1), maxRetryDelay)
	}
	return p.now().Add(time.Duration(float64(delay) * (0.9 + 0.2*rand.Float64()))) //nolint:gosec // spreads load, guards nothing
}
