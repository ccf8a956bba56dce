package verifier

import (
	"sync/atomic"
	"time"
)

// freshness is when the feed of revocations was last known to be complete. It is safe for concurrent use.
type freshness struct{ last atomic.Pointer[time.Time] }

// mark records that the feed was complete at a time.
func (f *freshness) mark(at time.Time) { f.last.Store(&at) }

// age returns how long ago the feed was complete; false if it never was. A suspended machine stops the monotonic clock, so the wall
// clock counts too, and the longer time wins.
func (f *freshness) age(now time.Time) (time.Duration, bool) {
	last := f.last.Load()
	if last == nil {
		return 0, false
	}
	return max(now.Sub(*last), now.Round(0).Sub(last.Round(0)), 0), true
}
