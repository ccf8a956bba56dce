package porttest

import (
	"slices"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

var sessionLimitPromises = map[string]func(*testing.T, bench){
	"Create revokes the least recently refreshed sessions beyond the limit, never the new one": func(t *testing.T, b bench) {
		u, other := b.active(t, 1), b.active(t, 2)
		others := b.session(t, 9000, other)
		var all []domain.Session
		for n := range domain.MaxSessions {
			all = append(all, b.sessionAt(t, n+1, u, start.Add(time.Duration(n)*tick)))
		}
		// The first session is refreshed last, so that the second is the least recently refreshed one.
		now := start.Add(time.Hour)
		_, err := b.r().Sessions.RefreshToken(ctx, grantOf(all[0], 1), policy, homeNetwork, event(), now)
		must(t, err)
		// The clock of the new login's replica is behind: the new session stays all the same.
		newest := b.sessionAt(t, 5000, u, start.Add(-time.Second))
		for i, s := range all {
			b.wantIsLive(t, i != 1, callerOf(s), now)
		}
		b.wantIsLive(t, true, callerOf(newest), now)
		b.wantIsLive(t, true, callerOf(others), now)
	},
	"Create revokes expired sessions before live ones": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		ends := start.Add(policy.Absolute)
		old := b.sessionAt(t, 1, u, start)
		for at := start.Add(policy.Idle / 2); at.Before(ends); at = at.Add(policy.Idle / 2) {
			s, err := b.r().Sessions.RefreshToken(ctx, grantOf(old, 1), policy, homeNetwork, event(), at)
			must(t, err)
			old = s
		}
		var live []domain.Session
		for n := range domain.MaxSessions - 1 {
			live = append(live, b.sessionAt(t, n+2, u, old.RotatedAt.Add(-tick)))
		}
		live = append(live, b.sessionAt(t, 5000, u, ends))
		for _, s := range live {
			b.wantIsLive(t, true, callerOf(s), ends)
		}
		wantSame(t, []domain.SessionID{old.ID}, b.revokedSessions(t))
	},
	"revocations by Create are listed": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		first := b.sessionAt(t, 1, u, start)
		for n := range domain.MaxSessions {
			b.sessionAt(t, n+2, u, start.Add(tick))
		}
		wantSame(t, []domain.SessionID{first.ID}, b.revokedSessions(t))
	},
	"a Create that fails revokes no session": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		for n := range domain.MaxSessions {
			b.sessionAt(t, n+1, u, start)
		}
		wantErr(t, b.r().Sessions.Create(ctx, sessionOf(5000, u), "another hash", nil, event()), ports.ErrConflict)
		wantSame(t, []domain.SessionID(nil), b.revokedSessions(t))
	},
	"200 concurrent Creates of one user leave no more than the limit live": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		errs := concurrently(2*domain.MaxSessions, func(i int) error {
			return b.r().Sessions.Create(ctx, sessionOf(i+1, u), u.PasswordHash, nil, event())
		})
		for _, err := range errs {
			must(t, err)
		}
		live := 0
		for i := range 2 * domain.MaxSessions {
			is, err := b.r().Sessions.IsLive(ctx, callerOf(sessionOf(i+1, u)), start)
			must(t, err)
			if is {
				live++
			}
		}
		if live != domain.MaxSessions {
			t.Errorf("%d sessions are live, want %d", live, domain.MaxSessions)
		}
	},
}

// sessionAt creates the nth session, of a user, at a time.
func (b bench) sessionAt(t *testing.T, n int, u domain.User, at time.Time) domain.Session {
	t.Helper()
	s := policy.NewSession(domain.SessionID{ID: number(n)}, u.ID, deviceOf(n), secretOf(n).Hash(), at)
	must(t, b.r().Sessions.Create(ctx, s, u.PasswordHash, nil, event()))
	return s
}

// revokedSessions are the sessions of all revocations.
func (b bench) revokedSessions(t *testing.T) (ids []domain.SessionID) {
	t.Helper()
	listed, err := b.r().Sessions.ListRevocations(ctx, domain.RevocationPosition{}, 10*domain.MaxSessions)
	must(t, err)
	for _, r := range listed {
		ids = append(ids, r.SessionID)
	}
	slices.SortFunc(ids, func(x, y domain.SessionID) int { return slices.Compare(x.ID[:], y.ID[:]) })
	return ids
}
