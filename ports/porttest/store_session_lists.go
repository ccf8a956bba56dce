package porttest

import (
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

var sessionListPromises = map[string]func(*testing.T, bench){
	"the live sessions of the caller are listed, the newest first, up to the limit": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		own, ended := b.session(t, 1, u), b.session(t, 2, u)
		must(t, b.r().Sessions.End(ctx, callerOf(ended), event(), start))
		b.session(t, 3, b.active(t, 2))
		newer := policy.Open(domain.SessionID{ID: number(4)}, u.ID, deviceOf(4), secretOf(4).Hash(), start.Add(time.Hour))
		must(t, b.r().Sessions.Open(ctx, newer, u.PasswordHash, nil, event()))
		for limit, want := range map[int][]domain.Session{100: {newer, own}, 1: {newer}} {
			got, err := b.r().Sessions.List(ctx, callerOf(own), limit, start.Add(time.Hour))
			must(t, err)
			wantSame(t, want, got)
		}
	},
	"a caller whose own session is not live gets no list": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		own, other := b.session(t, 1, u), b.session(t, 2, b.active(t, 2))
		for _, c := range []domain.Caller{{UserID: u.ID, SessionID: other.ID}, {UserID: u.ID, SessionID: domain.SessionID{ID: number(9)}}} {
			_, err := b.r().Sessions.List(ctx, c, 100, start)
			wantErr(t, err, ports.ErrNotFound)
		}
		_, err := b.r().Sessions.List(ctx, callerOf(own), 100, own.ExpiresAt)
		wantErr(t, err, ports.ErrNotFound)
		must(t, b.r().Accounts.Terminate(ctx, u.ID, start))
		_, err = b.r().Sessions.List(ctx, callerOf(own), 100, start)
		wantErr(t, err, ports.ErrNotFound)
	},
}
