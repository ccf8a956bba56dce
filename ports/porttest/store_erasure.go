package porttest

import (
	"context"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

var erasurePromises = map[string]func(*testing.T, bench){
	"CancelTermination restores the account to its state before": func(t *testing.T, b bench) {
		before, other, at := b.active(t, 1), b.terminated(t, 2), start.Add(time.Hour)
		must(t, b.r().Accounts.TerminateAccount(ctx, before.ID, start))
		version := b.byID(t, before.ID).Version
		must(t, b.r().Accounts.CancelTermination(ctx, before.ID, at))
		got := b.byID(t, before.ID)
		if got.Version <= version {
			t.Error("the version was not incremented: a profile that was read before could still be changed")
		}
		before.UpdatedAt, before.Version = at, got.Version
		wantSame(t, before, got)
		wantSame(t, other, b.byID(t, other.ID))
	},
	"cancelling the termination of an account that is not terminated, or is erased, is ErrNotFound": func(t *testing.T, b bench) {
		erased := b.terminated(t, 3)
		b.wantErased(t, start.Add(tick), 9, erased.ID)
		for _, u := range []domain.User{b.active(t, 1), b.pending(t, 2, "pending@example.com")} {
			wantErr(t, b.r().Accounts.CancelTermination(ctx, u.ID, start), ports.ErrNotFound)
			wantSame(t, u, b.byID(t, u.ID))
		}
		for _, id := range []domain.UserID{erased.ID, unknownUser} {
			wantErr(t, b.r().Accounts.CancelTermination(ctx, id, start), ports.ErrNotFound)
		}
	},
	"EraseTerminated erases accounts terminated before the given time, those terminated first, in batches": func(t *testing.T, b bench) {
		for n := range 5 {
			b.terminatedAt(t, n+1, start.Add(time.Duration(5-n)*time.Hour))
		}
		kept := []domain.User{b.active(t, 11), b.pending(t, 12, "pending@example.com")}
		id := func(n int) domain.UserID { return domain.UserID{ID: number(n)} }
		b.wantErased(t, start.Add(time.Hour), 9)
		b.wantErased(t, start.Add(time.Hour+tick), 9, id(5))
		b.wantErased(t, start.Add(5*time.Hour), 2, id(4), id(3))
		b.wantErased(t, start.Add(5*time.Hour), 9, id(2))
		b.wantErased(t, start.Add(5*time.Hour), 9)
		b.byID(t, id(1))
		for _, u := range kept {
			wantSame(t, u, b.byID(t, u.ID))
		}
	},
	"no method finds an erased account, and its email address is free": erasesEverywhere,
	"EraseTerminated changes nothing of other users":                   erasesNoOtherUser,
	"of concurrent cancellations and erasures, one succeeds": func(t *testing.T, b bench) {
		for n := range rounds {
			raceForTerminated(t, b, n+1)
		}
	},
	"adding a link for an erased user is ErrNotFound, also concurrently with the erasure": func(t *testing.T, b bench) {
		for n := range rounds {
			u, l := b.terminated(t, n+1), linkOf(n, domain.UserID{ID: number(n + 1)}, domain.CancelTermination)
			errs := concurrently(2, func(i int) error {
				if i == 0 {
					_, err := b.r().Accounts.EraseTerminated(ctx, start.Add(tick), 9, start)
					return err
				}
				return b.r().Links.Add(ctx, l)
			})
			wantOneOf(t, errs[0])
			wantOneOf(t, errs[1], ports.ErrNotFound)
			// EraseTerminated may have left out the account while Links.Add had it locked.
			_, err := b.r().Accounts.EraseTerminated(ctx, start.Add(tick), 9, start)
			must(t, err)
			b.wantGone(t, u.ID)
			b.wantLink(t, false, l, start)
			wantRemoved(t, 0)(b.r().Links.PurgeExpired(ctx, l.ExpiresAt.Add(tick), 9))
			wantErr(t, b.r().Links.Add(ctx, linkOf(1000+n, u.ID, domain.CancelTermination)), ports.ErrNotFound)
		}
	},
}

// terminatedAt adds the nth user, verifies it and terminates the account at a time.
func (b bench) terminatedAt(t *testing.T, n int, at time.Time) domain.User {
	t.Helper()
	u := b.active(t, n)
	must(t, b.r().Accounts.TerminateAccount(ctx, u.ID, at))
	return b.byID(t, u.ID)
}

// wantErased erases a batch and checks which accounts it erased.
func (b bench) wantErased(t *testing.T, before time.Time, limit int, want ...domain.UserID) {
	t.Helper()
	got, err := b.r().Accounts.EraseTerminated(ctx, before, limit, start.Add(time.Hour))
	must(t, err)
	wantSame(t, append([]domain.UserID{}, want...), append([]domain.UserID{}, got...))
	for _, id := range want {
		b.wantGone(t, id)
	}
}

func erasesEverywhere(t *testing.T, b bench) {
	u := b.active(t, 1)
	s, l := b.session(t, 1, u), b.link(t, 1, u.ID, domain.CancelTermination)
	limits := rateLimitPolicy.PasswordAttempt(domain.PasswordAttempt{Account: string(u.EmailIndex)})
	b.spend(t, limits, start)
	b.spend(t, rateLimitPolicy.PasswordAttempt(domain.PasswordAttempt{Account: string(u.EmailIndex), Device: deviceOf(1)}), start)
	must(t, b.r().Accounts.TerminateAccount(ctx, u.ID, start))
	u = b.byID(t, u.ID)
	b.wantErased(t, start.Add(tick), 9, u.ID)

	_, err := b.r().Accounts.FindVerified(ctx, domain.EmailIndexes{u.EmailIndex})
	wantErr(t, err, ports.ErrNotFound)
	others := rateLimitPolicy.PasswordAttempt(attemptOf(1))
	_, credentials, err := b.r().Accounts.SpendLogin(ctx, domain.EmailIndexes{u.EmailIndex}, domain.KnownDevice{}, others, start)
	must(t, err)
	wantSame(t, domain.Credentials{}, credentials)
	pending, err := b.r().Accounts.FindPending(ctx, domain.EmailIndexes{u.EmailIndex}, 9)
	if err != nil || len(pending) != 0 {
		t.Errorf("FindPending = %v, %v; want none", pending, err)
	}
	b.wantLive(t, false, s, start)
	b.wantLink(t, false, l, start)
	_, err = b.r().Links.Use(ctx, l.Purpose, l.Hash, start)
	wantErr(t, err, ports.ErrNotFound)
	for call, c := range map[string]struct{ got, want error }{
		"Activate":         {b.r().Accounts.Activate(ctx, u.ID, domain.EmailIndexes{u.EmailIndex}, start), ports.ErrNotFound},
		"ChangeProfile":    {b.r().Accounts.ChangeProfile(ctx, u), ports.ErrConflict},
		"ReplacePassword":  {b.r().Accounts.ReplacePassword(ctx, u.ID, u.PasswordHash, "$hash$new", start), ports.ErrConflict},
		"TerminateAccount": {b.r().Accounts.TerminateAccount(ctx, u.ID, start), ports.ErrNotFound},
		"Create":           {b.r().Sessions.Create(ctx, sessionOf(2, u), u.PasswordHash, nil, event()), ports.ErrConflict},
	} {
		t.Run(call, func(t *testing.T) { wantErr(t, c.got, c.want) })
	}
	wantRemoved(t, 0)(b.r().Accounts.PurgeAbandoned(ctx, start.Add(365*24*time.Hour), 9))

	again := b.pending(t, 2, u.Email.Address())
	must(t, b.r().Accounts.Activate(ctx, again.ID, domain.EmailIndexes{again.EmailIndex}, start))
	if got := b.byID(t, again.ID); !got.CanLogIn() {
		t.Errorf("after another signup the user cannot log in: %+v", got)
	}
	if decision := b.spend(t, limits, start); !decision.Allowed || decision.Count != 2 {
		t.Errorf("the rate limits of the email address changed, so that other clients see the erasure: %+v", decision)
	}
}

func erasesNoOtherUser(t *testing.T, b bench) {
	erased, u := b.terminated(t, 1), b.active(t, 2)
	pending := b.pending(t, 3, erased.Email.Address())
	s, l := b.session(t, 2, u), b.link(t, 2, u.ID, domain.ResetPassword)
	verification := b.link(t, 3, pending.ID, domain.VerifyEmail)
	limits := rateLimitPolicy.PasswordAttempt(domain.PasswordAttempt{Account: string(u.EmailIndex)})
	b.spend(t, limits, start)
	b.wantErased(t, start.Add(tick), 9, erased.ID)
	b.wantLive(t, true, s, start)
	b.wantLink(t, true, l, start)
	b.wantLink(t, true, verification, start)
	wantSame(t, u, b.byID(t, u.ID))
	wantSame(t, pending, b.byID(t, pending.ID))
	if decision := b.spend(t, limits, start); decision.Count != 2 {
		t.Errorf("the wrong passwords of another user were cleared: %+v", decision)
	}
}

// raceForTerminated runs two cancellations and two erasures of one account concurrently.
func raceForTerminated(t *testing.T, b bench, n int) {
	t.Helper()
	u := b.terminated(t, n)
	l := b.link(t, n, u.ID, domain.CancelTermination)
	errs := concurrently(4, func(i int) error {
		if i < 2 {
			return b.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
				if err := r.Accounts.CancelTermination(ctx, u.ID, start); err != nil {
					return err
				}
				_, err := r.Links.Use(ctx, l.Purpose, l.Hash, start)
				return err
			})
		}
		erased, err := b.r().Accounts.EraseTerminated(ctx, start.Add(tick), 9, start)
		if err == nil && len(erased) == 0 {
			return ports.ErrNotFound
		}
		return err
	})
	winner := wantOneSuccess(t, errs, ports.ErrNotFound)
	if winner >= 2 {
		b.wantGone(t, u.ID)
		return
	}
	if got := b.byID(t, u.ID); !got.CanLogIn() {
		t.Errorf("the cancellation succeeded, but the user cannot log in: %+v", got)
	}
}
