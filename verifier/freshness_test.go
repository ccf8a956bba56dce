package verifier

import (
	"testing"
	"time"
)

func TestFreshnessIsTheTimeSinceTheFeedWasComplete(t *testing.T) {
	t.Parallel()
	var f freshness
	if _, known := f.age(start); known {
		t.Error("fresh before the first mark")
	}
	f.mark(start)
	for add, want := range map[time.Duration]time.Duration{0: 0, time.Second: time.Second, -time.Hour: 0} {
		if age, known := f.age(start.Add(add)); age != want || !known {
			t.Errorf("after %v: %v, %v", add, age, known)
		}
	}
}
