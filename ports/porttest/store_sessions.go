package porttest

import (
	"context"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

var sessionPromises = map[string]func(*testing.T, bench){
	"a session opens only for a user that can sign in and still has the proven hash": func(t *testing.T, b bench) {
		u, idle := b.active(t, 1), b.pending(t, 2, "pending@example.com")
		open := func(n int, user domain.User, proven domain.PasswordHash) error {
			return b.r().Sessions.Open(ctx, policy.Open(domain.SessionID{ID: number(n)}, user.ID, secretOf(n).Hash(), start), proven)
		}
		must(t, open(1, u, u.PasswordHash))
		wantErr(t, open(2, u, "$hash$other"), ports.ErrConflict)
		wantErr(t, open(3, idle, idle.PasswordHash), ports.ErrConflict)
		must(t, b.r().Accounts.Terminate(ctx, u.ID, start))
		wantErr(t, open(4, u, u.PasswordHash), ports.ErrConflict)
	},
	"the signed-in user is found while the session lives": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		s := b.session(t, 1, u)
		found, err := b.r().Sessions.User(ctx, callerOf(s), start)
		must(t, err)
		wantSame(t, u, found)
		if !b.isLive(t, s, s.ExpiresAt.Add(-time.Microsecond)) || b.isLive(t, s, s.ExpiresAt) {
			t.Error("the idle limit is not kept to the instant")
		}
	},
	"a session of somebody else, or of a user that cannot sign in any more, is ErrNotFound": func(t *testing.T, b bench) {
		u, other := b.active(t, 1), b.active(t, 2)
		s := b.session(t, 1, u)
		foreign := domain.Caller{UserID: other.ID, SessionID: s.ID}
		_, err := b.r().Sessions.User(ctx, foreign, start)
		wantErr(t, err, ports.ErrNotFound)
		wantErr(t, b.r().Sessions.End(ctx, foreign, start), ports.ErrNotFound)
		wantErr(t, b.r().Sessions.EndAll(ctx, foreign, start), ports.ErrNotFound)
		must(t, b.r().Accounts.Terminate(ctx, u.ID, start))
		if b.isLive(t, s, start) {
			t.Error("the session of a terminated user lives")
		}
		_, err = b.r().Sessions.Rotate(ctx, grantOf(s, 1), policy, start)
		wantErr(t, err, ports.ErrNotFound)
		wantErr(t, b.r().Sessions.End(ctx, callerOf(s), start), ports.ErrNotFound)
	},
	"a refresh does what the policy says, whatever its story": func(t *testing.T, b bench) {
		u, n := b.active(t, 1), 0
		rapid.Check(t, func(r *rapid.T) {
			n++
			rotationStory(t, r, b, b.session(t, n%200+n/200*1000, u), n%200+n/200*1000)
		})
	},
	"simultaneous refreshes of one token give one successor": func(t *testing.T, b bench) {
		s := b.session(t, 1, b.active(t, 1))
		for _, err := range atOnce(50, func(int) error {
			rotated, err := b.r().Sessions.Rotate(ctx, grantOf(s, 1), policy, start)
			if err == nil && (rotated.Generation != s.Generation+1 || !rotated.EndedAt.IsZero()) {
				t.Errorf("rotated to %+v", rotated)
			}
			return err
		}) {
			must(t, err)
		}
	},
	"a refresh with a wrong secret, an unknown session or a generation to come is ErrNotFound": func(t *testing.T, b bench) {
		s := b.session(t, 1, b.active(t, 1))
		wrong, unknown, future := grantOf(s, 2), grantOf(s, 1), grantOf(s, 1)
		unknown.Session = domain.SessionID{ID: number(9)}
		future.Generation++
		for _, g := range []domain.RefreshGrant{wrong, unknown, future} {
			_, err := b.r().Sessions.Rotate(ctx, g, policy, start)
			wantErr(t, err, ports.ErrNotFound)
		}
		if !b.isLive(t, s, start) {
			t.Error("a grant that proved nothing ended the session")
		}
	},
	"a session ends once": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		s, other := b.session(t, 1, u), b.session(t, 2, u)
		wantOneSuccess(t, atOnce(10, func(int) error { return b.r().Sessions.End(ctx, callerOf(s), start) }), ports.ErrNotFound)
		if b.isLive(t, s, start) || !b.isLive(t, other, start) {
			t.Error("not just the session ended")
		}
		wantErr(t, b.r().Sessions.EndAll(ctx, callerOf(s), start), ports.ErrNotFound)
	},
	"all sessions of the caller end, and nobody else's": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		s, second, foreign := b.session(t, 1, u), b.session(t, 2, u), b.session(t, 3, b.active(t, 2))
		must(t, b.r().Sessions.EndAll(ctx, callerOf(s), start))
		if b.isLive(t, s, start) || b.isLive(t, second, start) || !b.isLive(t, foreign, start) {
			t.Error("not just the caller's sessions ended")
		}
	},
	"all sessions of a user end but the one to keep, and none is no error": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		s, second := b.session(t, 1, u), b.session(t, 2, u)
		must(t, b.r().Sessions.EndAllOf(ctx, u.ID, s.ID, start))
		if !b.isLive(t, s, start) || b.isLive(t, second, start) {
			t.Error("not just the other session ended")
		}
		must(t, b.r().Sessions.EndAllOf(ctx, u.ID, domain.SessionID{}, start))
		must(t, b.r().Sessions.EndAllOf(ctx, u.ID, domain.SessionID{}, start))
		if b.isLive(t, s, start) {
			t.Error("the zero id spared one")
		}
	},
	"a login that races a new password or a termination leaves no live session": func(t *testing.T, b bench) {
		for n := range 20 {
			raceLogin(t, b, n+1)
		}
	},
	"sessions past their absolute limit are removed in batches, and no other": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		for n := range 3 {
			b.session(t, n+1, u)
		}
		ends := start.Add(policy.Absolute)
		for _, step := range []struct {
			before time.Time
			want   int
		}{{ends, 0}, {ends.Add(time.Microsecond), 2}, {ends.Add(time.Hour), 1}, {ends.Add(time.Hour), 0}} {
			got, err := b.r().Sessions.RemoveExpired(ctx, step.before, 2)
			if err != nil || got != step.want {
				t.Errorf("removed %d, %v; want %d", got, err, step.want)
			}
		}
	},
}

// rotationStory refreshes a session at random, with old and new tokens, beside the policy itself as the model.
func rotationStory(t *testing.T, r *rapid.T, b bench, s domain.Session, n int) {
	t.Helper()
	model, now := s, start
	for range rapid.IntRange(1, 6).Draw(r, "refreshes") {
		now = now.Add(rapid.SampledFrom([]time.Duration{0, time.Second, 10 * time.Second, 10*time.Second + time.Microsecond, 15 * 24 * time.Hour}).Draw(r, "pause"))
		g := domain.RefreshGrant{Session: s.ID, Secret: secretOf(n), Generation: rapid.Uint32Range(max(model.Generation, 3)-2, model.Generation+1).Draw(r, "generation")}
		got, err := b.r().Sessions.Rotate(ctx, g, policy, now)
		if !model.IsLive(now) || g.Generation > model.Generation {
			wantErr(t, err, ports.ErrNotFound)
			continue
		}
		must(t, err)
		model = policy.Rotate(model, g.Generation, now)
		wantSame(t, model, got)
	}
}

// raceLogin opens a session at the moment in which the password is replaced, or the account terminated, and all sessions end.
func raceLogin(t *testing.T, b bench, n int) {
	t.Helper()
	u := b.active(t, n)
	s := policy.Open(domain.SessionID{ID: number(n)}, u.ID, secretOf(n).Hash(), start)
	atOnce(2, func(i int) error {
		if i == 0 {
			return b.r().Sessions.Open(ctx, s, u.PasswordHash)
		}
		return b.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
			err := r.Accounts.ReplacePassword(ctx, u.ID, u.PasswordHash, "$hash$new", start)
			if n%2 == 0 {
				err = r.Accounts.Terminate(ctx, u.ID, start)
			}
			if err != nil {
				return err
			}
			return r.Sessions.EndAllOf(ctx, u.ID, domain.SessionID{}, start)
		})
	})
	if b.isLive(t, s, start) {
		t.Errorf("round %d: the session lives", n)
	}
}
