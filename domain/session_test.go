package domain_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/siriusys/user-management-service/domain"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func opened(p domain.SessionPolicy) domain.Session {
	return p.Open(domain.SessionID{ID: domain.ID{1}}, domain.UserID{ID: domain.ID{2}}, domain.DeviceID{ID: domain.ID{4}}, domain.SecretHash{3}, noon)
}

func TestOpenSession(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for _, c := range []struct {
		name, expires  string
		idle, absolute time.Duration
	}{
		{"idle limit first", "2026-03-15T12:00:00Z", 14 * day, 30 * day},
		{"absolute limit first", "2026-03-08T12:00:00Z", 14 * day, 7 * day},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := opened(domain.SessionPolicy{Idle: c.idle, Absolute: c.absolute})
			expires, err := time.Parse(time.RFC3339, c.expires)
			if err != nil {
				t.Fatal(err)
			}
			want := domain.Session{
				ID: domain.SessionID{ID: domain.ID{1}}, UserID: domain.UserID{ID: domain.ID{2}}, DeviceID: domain.DeviceID{ID: domain.ID{4}}, SecretHash: domain.SecretHash{3},
				Generation: 1, CreatedAt: noon, RotatedAt: noon, ExpiresAt: expires, EndsAt: noon.Add(c.absolute),
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSessionLivesUntilItsLimit(t *testing.T) {
	t.Parallel()
	s := opened(domain.DefaultSessionPolicy())
	if !s.IsLive(noon) || !s.IsLive(s.ExpiresAt.Add(-1)) {
		t.Error("the session is not live before its limit")
	}
	if s.IsLive(s.ExpiresAt) {
		t.Error("the session is live at its limit")
	}
	s.EndedAt = noon
	if s.IsLive(noon) {
		t.Error("an ended session is live")
	}
}

func TestRotateNewest(t *testing.T) {
	t.Parallel()
	p, later := domain.DefaultSessionPolicy(), noon.Add(time.Hour)
	want := opened(p)
	want.Generation, want.RotatedAt, want.ExpiresAt = 2, later, later.Add(p.Idle)
	if diff := cmp.Diff(want, p.Rotate(opened(p), 1, later)); diff != "" {
		t.Error(diff)
	}
}

func TestRotateReplay(t *testing.T) {
	t.Parallel()
	p := domain.DefaultSessionPolicy()
	first := p.Rotate(opened(p), 1, noon.Add(time.Hour))
	second := p.Rotate(first, 2, noon.Add(2*time.Hour))
	for _, c := range []struct {
		name       string
		session    domain.Session
		generation uint32
		at         time.Time
		ends       bool
	}{
		{"parent at once", first, 1, first.RotatedAt, false},
		{"parent at the end of the grace", first, 1, first.RotatedAt.Add(p.ReplayGrace), false},
		{"parent after the grace", first, 1, first.RotatedAt.Add(p.ReplayGrace + 1), true},
		{"parent by a clock that is behind", first, 1, first.RotatedAt.Add(-time.Second), false},
		{"grandparent within the grace", second, 1, second.RotatedAt, true},
		{"a generation that never was", first, 0, first.RotatedAt, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			want := c.session
			if c.ends {
				want.EndedAt = c.at
			}
			if diff := cmp.Diff(want, p.Rotate(c.session, c.generation, c.at)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Whatever refresh tokens come, in whatever order and at whatever time, a session keeps its promises.
func TestSessionPromises(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		seconds := rapid.Int64Range(1, 1e6)
		p := domain.SessionPolicy{
			Idle:        time.Duration(seconds.Draw(t, "idle")) * time.Second,
			Absolute:    time.Duration(seconds.Draw(t, "absolute")) * time.Second,
			ReplayGrace: time.Duration(rapid.Int64Range(0, 100).Draw(t, "grace")) * time.Second,
		}
		s, now := opened(p), noon
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.Int64Range(0, 200).Draw(t, "wait")) * time.Second)
			if !s.IsLive(now) {
				break
			}
			presented := rapid.Uint32Range(0, s.Generation).Draw(t, "generation")
			next := p.Rotate(s, presented, now)
			checkRotation(t, p, s, next, presented, now)
			s = next
		}
	})
}

func checkRotation(t *rapid.T, p domain.SessionPolicy, before, after domain.Session, presented uint32, now time.Time) {
	inGrace := presented+1 == before.Generation && now.Sub(before.RotatedAt) <= p.ReplayGrace
	switch {
	case after.Generation < before.Generation:
		t.Fatal("the generation went down")
	case after.ExpiresAt.After(after.EndsAt) || !after.EndsAt.Equal(before.EndsAt):
		t.Fatal("the session outlives its absolute limit")
	case after.EndedAt.IsZero() && !after.IsLive(now):
		t.Fatal("a session that was not ended is dead")
	case presented == before.Generation && (after.Generation != before.Generation+1 || !after.IsLive(now)):
		t.Fatal("the newest generation did not move the session on")
	case presented != before.Generation && inGrace && after != before:
		t.Fatal("a replay in the grace changed the session")
	case presented != before.Generation && !inGrace && after.IsLive(now):
		t.Fatal("a late replay did not end the session")
	}
}
