package porttest

import (
	"context"
	"fmt"
	"testing"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// rounds is how often a race is run, each time with users and sessions of its own.
const rounds = 20

var racePromises = map[string]func(*testing.T, bench){
	"a login or refresh that races a new password leaves no live session": func(t *testing.T, b bench) {
		for n := range rounds {
			raceForSessions(t, b, n+1, func(ctx context.Context, r ports.Repos, u domain.User) error {
				if err := r.Accounts.ReplacePassword(ctx, u.ID, u.PasswordHash, "$hash$new", start); err != nil {
					return err
				}
				return r.Sessions.EndAllOf(ctx, u.ID, domain.SessionID{}, start)
			})
		}
	},
	"a login or refresh that races a termination leaves no live session": func(t *testing.T, b bench) {
		for n := range rounds {
			raceForSessions(t, b, n+1, func(ctx context.Context, r ports.Repos, u domain.User) error {
				if err := r.Accounts.Terminate(ctx, u.ID, start); err != nil {
					return err
				}
				return r.Sessions.EndAllOf(ctx, u.ID, domain.SessionID{}, start)
			})
		}
	},
	"a login or refresh that races a mere termination leaves no live session": func(t *testing.T, b bench) {
		for n := range rounds {
			raceForSessions(t, b, n+1, func(ctx context.Context, r ports.Repos, u domain.User) error {
				return r.Accounts.Terminate(ctx, u.ID, start)
			})
		}
	},
	"of all sessions of a user that end all at once, beside refreshes, one succeeds": func(t *testing.T, b bench) {
		for n := range rounds {
			raceToEndAll(t, b, n+1)
		}
	},
	"a link that races its user's removal is dead or ErrNotFound": func(t *testing.T, b bench) {
		for n := range rounds {
			raceForLink(t, b, n)
		}
	},
}

// raceForSessions signs a user in, and refreshes a session it has, at the moment in which change must end both.
func raceForSessions(t *testing.T, b bench, n int, change func(ctx context.Context, r ports.Repos, u domain.User) error) {
	t.Helper()
	u := b.active(t, n)
	first, second := 10*n, 10*n+1
	had, opened := b.session(t, first, u), sessionOf(second, u)
	errs := atOnce(3, func(i int) error {
		switch i {
		case 0:
			return b.r().Sessions.Open(ctx, opened, u.PasswordHash, nil, event())
		case 1:
			_, err := b.r().Sessions.Rotate(ctx, grantOf(had, first), policy, event(), start)
			return err
		default:
			return b.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error { return change(ctx, r, u) })
		}
	})
	wantOneOf(t, errs[0], ports.ErrConflict)
	wantOneOf(t, errs[1], ports.ErrNotFound)
	wantOneOf(t, errs[2])
	for session, s := range map[int]domain.Session{first: had, second: opened} {
		b.wantLive(t, false, s, start)
		for range 2 {
			_, err := b.r().Sessions.Rotate(ctx, grantOf(s, session), policy, event(), start)
			wantErr(t, err, ports.ErrNotFound)
			s.Generation++
		}
	}
}

// raceToEndAll has each session of a user end all of them while every one is refreshed.
func raceToEndAll(t *testing.T, b bench, n int) {
	t.Helper()
	u := b.active(t, n)
	sessions := make([]domain.Session, 10)
	for i := range sessions {
		sessions[i] = b.session(t, 100*n+i, u)
	}
	errs := atOnce(2*len(sessions), func(i int) error {
		if i < len(sessions) {
			return b.r().Sessions.EndAll(ctx, callerOf(sessions[i]), event(), start)
		}
		i -= len(sessions)
		_, err := b.r().Sessions.Rotate(ctx, grantOf(sessions[i], 100*n+i), policy, event(), start)
		return err
	})
	wantOneSuccess(t, errs[:len(sessions)], ports.ErrNotFound)
	for _, err := range errs[len(sessions):] {
		wantOneOf(t, err, ports.ErrNotFound)
	}
	for _, s := range sessions {
		b.wantLive(t, false, s, start)
	}
}

// raceForLink mails a link to a user that is removed because another one of its address is verified.
func raceForLink(t *testing.T, b bench, n int) {
	t.Helper()
	address := fmt.Sprintf("race%d@example.com", n)
	winner, loser := b.pending(t, 2*n+1, address), b.pending(t, 2*n+2, address)
	l := linkOf(n, loser.ID, domain.VerifyEmail)
	errs := atOnce(2, func(i int) error {
		if i == 0 {
			return b.r().Accounts.Activate(ctx, winner.ID, domain.EmailIndexes{winner.EmailIndex}, start)
		}
		return b.r().Links.Add(ctx, l)
	})
	wantOneOf(t, errs[0])
	wantOneOf(t, errs[1], ports.ErrNotFound)
	b.wantLink(t, false, l, start)
	b.wantGone(t, loser.ID)
}
