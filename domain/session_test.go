package domain_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/siriusys/user-management-service/domain"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func newSession(p domain.SessionPolicy) domain.Session {
	session, user, device := domain.SessionID{ID: domain.ID{1}}, domain.UserID{ID: domain.ID{2}}, domain.DeviceID{ID: domain.ID{4}}
	return p.NewSession(session, user, device, domain.SecretHash{3}, noon)
}

func TestNewSession(t *testing.T) {
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
			got := newSession(domain.SessionPolicy{Idle: c.idle, Absolute: c.absolute})
			expires, err := time.Parse(time.RFC3339, c.expires)
			if err != nil {
				t.Fatal(err)
			}
			want := domain.Session{
				ID: domain.SessionID{ID: domain.ID{1}}, UserID: domain.UserID{ID: domain.ID{2}},
				DeviceID: domain.DeviceID{ID: domain.ID{4}}, SecretHash: domain.SecretHash{3}, Generation: 1,
				CreatedAt: noon, RotatedAt: noon, ExpiresAt: expires, EndsAt: noon.Add(c.absolute),
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSessionIsLiveUntilItsLimit(t *testing.T) {
	t.Parallel()
	s := newSession(domain.DefaultSessionPolicy())
	if !s.IsLive(noon) || !s.IsLive(s.ExpiresAt.Add(-1)) {
		t.Error("the session is not live before its limit")
	}
	if s.IsLive(s.ExpiresAt) {
		t.Error("the session is live at its limit")
	}
	s.RevokedAt = noon
	if s.IsLive(noon) {
		t.Error("a revoked session is live")
	}
}

const network, elsewhere domain.NetworkPseudonym = "network", "elsewhere"

// rotate is Rotate with a token from the same network as all others. It is no event.
func rotate(t *testing.T, p domain.SessionPolicy, s domain.Session, generation uint32, now time.Time) domain.Session {
	t.Helper()
	rotated, isEvent := p.Rotate(s, generation, network, now)
	if isEvent != !rotated.RevokedAt.IsZero() {
		t.Errorf("an event is due: %v, revoked at %v", isEvent, rotated.RevokedAt)
	}
	return rotated
}

func TestRotateNewest(t *testing.T) {
	t.Parallel()
	p, later := domain.DefaultSessionPolicy(), noon.Add(time.Hour)
	want := newSession(p)
	want.Generation, want.RotatedAt, want.RotatedFrom, want.ExpiresAt = 2, later, network, later.Add(p.Idle)
	got := rotate(t, p, newSession(p), 1, later)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	later = later.Add(time.Minute)
	want.Generation, want.PreviousRotatedAt, want.RotatedAt, want.ExpiresAt = 3, want.RotatedAt, later, later.Add(p.Idle)
	if diff := cmp.Diff(want, rotate(t, p, got, 2, later)); diff != "" {
		t.Error(diff)
	}
}

func TestRotateReused(t *testing.T) {
	t.Parallel()
	p := domain.DefaultSessionPolicy()
	first := rotate(t, p, newSession(p), 1, noon.Add(time.Hour))
	second := rotate(t, p, first, 2, noon.Add(time.Hour+5*time.Second))
	for _, c := range []struct {
		name       string
		session    domain.Session
		generation uint32
		at         time.Time
		revoked    bool
	}{
		{"parent immediately", first, 1, first.RotatedAt, false},
		{"parent at the end of the reuse interval", first, 1, first.RotatedAt.Add(p.ReuseInterval), false},
		{"parent after the reuse interval", first, 1, first.RotatedAt.Add(p.ReuseInterval + 1), true},
		{"parent by a slower clock", first, 1, first.RotatedAt.Add(-time.Second), false},
		{"grandparent immediately", second, 1, second.RotatedAt, false},
		{"grandparent at the end of its reuse interval", second, 1, first.RotatedAt.Add(p.ReuseInterval), false},
		{"grandparent after its reuse interval, within that of the parent", second, 1, first.RotatedAt.Add(p.ReuseInterval + 1), true},
		{"newest within the reuse interval of the grandparent", second, 3, first.RotatedAt.Add(p.ReuseInterval), false},
		{"generation that never existed", first, 0, first.RotatedAt, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			want := c.session
			if c.revoked {
				want.RevokedAt = c.at
			}
			if diff := cmp.Diff(want, rotate(t, p, c.session, c.generation, c.at)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The thief presents each rotated token within the reuse interval.
func TestReuseFromAnotherNetwork(t *testing.T) {
	t.Parallel()
	p, now := domain.DefaultSessionPolicy(), noon
	s, events := newSession(p), 0
	for n := range p.ReusesElsewhere + 1 {
		now = now.Add(10 * time.Minute)
		s, _ = p.Rotate(s, s.Generation, network, now)
		var isEvent bool
		s, isEvent = p.Rotate(s, s.Generation-1, elsewhere, now.Add(time.Second))
		if isRevoked, want := !s.RevokedAt.IsZero(), n == p.ReusesElsewhere; isRevoked != want {
			t.Fatalf("reuse %d: revoked %v, want %v", n+1, isRevoked, want)
		}
		if isEvent {
			events++
		}
	}
	// The reuses at 10, 70, 130 and 190 minutes, and the last one, which revoked the session.
	if events != 5 || s.ReuseKind() != domain.AuditRefreshTokenReused {
		t.Errorf("%d events, the last of kind %s", events, s.ReuseKind())
	}
}

func TestReusesElsewhereAreForgottenAfterADay(t *testing.T) {
	t.Parallel()
	p, now := domain.DefaultSessionPolicy(), noon
	s := newSession(p)
	for range 10 {
		s, _ = p.Rotate(s, s.Generation, network, now)
		for range p.ReusesElsewhere {
			s, _ = p.Rotate(s, s.Generation-1, elsewhere, now.Add(time.Second))
		}
		if !s.RevokedAt.IsZero() {
			t.Fatal("revoked after the greatest accepted number in a day")
		}
		now = now.Add(domain.ReuseDay + time.Second)
	}
}

// Two tabs of one browser use the same token within the reuse interval, for days, whatever network the browser moves to.
func TestTwoTabsAreNoEvent(t *testing.T) {
	t.Parallel()
	p, now := domain.DefaultSessionPolicy(), noon
	s := newSession(p)
	for n := range 2000 {
		now = now.Add(5 * time.Minute)
		from := []domain.NetworkPseudonym{network, elsewhere}[n/100%2]
		for range 2 {
			s = rotateFrom(t, p, s, s.Generation, from, now)
			s = rotateFrom(t, p, s, s.Generation-1, from, now.Add(time.Second))
		}
	}
}

func rotateFrom(
	t *testing.T, p domain.SessionPolicy, s domain.Session, g uint32, from domain.NetworkPseudonym, now time.Time,
) domain.Session {
	t.Helper()
	s, isEvent := p.Rotate(s, g, from, now)
	if isEvent || !s.RevokedAt.IsZero() {
		t.Fatal("a tab caused an event")
	}
	return s
}

// knownUses is a model of a session that knows when each of its tokens was first used.
type knownUses map[uint32]time.Time

// A token is accepted if and only if it was never used or used at most a reuse interval ago, and leads to the newest token. The
// limits of the session hold.
func TestRotationAcceptsTheTokensThatWereUsedRecently(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		seconds := rapid.Int64Range(1, 1e6)
		p := domain.SessionPolicy{
			Idle:          time.Duration(seconds.Draw(t, "idle")) * time.Second,
			Absolute:      time.Duration(seconds.Draw(t, "absolute")) * time.Second,
			ReuseInterval: time.Duration(rapid.Int64Range(0, 100).Draw(t, "reuse interval")) * time.Second,
		}
		s, now, uses := newSession(p), noon, knownUses{}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			wait := rapid.OneOf(rapid.Int64Range(0, 3), rapid.Int64Range(0, 200)).Draw(t, "wait")
			now = now.Add(time.Duration(wait) * time.Second)
			if !s.IsLive(now) {
				break
			}
			presented := s.Generation - min(s.Generation-1, rapid.Uint32Range(0, 5).Draw(t, "age"))
			next, _ := p.Rotate(s, presented, network, now)
			uses.check(t, p, s, next, presented, now)
			s = next
		}
	})
}

func (u knownUses) check(t *rapid.T, p domain.SessionPolicy, before, after domain.Session, presented uint32, now time.Time) {
	used, isUsed := u[presented]
	isAccepted := !isUsed || now.Sub(used) <= p.ReuseInterval
	switch {
	case after.ExpiresAt.After(after.EndsAt) || !after.EndsAt.Equal(before.EndsAt):
		t.Fatal("the session outlives its absolute limit")
	case isAccepted != after.RevokedAt.IsZero():
		t.Fatalf("token %d, used %v ago: revoked at %v", presented, now.Sub(used), after.RevokedAt)
	case isUsed && isAccepted && after != before:
		t.Fatal("a reuse within the reuse interval changed the session")
	case after.Generation != before.Generation && (isUsed || after.Generation != before.Generation+1 || !after.IsLive(now)):
		t.Fatalf("token %d rotated the session from %d to %d", presented, before.Generation, after.Generation)
	}
	if after.Generation > before.Generation {
		u[presented] = now
	}
}

// A client that refreshes less often than twice in a reuse interval always gets a new token.
func TestEveryOrdinaryRefreshRotates(t *testing.T) {
	t.Parallel()
	p, now := domain.DefaultSessionPolicy(), noon
	s := newSession(p)
	for range 100 {
		now = now.Add(p.ReuseInterval/2 + 1)
		next := rotate(t, p, s, s.Generation, now)
		if next.Generation != s.Generation+1 {
			t.Fatal("the newest token did not rotate the session")
		}
		s = next
	}
}
