package verifier

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var start = time.Date(2026, 3, 1, 6, 0, 0, 0, time.UTC)

// Against a model: a revocation is known for at least keep after it arrived and after it happened, and not longer than twice that
// once time passes.
func TestRevocationsAreKeptLongEnoughAndNotForever(t *testing.T) {
	t.Parallel()
	const keep = time.Minute
	rapid.Check(t, func(t *rapid.T) {
		r, now := newRevocations(keep, 1000), start
		until := map[sessionID]time.Time{}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 40).Draw(t, "seconds")) * time.Second)
			if rapid.Bool().Draw(t, "add") {
				id := sessionID{byte(rapid.IntRange(0, 20).Draw(t, "id"))}
				at := now.Add(time.Duration(rapid.IntRange(-30, 10).Draw(t, "offset")) * time.Second)
				isNew := !r.contains(id)
				if err := r.add(id, at, now); err != nil {
					t.Fatal(err)
				}
				if isNew {
					until[id] = now.Add(keep)
					if at.After(now) {
						until[id] = at.Add(keep)
					}
				}
			} else {
				r.purge(now)
			}
			for id, end := range until {
				if now.Before(end) && !r.contains(id) {
					t.Fatalf("%v is forgotten at %v, before %v", id, now, end)
				}
			}
		}
		for range 4 {
			now = now.Add(keep + 11*time.Second)
			r.purge(now)
		}
		if n := r.count(); n != 0 {
			t.Fatalf("%d revocations are left", n)
		}
	})
}

func TestRevocationsAreBounded(t *testing.T) {
	t.Parallel()
	r := newRevocations(time.Minute, 2)
	for i := range 2 {
		if err := r.add(sessionID{byte(i)}, start, start); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.add(sessionID{1}, start, start); err != nil {
		t.Errorf("a known one: %v", err)
	}
	if err := r.add(sessionID{2}, start, start); !errors.Is(err, errTooManyRevocations) {
		t.Errorf("one too many: %v", err)
	}
	later := start.Add(3 * time.Minute)
	r.purge(later)
	r.purge(later)
	if err := r.add(sessionID{2}, later, later); err != nil || r.count() != 1 {
		t.Errorf("later: %v, %d", err, r.count())
	}
}
