package porttest

import (
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// revocationOf is what is found of s, which ended at a time.
func revocationOf(s domain.Session, at time.Time) domain.Revocation {
	return domain.Revocation{SessionID: s.ID, UserID: s.UserID, EndedAt: at}
}

// wantEnded checks what is found behind a mark.
func (b bench) wantEnded(t *testing.T, after domain.RevocationMark, limit int, want ...domain.Revocation) {
	t.Helper()
	found, err := b.r().Sessions.Ended(ctx, after, limit)
	must(t, err)
	wantSame(t, append([]domain.Revocation{}, want...), append([]domain.Revocation{}, found...))
}

var revocationPromises = map[string]func(*testing.T, bench){
	"a session is found however it was ended": func(t *testing.T, b bench) {
		u, other := b.active(t, 1), b.active(t, 2)
		at := func(n int) time.Time { return start.Add(time.Duration(n) * time.Hour) }
		loggedOut, replayed, everywhere, reset := b.session(t, 1, u), b.session(t, 2, u), b.session(t, 3, u), b.session(t, 4, other)
		must(t, b.r().Sessions.End(ctx, callerOf(loggedOut), event(), at(1)))
		newest := replayed
		for range 2 {
			var err error
			newest, err = b.r().Sessions.Rotate(ctx, grantOf(newest, 2), policy, event(), start)
			must(t, err)
		}
		_, err := b.r().Sessions.Rotate(ctx, grantOf(replayed, 2), policy, event(), at(2))
		must(t, err)
		must(t, b.r().Sessions.EndAll(ctx, callerOf(everywhere), event(), at(3)))
		must(t, b.r().Sessions.EndAllOf(ctx, other.ID, domain.SessionID{}, at(4)))
		b.wantEnded(t, domain.RevocationMark{At: start}, 10,
			revocationOf(loggedOut, at(1)), revocationOf(replayed, at(2)), revocationOf(everywhere, at(3)), revocationOf(reset, at(4)))
	},
	"a session that lives, or only ran out, is not found": func(t *testing.T, b bench) {
		b.session(t, 1, b.active(t, 1))
		b.wantEnded(t, domain.RevocationMark{}, 10)
		b.wantEnded(t, domain.RevocationMark{At: start.Add(policy.Absolute)}, 10)
	},
	"at most limit sessions are found, in the order of their marks, and behind each mark the next": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		var want []domain.Revocation
		for n := range 5 {
			s := b.session(t, n+1, u)
			want = append(want, revocationOf(s, start.Add(time.Duration(n/2)*tick)))
		}
		for _, r := range []domain.Revocation{want[3], want[0], want[4], want[2], want[1]} {
			must(t, b.r().Sessions.End(ctx, domain.Caller{UserID: u.ID, SessionID: r.SessionID}, event(), r.EndedAt))
		}
		b.wantEnded(t, domain.RevocationMark{At: start.Add(-tick)}, 3, want[:3]...)
		b.wantEnded(t, domain.RevocationMark{At: start}, 10, want...)
		for n, r := range want {
			b.wantEnded(t, r.Mark(), 10, want[n+1:]...)
		}
	},
	"an end is found though its session is removed": func(t *testing.T, b bench) {
		s := b.session(t, 1, b.active(t, 1))
		must(t, b.r().Sessions.End(ctx, callerOf(s), event(), start))
		wantRemoved(t, 1)(b.r().Sessions.RemoveExpired(ctx, s.EndsAt.Add(tick), 9))
		b.wantEnded(t, domain.RevocationMark{}, 10, revocationOf(s, start))
	},
	"ends before a time are forgotten, at most limit at once, and their sessions stay ended": func(t *testing.T, b bench) {
		u, other := b.active(t, 1), b.active(t, 2)
		for n := range 3 {
			must(t, b.r().Sessions.End(ctx, callerOf(b.session(t, n+1, u)), event(), start))
		}
		late := b.session(t, 4, other)
		must(t, b.r().Sessions.End(ctx, callerOf(late), event(), start.Add(tick)))
		wantRemoved(t, 0)(b.r().Sessions.ForgetEnds(ctx, start, 2))
		for _, want := range []int{2, 1, 0} {
			wantRemoved(t, want)(b.r().Sessions.ForgetEnds(ctx, start.Add(tick), 2))
		}
		b.wantEnded(t, domain.RevocationMark{}, 10, revocationOf(late, start.Add(tick)))
		live, err := b.r().Sessions.IsLive(ctx, callerOf(late), start)
		must(t, err)
		wantSame(t, false, live)
	},
}
