package porttest

import (
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// wantNoRight checks that a caller, at a time, is nobody to the store.
func (b bench) wantNoRight(t *testing.T, c domain.Caller, at time.Time) {
	t.Helper()
	_, err := b.r().Sessions.User(ctx, c, at)
	wantErr(t, err, ports.ErrNotFound)
	_, err = b.r().Sessions.Own(ctx, c, at)
	wantErr(t, err, ports.ErrNotFound)
	b.wantIsLive(t, false, c, at)
	wantErr(t, b.r().Sessions.End(ctx, c, event(), at), ports.ErrNotFound)
	wantErr(t, b.r().Sessions.EndAll(ctx, c, event(), at), ports.ErrNotFound)
}

var sessionPromises = map[string]func(*testing.T, bench){
	"a session opens for a user that can sign in and has the proven hash": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		b.wantLive(t, true, b.session(t, 1, u), start)
		must(t, b.r().Accounts.ReplacePassword(ctx, u.ID, u.PasswordHash, "$hash$new", start))
		b.wantLive(t, true, b.session(t, 2, b.byID(t, u.ID)), start)
	},
	"a session that opens with another hash, or for a user that cannot sign in, is ErrConflict": func(t *testing.T, b bench) {
		replaced := b.active(t, 1)
		must(t, b.r().Accounts.ReplacePassword(ctx, replaced.ID, replaced.PasswordHash, "$hash$new", start))
		empty := b.active(t, 2)
		empty.PasswordHash = ""
		for n, u := range []domain.User{replaced, empty, b.pending(t, 3, "pending@example.com"), b.terminated(t, 4), {ID: nobody}} {
			s := sessionOf(n, u)
			wantErr(t, b.r().Sessions.Open(ctx, s, u.PasswordHash, nil, event()), ports.ErrConflict)
			b.wantLive(t, false, s, start)
		}
	},
	"the guess that opened a session is forgiven, and one that came too late too": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		budgets := throttlePolicy.Password(guess(1))
		for n, proven := range []domain.PasswordHash{u.PasswordHash, "$hash$replaced"} {
			b.take(t, budgets, start)
			if a := b.take(t, budgets, start); a.Count != 2 {
				t.Fatalf("story %d: %+v", n, a)
			}
			if err := b.r().Sessions.Open(ctx, sessionOf(n, u), proven, budgets, event()); err != nil {
				wantErr(t, err, ports.ErrConflict)
			}
		}
		if a := b.take(t, budgets, start); a.Count != 1 {
			t.Errorf("counted on: %+v", a)
		}
	},
	"the signed-in user is found by each of its sessions": func(t *testing.T, b bench) {
		u, other := b.active(t, 1), b.active(t, 2)
		for _, c := range []struct {
			session domain.Session
			user    domain.User
		}{{b.session(t, 1, u), u}, {b.session(t, 2, u), u}, {b.session(t, 3, other), other}} {
			found, err := b.r().Sessions.User(ctx, callerOf(c.session), start)
			must(t, err)
			wantSame(t, c.user, found)
			own, err := b.r().Sessions.Own(ctx, callerOf(c.session), start)
			must(t, err)
			wantSame(t, c.session, own)
		}
	},
	"an unknown session, or one of somebody else, is ErrNotFound and stays as it is": func(t *testing.T, b bench) {
		u, other := b.active(t, 1), b.active(t, 2)
		s, foreign := b.session(t, 1, u), b.session(t, 2, other)
		for _, c := range []domain.Caller{
			{UserID: other.ID, SessionID: s.ID}, {UserID: u.ID, SessionID: foreign.ID}, {SessionID: s.ID}, {UserID: u.ID},
			{UserID: nobody, SessionID: s.ID}, {UserID: u.ID, SessionID: domain.SessionID{ID: number(9)}},
		} {
			b.wantNoRight(t, c, start)
		}
		b.wantLive(t, true, s, start)
		b.wantLive(t, true, foreign, start)
	},
	"a session past its idle limit is ErrNotFound, at the instant": func(t *testing.T, b bench) {
		s := b.session(t, 1, b.active(t, 1))
		b.wantLive(t, true, s, s.ExpiresAt.Add(-tick))
		b.wantNoRight(t, callerOf(s), s.ExpiresAt)
		_, err := b.r().Sessions.Rotate(ctx, grantOf(s, 1), policy, event(), s.ExpiresAt)
		wantErr(t, err, ports.ErrNotFound)
		must(t, b.r().Sessions.End(ctx, callerOf(s), event(), s.ExpiresAt.Add(-tick)))
	},
	"a session past its absolute limit is ErrNotFound, however often it was refreshed": func(t *testing.T, b bench) {
		s := b.session(t, 1, b.active(t, 1))
		for at := start; at.Before(s.EndsAt.Add(-tick)); {
			at = at.Add(min(policy.Idle-tick, s.EndsAt.Add(-tick).Sub(at)))
			var err error
			s, err = b.r().Sessions.Rotate(ctx, grantOf(s, 1), policy, event(), at)
			must(t, err)
		}
		wantSame(t, s.EndsAt, s.ExpiresAt)
		b.wantLive(t, true, s, s.EndsAt.Add(-tick))
		b.wantNoRight(t, callerOf(s), s.EndsAt)
	},
	"a session of a user that cannot sign in any more is ErrNotFound": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		s := b.session(t, 1, u)
		must(t, b.r().Accounts.Terminate(ctx, u.ID, start))
		b.wantNoRight(t, callerOf(s), start)
		_, err := b.r().Sessions.Rotate(ctx, grantOf(s, 1), policy, event(), start)
		wantErr(t, err, ports.ErrNotFound)
	},
	"a session ends once, and no other with it": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		s, other := b.session(t, 1, u), b.session(t, 2, u)
		must(t, b.r().Sessions.End(ctx, callerOf(s), event(), start))
		b.wantNoRight(t, callerOf(s), start)
		b.wantLive(t, false, s, start)
		b.wantLive(t, true, other, start)
	},
	"of simultaneous ends of a session one succeeds": func(t *testing.T, b bench) {
		s := b.session(t, 1, b.active(t, 1))
		wantOneSuccess(t, atOnce(20, func(int) error { return b.r().Sessions.End(ctx, callerOf(s), event(), start) }), ports.ErrNotFound)
	},
	"all sessions of the caller end, and nobody else's": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		s, second, foreign := b.session(t, 1, u), b.session(t, 2, u), b.session(t, 3, b.active(t, 2))
		must(t, b.r().Sessions.EndAll(ctx, callerOf(s), event(), start))
		b.wantLive(t, false, s, start)
		b.wantLive(t, false, second, start)
		b.wantLive(t, true, foreign, start)
		b.wantNoRight(t, callerOf(s), start)
	},
	"a session that is not live ends no other": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		ended, second := b.session(t, 1, u), b.session(t, 2, u)
		must(t, b.r().Sessions.End(ctx, callerOf(ended), event(), start))
		wantErr(t, b.r().Sessions.EndAll(ctx, callerOf(ended), event(), start), ports.ErrNotFound)
		b.wantLive(t, true, second, start)
	},
	"all sessions of a user end but the one to keep": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		s, second, foreign := b.session(t, 1, u), b.session(t, 2, u), b.session(t, 3, b.active(t, 2))
		must(t, b.r().Sessions.EndAllOf(ctx, u.ID, s.ID, start))
		b.wantLive(t, true, s, start)
		b.wantLive(t, false, second, start)
		b.wantLive(t, true, foreign, start)
		must(t, b.r().Sessions.EndAllOf(ctx, u.ID, foreign.ID, start))
		b.wantLive(t, false, s, start)
	},
	"the zero id spares no session, and having none to end is no error": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		s, second := b.session(t, 1, u), b.session(t, 2, u)
		for range 2 {
			must(t, b.r().Sessions.EndAllOf(ctx, u.ID, domain.SessionID{}, start))
		}
		must(t, b.r().Sessions.EndAllOf(ctx, nobody, domain.SessionID{}, start))
		b.wantLive(t, false, s, start)
		b.wantLive(t, false, second, start)
	},
	"sessions past their absolute limit are removed in batches, and no other": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		for n := range 5 {
			s := b.session(t, n+1, u)
			if n%2 == 0 {
				must(t, b.r().Sessions.End(ctx, callerOf(s), event(), start))
			}
		}
		young := policy.Open(domain.SessionID{ID: number(9)}, u.ID, deviceOf(9), secretOf(9).Hash(), start.Add(time.Hour))
		must(t, b.r().Sessions.Open(ctx, young, u.PasswordHash, nil, event()))
		limit := start.Add(policy.Absolute)
		wantRemoved(t, 0)(b.r().Sessions.RemoveExpired(ctx, limit, 3))
		for _, want := range []int{3, 2, 0} {
			wantRemoved(t, want)(b.r().Sessions.RemoveExpired(ctx, limit.Add(tick), 3))
		}
		b.wantLive(t, true, young, start.Add(time.Hour))
	},
}
