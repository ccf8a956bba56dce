package porttest

import (
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

var sessionListPromises = map[string]func(*testing.T, bench){
	"ListSessions lists the live sessions of the caller, the newest first, up to the limit": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		own, revoked := b.session(t, 1, u), b.session(t, 2, u)
		must(t, b.r().Sessions.RevokeSession(ctx, callerOf(revoked), event(), start))
		b.session(t, 3, b.active(t, 2))
		newer := policy.NewSession(domain.SessionID{ID: number(4)}, u.ID, deviceOf(4), secretOf(4).Hash(), start.Add(time.Hour))
		must(t, b.r().Sessions.Create(ctx, newer, u.PasswordHash, nil, event()))
		for limit, want := range map[int][]domain.Session{100: {newer, own}, 1: {newer}} {
			got, err := b.r().Sessions.ListSessions(ctx, callerOf(own), limit, start.Add(time.Hour))
			must(t, err)
			wantSame(t, want, got)
		}
	},
	"listing with a session that is not live is ErrNotFound": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		own, other := b.session(t, 1, u), b.session(t, 2, b.active(t, 2))
		for _, c := range []domain.Caller{
			{UserID: u.ID, SessionID: other.ID}, {UserID: u.ID, SessionID: domain.SessionID{ID: number(9)}},
		} {
			_, err := b.r().Sessions.ListSessions(ctx, c, 100, start)
			wantErr(t, err, ports.ErrNotFound)
		}
		_, err := b.r().Sessions.ListSessions(ctx, callerOf(own), 100, own.ExpiresAt)
		wantErr(t, err, ports.ErrNotFound)
		must(t, b.r().Accounts.TerminateAccount(ctx, u.ID, start))
		_, err = b.r().Sessions.ListSessions(ctx, callerOf(own), 100, start)
		wantErr(t, err, ports.ErrNotFound)
	},
}
