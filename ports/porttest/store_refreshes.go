package porttest

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// homeNetwork is the network that refreshes mostly come from.
const homeNetwork domain.NetworkPseudonym = "\x00\xff home"

var refreshPromises = map[string]func(*testing.T, bench){
	"RefreshToken does what the policy decides, whatever happened to the session before": func(t *testing.T, b bench) {
		u, n := b.active(t, 1), 0
		rapid.Check(t, func(r *rapid.T) {
			n++
			newHistory(r, b, u, n).run(r)
		})
	},
	"the newest refresh token rotates the session": func(t *testing.T, b bench) {
		s, at := b.session(t, 1, b.active(t, 1)), start.Add(time.Hour)
		rotated, err := b.r().Sessions.RefreshToken(ctx, grantOf(s, 1), policy, homeNetwork, event(), at)
		must(t, err)
		s.Generation, s.RotatedAt, s.RotatedFrom, s.ExpiresAt = 2, at, homeNetwork, at.Add(policy.Idle)
		wantSame(t, s, rotated)
	},
	"the previous refresh token returns the same successor until the end of the reuse interval": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		first, at := b.session(t, 1, u), start.Add(time.Hour)
		rotated, err := b.r().Sessions.RefreshToken(ctx, grantOf(first, 1), policy, homeNetwork, event(), at)
		must(t, err)
		for _, pause := range []time.Duration{0, tick, policy.ReuseInterval - tick, policy.ReuseInterval} {
			again, err := b.r().Sessions.RefreshToken(ctx, grantOf(first, 1), policy, homeNetwork, event(), at.Add(pause))
			must(t, err)
			wantSame(t, rotated, again)
		}
		late := at.Add(policy.ReuseInterval + tick)
		revoked, err := b.r().Sessions.RefreshToken(ctx, grantOf(first, 1), policy, homeNetwork, event(), late)
		must(t, err)
		rotated.RevokedAt = late
		wantSame(t, rotated, revoked)
		b.wantLive(t, false, first, late)
	},
	"a token that was used within the reuse interval returns the newest one, also two rotations later": func(t *testing.T, b bench) {
		s := b.session(t, 1, b.active(t, 1))
		newest := s
		for range 2 {
			var err error
			newest, err = b.r().Sessions.RefreshToken(ctx, grantOf(newest, 1), policy, homeNetwork, event(), start)
			must(t, err)
		}
		wantSame(t, uint32(3), newest.Generation)
		for _, pause := range []time.Duration{0, policy.ReuseInterval} {
			for generation := range uint32(3) {
				used := s
				used.Generation = generation + 1
				got, err := b.r().Sessions.RefreshToken(ctx, grantOf(used, 1), policy, homeNetwork, event(), start.Add(pause))
				must(t, err)
				wantSame(t, newest, got)
			}
		}
		b.wantLive(t, true, s, start.Add(policy.ReuseInterval))
	},
	"the late reuse of an older refresh token revokes its session and no other": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		s, other := b.session(t, 1, u), b.session(t, 2, u)
		newest := s
		for range 2 {
			var err error
			newest, err = b.r().Sessions.RefreshToken(ctx, grantOf(newest, 1), policy, homeNetwork, event(), start)
			must(t, err)
		}
		late := start.Add(policy.ReuseInterval + tick)
		revoked, err := b.r().Sessions.RefreshToken(ctx, grantOf(s, 1), policy, homeNetwork, event(), late)
		must(t, err)
		wantSame(t, late, revoked.RevokedAt)
		_, err = b.r().Sessions.RefreshToken(ctx, grantOf(newest, 1), policy, homeNetwork, event(), late)
		wantErr(t, err, ports.ErrNotFound)
		b.wantLive(t, false, s, late)
		b.wantLive(t, true, other, late)
	},
	"a reuse from another network than the rotation's is an event an hour and network, and too many a day revoke the session": func(
		t *testing.T, b bench,
	) {
		first := b.session(t, 1, b.active(t, 1))
		_, err := b.r().Sessions.RefreshToken(ctx, grantOf(first, 1), policy, homeNetwork, event(), start)
		must(t, err)
		var kinds []domain.AuditKind
		for n := range policy.ReusesElsewhere + 1 {
			e := event()
			got, err := b.r().Sessions.RefreshToken(ctx, grantOf(first, 1), policy, "another network", e, start)
			must(t, err)
			wantSame(t, n+1, got.Elsewhere.Count)
			b.wantLive(t, n < policy.ReusesElsewhere, first, start)
			for _, recorded := range b.recordedAs(t, e) {
				wantSame(t, domain.AuditPseudonym(e.Network, first.UserID), recorded.Network)
				wantSame(t, first.ID, recorded.SessionID)
				kinds = append(kinds, recorded.Kind)
			}
		}
		wantSame(t, []domain.AuditKind{domain.AuditReusedElsewhere, domain.AuditRefreshTokenReused}, kinds)
	},
	"concurrent reuses from another network are all counted": func(t *testing.T, b bench) {
		first := b.session(t, 1, b.active(t, 1))
		_, err := b.r().Sessions.RefreshToken(ctx, grantOf(first, 1), policy, homeNetwork, event(), start)
		must(t, err)
		for _, err := range concurrently(policy.ReusesElsewhere, func(int) error {
			_, err := b.r().Sessions.RefreshToken(ctx, grantOf(first, 1), policy, "another network", event(), start)
			return err
		}) {
			must(t, err)
		}
		last, err := b.r().Sessions.RefreshToken(ctx, grantOf(first, 1), policy, "another network", event(), start)
		must(t, err)
		wantSame(t, start, last.RevokedAt)
	},
	"a grant with a wrong id, secret or generation is ErrNotFound, and revokes nothing": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		s, other := b.session(t, 1, u), b.session(t, 2, u)
		newest, err := b.r().Sessions.RefreshToken(ctx, grantOf(s, 1), policy, homeNetwork, event(), start)
		must(t, err)
		late := start.Add(time.Hour) // after the reuse interval of the first refresh token
		unknown, swapped, future := grantOf(newest, 1), grantOf(newest, 1), grantOf(newest, 1)
		unknown.Session, swapped.Session = domain.SessionID{ID: number(9)}, other.ID
		future.Generation++
		for _, g := range []domain.RefreshGrant{
			grantOf(s, 3), grantOf(newest, 3), {Session: s.ID, Generation: 1}, unknown, swapped, future,
		} {
			_, err := b.r().Sessions.RefreshToken(ctx, g, policy, homeNetwork, event(), late)
			wantErr(t, err, ports.ErrNotFound)
		}
		b.wantLive(t, true, s, late)
		b.wantLive(t, true, other, late)
		again, err := b.r().Sessions.RefreshToken(ctx, grantOf(newest, 1), policy, homeNetwork, event(), late)
		must(t, err)
		wantSame(t, uint32(3), again.Generation)
	},
	"concurrent refreshes with one refresh token return one successor": func(t *testing.T, b bench) {
		s := b.session(t, 1, b.active(t, 1))
		got := make([]domain.Session, 50)
		for _, err := range concurrently(len(got), func(i int) (err error) {
			got[i], err = b.r().Sessions.RefreshToken(ctx, grantOf(s, 1), policy, homeNetwork, event(), start)
			return err
		}) {
			must(t, err)
		}
		s.Generation, s.RotatedFrom = 2, homeNetwork
		for _, rotated := range got {
			wantSame(t, s, rotated)
		}
		b.wantLive(t, true, s, start)
	},
}

// history is a random sequence of calls on one session. The domain's policy is the model of what the store must do.
type history struct {
	bench
	n      int
	policy domain.SessionPolicy
	model  domain.Session
	now    time.Time
}

func newHistory(r *rapid.T, b bench, u domain.User, n int) *history {
	p := domain.SessionPolicy{
		Idle:            rapid.SampledFrom([]time.Duration{time.Minute, time.Hour, policy.Idle}).Draw(r, "idle"),
		Absolute:        rapid.SampledFrom([]time.Duration{time.Minute, 3 * time.Hour, policy.Absolute}).Draw(r, "absolute"),
		ReuseInterval:   rapid.SampledFrom([]time.Duration{0, policy.ReuseInterval, 2 * time.Hour}).Draw(r, "reuse interval"),
		ReusesElsewhere: rapid.IntRange(1, 3).Draw(r, "reuses elsewhere"), ReuseEventGap: policy.ReuseEventGap,
	}
	s := p.NewSession(domain.SessionID{ID: number(n)}, u.ID, deviceOf(n), secretOf(n).Hash(), start)
	must(r, b.r().Sessions.Create(ctx, s, u.PasswordHash, nil, event()))
	return &history{bench: b, n: n, policy: p, model: s, now: start}
}

func (h *history) run(r *rapid.T) {
	steps := map[string]func(*rapid.T){
		"refresh": h.refresh, "pause": h.pause, "try a wrong secret": h.tryWrongSecret, "revoke": h.revoke,
	}
	weighted := []string{"refresh", "refresh", "refresh", "refresh", "pause", "pause", "pause", "try a wrong secret", "revoke"}
	for range rapid.IntRange(1, 15).Draw(r, "steps") {
		steps[rapid.SampledFrom(weighted).Draw(r, "step")](r)
		h.wantLive(r, h.model.IsLive(h.now), h.model, h.now)
	}
}

// pause lets time pass, mostly up to the instants at which something changes.
func (h *history) pause(r *rapid.T) {
	reuseEnds, idle, ends := h.model.RotatedAt.Add(h.policy.ReuseInterval), h.model.ExpiresAt, h.model.EndsAt
	next := rapid.SampledFrom([]time.Time{
		h.now.Add(tick), h.now.Add(time.Second), reuseEnds, reuseEnds.Add(tick), idle.Add(-tick), idle, ends.Add(-tick), ends,
	}).Draw(r, "next")
	if next.After(h.now) {
		h.now = next
	}
}

func (h *history) refresh(r *rapid.T) {
	generation := h.model.Generation + 2 - min(rapid.Uint32Range(1, 5).Draw(r, "age"), h.model.Generation+1)
	grant := domain.RefreshGrant{Session: h.model.ID, Secret: secretOf(h.n), Generation: generation}
	from := rapid.SampledFrom([]domain.NetworkPseudonym{homeNetwork, homeNetwork, "elsewhere", "a third network"}).Draw(r, "network")
	e := event()
	e.EmailIndex = ""
	got, err := h.r().Sessions.RefreshToken(ctx, grant, h.policy, from, e, h.now)
	if !h.model.IsLive(h.now) || generation > h.model.Generation {
		wantErr(r, err, ports.ErrNotFound)
		return
	}
	must(r, err)
	var isEvent bool
	h.model, isEvent = h.policy.Rotate(h.model, generation, from, h.now)
	wantSame(r, h.model, got)
	h.wantRecorded(r, e, isEvent)
}

// wantRecorded checks whether the event of a refresh was recorded, about the session and of the right kind.
func (h *history) wantRecorded(r *rapid.T, e domain.AuditEvent, want bool) {
	got := h.recordedAs(r, e)
	if !want {
		wantSame(r, 0, len(got))
		return
	}
	e.Kind, e.UserID, e.SessionID = h.model.ReuseKind(), h.model.UserID, h.model.ID
	e.Network = domain.AuditPseudonym(e.Network, h.model.UserID)
	wantSame(r, []domain.AuditEvent{e}, got)
}

func (h *history) tryWrongSecret(r *rapid.T) {
	generation := rapid.Uint32Range(1, h.model.Generation+1).Draw(r, "generation")
	grant := domain.RefreshGrant{Session: h.model.ID, Secret: secretOf(-h.n), Generation: generation}
	_, err := h.r().Sessions.RefreshToken(ctx, grant, h.policy, homeNetwork, event(), h.now)
	wantErr(r, err, ports.ErrNotFound)
}

func (h *history) revoke(r *rapid.T) {
	err := h.r().Sessions.RevokeSession(ctx, callerOf(h.model), event(), h.now)
	if !h.model.IsLive(h.now) {
		wantErr(r, err, ports.ErrNotFound)
		return
	}
	must(r, err)
	h.model.RevokedAt = h.now
}
