package porttest

import (
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// revocationOf is the revocation of s at a time.
func revocationOf(s domain.Session, at time.Time) domain.Revocation {
	return domain.Revocation{SessionID: s.ID, UserID: s.UserID, RevokedAt: at}
}

// wantRevocations checks which revocations are listed after a position.
func (b bench) wantRevocations(t *testing.T, after domain.RevocationPosition, limit int, want ...domain.Revocation) {
	t.Helper()
	found, err := b.r().Sessions.ListRevocations(ctx, after, limit)
	must(t, err)
	wantSame(t, append([]domain.Revocation{}, want...), append([]domain.Revocation{}, found...))
}

var revocationPromises = map[string]func(*testing.T, bench){
	"ListRevocations lists every kind of revocation": func(t *testing.T, b bench) {
		u, other := b.active(t, 1), b.active(t, 2)
		at := func(n int) time.Time { return start.Add(time.Duration(n) * time.Hour) }
		loggedOut, reused, everywhere, reset := b.session(t, 1, u), b.session(t, 2, u), b.session(t, 3, u), b.session(t, 4, other)
		must(t, b.r().Sessions.RevokeSession(ctx, callerOf(loggedOut), event(), at(1)))
		newest := reused
		for range 2 {
			var err error
			newest, err = b.r().Sessions.RefreshToken(ctx, grantOf(newest, 2), policy, homeNetwork, event(), start)
			must(t, err)
		}
		_, err := b.r().Sessions.RefreshToken(ctx, grantOf(reused, 2), policy, homeNetwork, event(), at(2))
		must(t, err)
		must(t, b.r().Sessions.RevokeAllSessions(ctx, callerOf(everywhere), event(), at(3)))
		must(t, b.r().Sessions.RevokeSessionsOf(ctx, other.ID, domain.SessionID{}, at(4)))
		b.wantRevocations(t, domain.RevocationPosition{At: start}, 10,
			revocationOf(loggedOut, at(1)), revocationOf(reused, at(2)), revocationOf(everywhere, at(3)), revocationOf(reset, at(4)))
	},
	"a session that is live, or only expired, has no revocation": func(t *testing.T, b bench) {
		b.session(t, 1, b.active(t, 1))
		b.wantRevocations(t, domain.RevocationPosition{}, 10)
		b.wantRevocations(t, domain.RevocationPosition{At: start.Add(policy.Absolute)}, 10)
	},
	"at most limit revocations are listed, in the order of their positions, after any position": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		var want []domain.Revocation
		for n := range 5 {
			s := b.session(t, n+1, u)
			want = append(want, revocationOf(s, start.Add(time.Duration(n/2)*tick)))
		}
		for _, r := range []domain.Revocation{want[3], want[0], want[4], want[2], want[1]} {
			must(t, b.r().Sessions.RevokeSession(ctx, domain.Caller{UserID: u.ID, SessionID: r.SessionID}, event(), r.RevokedAt))
		}
		b.wantRevocations(t, domain.RevocationPosition{At: start.Add(-tick)}, 3, want[:3]...)
		b.wantRevocations(t, domain.RevocationPosition{At: start}, 10, want...)
		for n, r := range want {
			b.wantRevocations(t, r.Position(), 10, want[n+1:]...)
		}
	},
	"the revocation of a removed session is listed": func(t *testing.T, b bench) {
		s := b.session(t, 1, b.active(t, 1))
		must(t, b.r().Sessions.RevokeSession(ctx, callerOf(s), event(), start))
		wantRemoved(t, 1)(b.r().Sessions.PurgeExpired(ctx, s.EndsAt.Add(tick), 9))
		b.wantRevocations(t, domain.RevocationPosition{}, 10, revocationOf(s, start))
	},
	"PurgeRevocations removes revocations before the given time with their sessions, in batches": func(t *testing.T, b bench) {
		u, other := b.active(t, 1), b.active(t, 2)
		for n := range 3 {
			must(t, b.r().Sessions.RevokeSession(ctx, callerOf(b.session(t, n+1, u)), event(), start))
		}
		late := b.session(t, 4, other)
		must(t, b.r().Sessions.RevokeSession(ctx, callerOf(late), event(), start.Add(tick)))
		wantRemoved(t, 0)(b.r().Sessions.PurgeRevocations(ctx, start, 2))
		for _, want := range []int{2, 1, 0} {
			wantRemoved(t, want)(b.r().Sessions.PurgeRevocations(ctx, start.Add(tick), 2))
		}
		b.wantRevocations(t, domain.RevocationPosition{}, 10, revocationOf(late, start.Add(tick)))
		keeper := b.session(t, 5, u)
		export, err := b.r().Accounts.ExportAccount(ctx, callerOf(keeper), 10, event(), start)
		if must(t, err); len(export.Sessions) != 1 || export.Sessions[0].ID != keeper.ID {
			t.Errorf("%d sessions are left, want the live one", len(export.Sessions))
		}
		for n := range 3 {
			b.wantIsLive(t, false, domain.Caller{UserID: u.ID, SessionID: domain.SessionID{ID: number(n + 1)}}, start)
		}
	},
}
