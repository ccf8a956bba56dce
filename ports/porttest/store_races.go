package porttest

import (
	"context"
	"fmt"
	"testing"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// rounds is how often a race is run, each time with other users and sessions.
const rounds = 20

var racePromises = map[string]func(*testing.T, bench){
	"a login or refresh that races a new password leaves no live session": func(t *testing.T, b bench) {
		for n := range rounds {
			raceForSessions(t, b, n+1, func(ctx context.Context, r ports.Repos, u domain.User) error {
				if err := r.Accounts.ReplacePassword(ctx, u.ID, u.PasswordHash, "$hash$new", start); err != nil {
					return err
				}
				return r.Sessions.RevokeSessionsOf(ctx, u.ID, domain.SessionID{}, start)
			})
		}
	},
	"a login or refresh that races a termination leaves no live session": func(t *testing.T, b bench) {
		for n := range rounds {
			raceForSessions(t, b, n+1, func(ctx context.Context, r ports.Repos, u domain.User) error {
				if err := r.Accounts.TerminateAccount(ctx, u.ID, start); err != nil {
					return err
				}
				return r.Sessions.RevokeSessionsOf(ctx, u.ID, domain.SessionID{}, start)
			})
		}
	},
	"a login or refresh that races a termination leaves no live session, even if the termination revokes none": func(t *testing.T, b bench) {
		for n := range rounds {
			raceForSessions(t, b, n+1, func(ctx context.Context, r ports.Repos, u domain.User) error {
				return r.Accounts.TerminateAccount(ctx, u.ID, start)
			})
		}
	},
	"of concurrent calls of RevokeAllSessions, one per session of a user, one succeeds, also during refreshes": func(t *testing.T, b bench) {
		for n := range rounds {
			raceToRevokeAll(t, b, n+1)
		}
	},
	"a link that is added while its user is removed is ErrNotFound or unusable": func(t *testing.T, b bench) {
		for n := range rounds {
			raceForLink(t, b, n)
		}
	},
}

// raceForSessions creates a session of a user and refreshes another one, concurrently with a change that must leave neither live.
func raceForSessions(t *testing.T, b bench, n int, change func(ctx context.Context, r ports.Repos, u domain.User) error) {
	t.Helper()
	u := b.active(t, n)
	first, second := 10*n, 10*n+1
	existing, created := b.session(t, first, u), sessionOf(second, u)
	errs := concurrently(3, func(i int) error {
		switch i {
		case 0:
			return b.r().Sessions.Create(ctx, created, u.PasswordHash, nil, event())
		case 1:
			_, err := b.r().Sessions.RefreshToken(ctx, grantOf(existing, first), policy, homeNetwork, event(), start)
			return err
		default:
			return b.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error { return change(ctx, r, u) })
		}
	})
	wantOneOf(t, errs[0], ports.ErrConflict)
	wantOneOf(t, errs[1], ports.ErrNotFound)
	wantOneOf(t, errs[2])
	for n, s := range map[int]domain.Session{first: existing, second: created} {
		b.wantLive(t, false, s, start)
		for range 2 {
			_, err := b.r().Sessions.RefreshToken(ctx, grantOf(s, n), policy, homeNetwork, event(), start)
			wantErr(t, err, ports.ErrNotFound)
			s.Generation++
		}
	}
}

// raceToRevokeAll calls RevokeAllSessions as the caller of each session of a user, concurrently with a refresh of each.
func raceToRevokeAll(t *testing.T, b bench, n int) {
	t.Helper()
	u := b.active(t, n)
	sessions := make([]domain.Session, 10)
	for i := range sessions {
		sessions[i] = b.session(t, 100*n+i, u)
	}
	errs := concurrently(2*len(sessions), func(i int) error {
		if i < len(sessions) {
			return b.r().Sessions.RevokeAllSessions(ctx, callerOf(sessions[i]), event(), start)
		}
		i -= len(sessions)
		_, err := b.r().Sessions.RefreshToken(ctx, grantOf(sessions[i], 100*n+i), policy, homeNetwork, event(), start)
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

// raceForLink adds a link for a pending signup, concurrently with the activation of another user of the same email address.
func raceForLink(t *testing.T, b bench, n int) {
	t.Helper()
	email := fmt.Sprintf("race%d@example.com", n)
	winner, loser := b.pending(t, 2*n+1, email), b.pending(t, 2*n+2, email)
	l := linkOf(n, loser.ID, domain.VerifyEmail)
	errs := concurrently(2, func(i int) error {
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
