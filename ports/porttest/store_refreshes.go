package porttest

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

var refreshPromises = map[string]func(*testing.T, bench){
	"a refresh does what the policy says, whatever the session's story": func(t *testing.T, b bench) {
		u, n := b.active(t, 1), 0
		rapid.Check(t, func(r *rapid.T) {
			n++
			newStory(r, b, u, n).tell(r)
		})
	},
	"the newest token moves the session on": func(t *testing.T, b bench) {
		s, at := b.session(t, 1, b.active(t, 1)), start.Add(time.Hour)
		rotated, err := b.r().Sessions.Rotate(ctx, grantOf(s, 1), policy, event(), at)
		must(t, err)
		s.Generation, s.RotatedAt, s.ExpiresAt = 2, at, at.Add(policy.Idle)
		wantSame(t, s, rotated)
	},
	"the token before it yields the same successor until its grace is over, at the instant": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		first, at := b.session(t, 1, u), start.Add(time.Hour)
		rotated, err := b.r().Sessions.Rotate(ctx, grantOf(first, 1), policy, event(), at)
		must(t, err)
		for _, pause := range []time.Duration{0, tick, policy.ReplayGrace - tick, policy.ReplayGrace} {
			again, err := b.r().Sessions.Rotate(ctx, grantOf(first, 1), policy, event(), at.Add(pause))
			must(t, err)
			wantSame(t, rotated, again)
		}
		late := at.Add(policy.ReplayGrace + tick)
		ended, err := b.r().Sessions.Rotate(ctx, grantOf(first, 1), policy, event(), late)
		must(t, err)
		rotated.EndedAt = late
		wantSame(t, rotated, ended)
		b.wantLive(t, false, first, late)
	},
	"a replay ends its session and no other": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		s, other := b.session(t, 1, u), b.session(t, 2, u)
		newest := s
		for range 2 {
			var err error
			newest, err = b.r().Sessions.Rotate(ctx, grantOf(newest, 1), policy, event(), start)
			must(t, err)
		}
		ended, err := b.r().Sessions.Rotate(ctx, grantOf(s, 1), policy, event(), start)
		must(t, err)
		wantSame(t, start, ended.EndedAt)
		_, err = b.r().Sessions.Rotate(ctx, grantOf(newest, 1), policy, event(), start)
		wantErr(t, err, ports.ErrNotFound)
		b.wantLive(t, false, s, start)
		b.wantLive(t, true, other, start)
	},
	"a grant that proves nothing is ErrNotFound and ends nothing": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		s, other := b.session(t, 1, u), b.session(t, 2, u)
		newest, err := b.r().Sessions.Rotate(ctx, grantOf(s, 1), policy, event(), start)
		must(t, err)
		late := start.Add(time.Hour) // when the first token would be a replay
		unknown, swapped, future := grantOf(newest, 1), grantOf(newest, 1), grantOf(newest, 1)
		unknown.Session, swapped.Session = domain.SessionID{ID: number(9)}, other.ID
		future.Generation++
		for _, g := range []domain.RefreshGrant{grantOf(s, 3), grantOf(newest, 3), {Session: s.ID, Generation: 1}, unknown, swapped, future} {
			_, err := b.r().Sessions.Rotate(ctx, g, policy, event(), late)
			wantErr(t, err, ports.ErrNotFound)
		}
		b.wantLive(t, true, s, late)
		b.wantLive(t, true, other, late)
		again, err := b.r().Sessions.Rotate(ctx, grantOf(newest, 1), policy, event(), late)
		must(t, err)
		wantSame(t, uint32(3), again.Generation)
	},
	"simultaneous refreshes by one token give one successor": func(t *testing.T, b bench) {
		s := b.session(t, 1, b.active(t, 1))
		got := make([]domain.Session, 50)
		for _, err := range atOnce(len(got), func(i int) (err error) {
			got[i], err = b.r().Sessions.Rotate(ctx, grantOf(s, 1), policy, event(), start)
			return err
		}) {
			must(t, err)
		}
		s.Generation++
		for _, rotated := range got {
			wantSame(t, s, rotated)
		}
		b.wantLive(t, true, s, start)
	},
}

// story is the random life of one session, with the domain's policy as the model of what the store must do.
type story struct {
	bench
	n      int
	policy domain.SessionPolicy
	model  domain.Session
	now    time.Time
}

func newStory(r *rapid.T, b bench, u domain.User, n int) *story {
	p := domain.SessionPolicy{
		Idle:        rapid.SampledFrom([]time.Duration{time.Minute, time.Hour, policy.Idle}).Draw(r, "idle"),
		Absolute:    rapid.SampledFrom([]time.Duration{time.Minute, 3 * time.Hour, policy.Absolute}).Draw(r, "absolute"),
		ReplayGrace: rapid.SampledFrom([]time.Duration{0, policy.ReplayGrace}).Draw(r, "grace"),
	}
	s := p.Open(domain.SessionID{ID: number(n)}, u.ID, deviceOf(n), secretOf(n).Hash(), start)
	must(r, b.r().Sessions.Open(ctx, s, u.PasswordHash, nil, event()))
	return &story{bench: b, n: n, policy: p, model: s, now: start}
}

func (s *story) tell(r *rapid.T) {
	turns := map[string]func(*rapid.T){"refresh": s.refresh, "pause": s.pause, "guess": s.guess, "end": s.end}
	for range rapid.IntRange(1, 15).Draw(r, "turns") {
		turns[rapid.SampledFrom([]string{"refresh", "refresh", "refresh", "refresh", "pause", "pause", "pause", "guess", "end"}).Draw(r, "turn")](r)
		s.wantLive(r, s.model.IsLive(s.now), s.model, s.now)
	}
}

// pause lets time pass, mostly up to the instants at which something changes.
func (s *story) pause(r *rapid.T) {
	graceOver, idle := s.model.RotatedAt.Add(s.policy.ReplayGrace), s.model.ExpiresAt
	next := rapid.SampledFrom([]time.Time{
		s.now.Add(tick), s.now.Add(time.Second), graceOver, graceOver.Add(tick), idle.Add(-tick), idle, s.model.EndsAt.Add(-tick), s.model.EndsAt,
	}).Draw(r, "next")
	if next.After(s.now) {
		s.now = next
	}
}

func (s *story) refresh(r *rapid.T) {
	generation := s.model.Generation + 2 - min(rapid.Uint32Range(1, 5).Draw(r, "age"), s.model.Generation+1)
	got, err := s.r().Sessions.Rotate(ctx, domain.RefreshGrant{Session: s.model.ID, Secret: secretOf(s.n), Generation: generation}, s.policy, event(), s.now)
	if !s.model.IsLive(s.now) || generation > s.model.Generation {
		wantErr(r, err, ports.ErrNotFound)
		return
	}
	must(r, err)
	s.model = s.policy.Rotate(s.model, generation, s.now)
	wantSame(r, s.model, got)
}

func (s *story) guess(r *rapid.T) {
	generation := rapid.Uint32Range(1, s.model.Generation+1).Draw(r, "generation")
	_, err := s.r().Sessions.Rotate(ctx, domain.RefreshGrant{Session: s.model.ID, Secret: secretOf(-s.n), Generation: generation}, s.policy, event(), s.now)
	wantErr(r, err, ports.ErrNotFound)
}

func (s *story) end(r *rapid.T) {
	err := s.r().Sessions.End(ctx, callerOf(s.model), event(), s.now)
	if !s.model.IsLive(s.now) {
		wantErr(r, err, ports.ErrNotFound)
		return
	}
	must(r, err)
	s.model.EndedAt = s.now
}
