package porttest

import (
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// wantNotLive checks that a session can neither be read nor revoked.
func (b bench) wantNotLive(t *testing.T, c domain.Caller, at time.Time) {
	t.Helper()
	b.wantNotFound(t, c, at)
	wantErr(t, b.r().Sessions.RevokeSession(ctx, c, event(), at), ports.ErrNotFound)
	wantErr(t, b.r().Sessions.RevokeAllSessions(ctx, c, event(), at), ports.ErrNotFound)
}

// wantNotFound checks that a session cannot be read.
func (b bench) wantNotFound(t *testing.T, c domain.Caller, at time.Time) {
	t.Helper()
	_, err := b.r().Accounts.ReadProfile(ctx, c, at)
	wantErr(t, err, ports.ErrNotFound)
	_, err = b.r().Sessions.ReadSession(ctx, c, at)
	wantErr(t, err, ports.ErrNotFound)
	b.wantIsLive(t, false, c, at)
}

var sessionPromises = map[string]func(*testing.T, bench){
	"IsKnownDevice finds the known devices of a user": func(t *testing.T, b bench) {
		u, other := b.active(t, 1), b.active(t, 2)
		s := b.session(t, 1, u)
		b.session(t, 2, other)
		must(t, b.r().Sessions.RevokeSession(ctx, callerOf(s), event(), start))
		for device, want := range map[domain.DeviceID]bool{deviceOf(1): true, deviceOf(2): false, deviceOf(3): false} {
			isKnown, err := b.r().Sessions.IsKnownDevice(ctx, u.ID, device)
			must(t, err)
			if isKnown != want {
				t.Errorf("device %v is known: %v, want %v", device, isKnown, want)
			}
		}
	},
	"Create stores a session for a user who can log in and has the proven hash": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		b.wantLive(t, true, b.session(t, 1, u), start)
		must(t, b.r().Accounts.ReplacePassword(ctx, u.ID, u.PasswordHash, "$hash$new", start))
		b.wantLive(t, true, b.session(t, 2, b.byID(t, u.ID)), start)
	},
	"creating a session with another hash, or for a user who cannot log in, is ErrConflict": func(t *testing.T, b bench) {
		replaced := b.active(t, 1)
		must(t, b.r().Accounts.ReplacePassword(ctx, replaced.ID, replaced.PasswordHash, "$hash$new", start))
		empty := b.active(t, 2)
		empty.PasswordHash = ""
		for n, u := range []domain.User{replaced, empty, b.pending(t, 3, "pending@example.com"), b.terminated(t, 4), {ID: unknownUser}} {
			s := sessionOf(n, u)
			wantErr(t, b.r().Sessions.Create(ctx, s, u.PasswordHash, nil, event()), ports.ErrConflict)
			b.wantLive(t, false, s, start)
		}
	},
	"Create clears the limits of the password attempt, also if it is ErrConflict": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		limits := rateLimitPolicy.PasswordAttempt(attemptOf(1))
		for n, proven := range []domain.PasswordHash{u.PasswordHash, "$hash$replaced"} {
			b.spend(t, limits, start)
			if decision := b.spend(t, limits, start); decision.Count != 2 {
				t.Fatalf("session %d: %+v, want a count of 2", n, decision)
			}
			if err := b.r().Sessions.Create(ctx, sessionOf(n, u), proven, limits, event()); err != nil {
				wantErr(t, err, ports.ErrConflict)
			}
		}
		if decision := b.spend(t, limits, start); decision.Count != 1 {
			t.Errorf("%+v, want a count of 1", decision)
		}
	},
	"ReadProfile and ReadSession find the user and the session of each caller": func(t *testing.T, b bench) {
		u, other := b.active(t, 1), b.active(t, 2)
		for _, c := range []struct {
			session domain.Session
			user    domain.User
		}{{b.session(t, 1, u), u}, {b.session(t, 2, u), u}, {b.session(t, 3, other), other}} {
			found, err := b.r().Accounts.ReadProfile(ctx, callerOf(c.session), start)
			must(t, err)
			wantSame(t, c.user, found)
			own, err := b.r().Sessions.ReadSession(ctx, callerOf(c.session), start)
			must(t, err)
			wantSame(t, c.session, own)
		}
	},
	"an unknown session, or another user's, is ErrNotFound, and stays unchanged": func(t *testing.T, b bench) {
		u, other := b.active(t, 1), b.active(t, 2)
		s, otherUsers := b.session(t, 1, u), b.session(t, 2, other)
		for _, c := range []domain.Caller{
			{UserID: other.ID, SessionID: s.ID}, {UserID: u.ID, SessionID: otherUsers.ID}, {SessionID: s.ID}, {UserID: u.ID},
			{UserID: unknownUser, SessionID: s.ID}, {UserID: u.ID, SessionID: domain.SessionID{ID: number(9)}},
		} {
			b.wantNotLive(t, c, start)
		}
		b.wantLive(t, true, s, start)
		b.wantLive(t, true, otherUsers, start)
	},
	"a session is live until the instant of its idle limit": func(t *testing.T, b bench) {
		s := b.session(t, 1, b.active(t, 1))
		b.wantLive(t, true, s, s.ExpiresAt.Add(-tick))
		b.wantNotLive(t, callerOf(s), s.ExpiresAt)
		_, err := b.r().Sessions.RefreshToken(ctx, grantOf(s, 1), policy, homeNetwork, event(), s.ExpiresAt)
		wantErr(t, err, ports.ErrNotFound)
		must(t, b.r().Sessions.RevokeSession(ctx, callerOf(s), event(), s.ExpiresAt.Add(-tick)))
	},
	"a session is live until the instant of its absolute limit, however often it is refreshed": func(t *testing.T, b bench) {
		s := b.session(t, 1, b.active(t, 1))
		for at := start; at.Before(s.EndsAt.Add(-tick)); {
			at = at.Add(min(policy.Idle-tick, s.EndsAt.Add(-tick).Sub(at)))
			var err error
			s, err = b.r().Sessions.RefreshToken(ctx, grantOf(s, 1), policy, homeNetwork, event(), at)
			must(t, err)
		}
		wantSame(t, s.EndsAt, s.ExpiresAt)
		b.wantLive(t, true, s, s.EndsAt.Add(-tick))
		b.wantNotLive(t, callerOf(s), s.EndsAt)
	},
	"a session of a user who can no longer log in is ErrNotFound": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		s := b.session(t, 1, u)
		must(t, b.r().Accounts.TerminateAccount(ctx, u.ID, start))
		b.wantNotFound(t, callerOf(s), start)
		_, err := b.r().Sessions.RefreshToken(ctx, grantOf(s, 1), policy, homeNetwork, event(), start)
		wantErr(t, err, ports.ErrNotFound)
	},
	"sessions of a user who can no longer log in can be revoked": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		first, second := b.session(t, 1, u), b.session(t, 2, u)
		must(t, b.r().Accounts.TerminateAccount(ctx, u.ID, start))
		must(t, b.r().Sessions.RevokeSession(ctx, callerOf(first), event(), start))
		must(t, b.r().Sessions.RevokeAllSessions(ctx, callerOf(second), event(), start))
		b.wantRevocations(t, domain.RevocationPosition{}, 9, revocationOf(first, start), revocationOf(second, start))
	},
	"RevokeSession revokes the caller's own session once, and no other": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		s, other := b.session(t, 1, u), b.session(t, 2, u)
		must(t, b.r().Sessions.RevokeSession(ctx, callerOf(s), event(), start))
		b.wantNotLive(t, callerOf(s), start)
		b.wantLive(t, false, s, start)
		b.wantLive(t, true, other, start)
	},
	"of concurrent revocations of a session, one succeeds": func(t *testing.T, b bench) {
		s := b.session(t, 1, b.active(t, 1))
		wantOneSuccess(t, concurrently(20, func(int) error {
			return b.r().Sessions.RevokeSession(ctx, callerOf(s), event(), start)
		}), ports.ErrNotFound)
	},
	"RevokeAllSessions revokes all sessions of the caller, and no other user's": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		s, second, otherUsers := b.session(t, 1, u), b.session(t, 2, u), b.session(t, 3, b.active(t, 2))
		must(t, b.r().Sessions.RevokeAllSessions(ctx, callerOf(s), event(), start))
		b.wantLive(t, false, s, start)
		b.wantLive(t, false, second, start)
		b.wantLive(t, true, otherUsers, start)
		b.wantNotLive(t, callerOf(s), start)
	},
	"revoking all sessions with one that is not live is ErrNotFound, and revokes none": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		revoked, second := b.session(t, 1, u), b.session(t, 2, u)
		must(t, b.r().Sessions.RevokeSession(ctx, callerOf(revoked), event(), start))
		wantErr(t, b.r().Sessions.RevokeAllSessions(ctx, callerOf(revoked), event(), start), ports.ErrNotFound)
		b.wantLive(t, true, second, start)
	},
	"RevokeSessionsOf revokes all sessions of a user except the one to keep": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		s, second, otherUsers := b.session(t, 1, u), b.session(t, 2, u), b.session(t, 3, b.active(t, 2))
		must(t, b.r().Sessions.RevokeSessionsOf(ctx, u.ID, s.ID, start))
		b.wantLive(t, true, s, start)
		b.wantLive(t, false, second, start)
		b.wantLive(t, true, otherUsers, start)
		must(t, b.r().Sessions.RevokeSessionsOf(ctx, u.ID, otherUsers.ID, start))
		b.wantLive(t, false, s, start)
	},
	"RevokeSessionsOf with the zero id revokes all sessions, and none is no error": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		s, second := b.session(t, 1, u), b.session(t, 2, u)
		for range 2 {
			must(t, b.r().Sessions.RevokeSessionsOf(ctx, u.ID, domain.SessionID{}, start))
		}
		must(t, b.r().Sessions.RevokeSessionsOf(ctx, unknownUser, domain.SessionID{}, start))
		b.wantLive(t, false, s, start)
		b.wantLive(t, false, second, start)
	},
	"PurgeExpired removes only sessions past their absolute limit, in batches": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		for n := range 5 {
			s := b.session(t, n+1, u)
			if n%2 == 0 {
				must(t, b.r().Sessions.RevokeSession(ctx, callerOf(s), event(), start))
			}
		}
		young := policy.NewSession(domain.SessionID{ID: number(9)}, u.ID, deviceOf(9), secretOf(9).Hash(), start.Add(time.Hour))
		must(t, b.r().Sessions.Create(ctx, young, u.PasswordHash, nil, event()))
		limit := start.Add(policy.Absolute)
		wantRemoved(t, 0)(b.r().Sessions.PurgeExpired(ctx, limit, 3))
		for _, want := range []int{3, 2, 0} {
			wantRemoved(t, want)(b.r().Sessions.PurgeExpired(ctx, limit.Add(tick), 3))
		}
		b.wantLive(t, true, young, start.Add(time.Hour))
	},
}
