package porttest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

var erasurePromises = map[string]func(*testing.T, bench){
	"a reversed termination leaves the account as it was": func(t *testing.T, b bench) {
		before, other, at := b.active(t, 1), b.terminated(t, 2), start.Add(time.Hour)
		must(t, b.r().Accounts.Terminate(ctx, before.ID, start))
		version := b.byID(t, before.ID).Version
		must(t, b.r().Accounts.ReverseTermination(ctx, before.ID, at))
		got := b.byID(t, before.ID)
		if got.Version <= version {
			t.Error("a profile read before the reversal could still be saved")
		}
		before.UpdatedAt, before.Version = at, got.Version
		wantSame(t, before, got)
		wantSame(t, other, b.byID(t, other.ID))
	},
	"a reversal of what is not terminated, or is erased, is ErrNotFound": func(t *testing.T, b bench) {
		gone := b.terminated(t, 3)
		b.wantErased(t, start.Add(tick), 9, gone.ID)
		for _, u := range []domain.User{b.active(t, 1), b.pending(t, 2, "pending@example.com")} {
			wantErr(t, b.r().Accounts.ReverseTermination(ctx, u.ID, start), ports.ErrNotFound)
			wantSame(t, u, b.byID(t, u.ID))
		}
		for _, id := range []domain.UserID{gone.ID, nobody} {
			wantErr(t, b.r().Accounts.ReverseTermination(ctx, id, start), ports.ErrNotFound)
		}
	},
	"accounts terminated before the given time are erased, those terminated first, in batches": func(t *testing.T, b bench) {
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
	"no call finds what is erased, and its address is free": erasesEverywhere,
	"erasure spares what others have":                       erasureSparesOthers,
	"of simultaneous reversals and erasures one succeeds": func(t *testing.T, b bench) {
		for n := range rounds {
			raceForTerminated(t, b, n+1)
		}
	},
	"a link for a user that is erased is ErrNotFound, also at the same moment": func(t *testing.T, b bench) {
		for n := range rounds {
			u, l := b.terminated(t, n+1), linkOf(n, domain.UserID{ID: number(n + 1)}, domain.ReverseTermination)
			errs := atOnce(2, func(i int) error {
				if i == 0 {
					_, err := b.r().Accounts.EraseTerminated(ctx, start.Add(tick), 9, start)
					return err
				}
				return b.r().Links.Add(ctx, l)
			})
			wantOneOf(t, errs[0])
			wantOneOf(t, errs[1], ports.ErrNotFound)
			// The link's own call may have held the account back.
			_, err := b.r().Accounts.EraseTerminated(ctx, start.Add(tick), 9, start)
			must(t, err)
			b.wantGone(t, u.ID)
			b.wantLink(t, false, l, start)
			wantRemoved(t, 0)(b.r().Links.RemoveExpired(ctx, l.ExpiresAt.Add(tick), 9))
			wantErr(t, b.r().Links.Add(ctx, linkOf(1000+n, u.ID, domain.ReverseTermination)), ports.ErrNotFound)
		}
	},
}

// terminatedAt adds a user whose account has ended at a time.
func (b bench) terminatedAt(t *testing.T, n int, at time.Time) domain.User {
	t.Helper()
	u := b.active(t, n)
	must(t, b.r().Accounts.Terminate(ctx, u.ID, at))
	return b.byID(t, u.ID)
}

// wantErased erases, and checks whom.
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
	s, l := b.session(t, 1, u), b.link(t, 1, u.ID, domain.ReverseTermination)
	budgets := throttlePolicy.Password(domain.Guess{Address: u.EmailIndex})
	must(t, b.r().Throttle.Disable(ctx, budgets[0], start))
	b.take(t, throttlePolicy.Password(domain.Guess{Address: u.EmailIndex, Device: deviceOf(1)}), start)
	must(t, b.r().Accounts.Terminate(ctx, u.ID, start))
	u = b.byID(t, u.ID)
	b.wantErased(t, start.Add(tick), 9, u.ID)

	_, err := b.r().Accounts.Verified(ctx, domain.EmailIndexes{u.EmailIndex})
	wantErr(t, err, ports.ErrNotFound)
	_, credentials, err := b.r().Accounts.Guess(ctx, domain.EmailIndexes{u.EmailIndex}, throttlePolicy.Password(guess(1)), start)
	must(t, err)
	wantSame(t, domain.Credentials{}, credentials)
	pending, err := b.r().Accounts.Pending(ctx, domain.EmailIndexes{u.EmailIndex}, 9)
	if err != nil || len(pending) != 0 {
		t.Errorf("pending: %v, %v", pending, err)
	}
	b.wantLive(t, false, s, start)
	b.wantLink(t, false, l, start)
	_, err = b.r().Links.Use(ctx, l.Purpose, l.Hash, start)
	wantErr(t, err, ports.ErrNotFound)
	for call, c := range map[string]struct{ got, want error }{
		"Activate":        {b.r().Accounts.Activate(ctx, u.ID, domain.EmailIndexes{u.EmailIndex}, start), ports.ErrNotFound},
		"SaveProfile":     {b.r().Accounts.SaveProfile(ctx, u), ports.ErrConflict},
		"ReplacePassword": {b.r().Accounts.ReplacePassword(ctx, u.ID, u.PasswordHash, "$hash$new", start), ports.ErrConflict},
		"Terminate":       {b.r().Accounts.Terminate(ctx, u.ID, start), ports.ErrNotFound},
		"Open":            {b.r().Sessions.Open(ctx, sessionOf(2, u), u.PasswordHash, nil, event()), ports.ErrConflict},
	} {
		t.Run(call, func(t *testing.T) { wantErr(t, c.got, c.want) })
	}
	wantRemoved(t, 0)(b.r().Accounts.RemoveAbandoned(ctx, start.Add(365*24*time.Hour), 9))

	again := b.pending(t, 2, u.Email.Address())
	must(t, b.r().Accounts.Activate(ctx, again.ID, domain.EmailIndexes{again.EmailIndex}, start))
	if got := b.byID(t, again.ID); !got.CanSignIn() {
		t.Errorf("signed up anew: %+v", got)
	}
	if a := b.take(t, budgets, start); !a.Granted || a.Count != 1 {
		t.Errorf("wrong passwords of the one before count for the next: %+v", a)
	}
}

func erasureSparesOthers(t *testing.T, b bench) {
	doomed, u := b.terminated(t, 1), b.active(t, 2)
	stranger := b.pending(t, 3, doomed.Email.Address())
	s, l := b.session(t, 2, u), b.link(t, 2, u.ID, domain.ResetPassword)
	strangers := b.link(t, 3, stranger.ID, domain.VerifyEmail)
	budgets := throttlePolicy.Password(domain.Guess{Address: u.EmailIndex})
	b.take(t, budgets, start)
	b.wantErased(t, start.Add(tick), 9, doomed.ID)
	b.wantLive(t, true, s, start)
	b.wantLink(t, true, l, start)
	b.wantLink(t, true, strangers, start)
	wantSame(t, u, b.byID(t, u.ID))
	wantSame(t, stranger, b.byID(t, stranger.ID))
	if a := b.take(t, budgets, start); a.Count != 2 {
		t.Errorf("another's wrong passwords were forgotten: %+v", a)
	}
}

// raceForTerminated has two reversals and two erasures meet.
func raceForTerminated(t *testing.T, b bench, n int) {
	t.Helper()
	u := b.terminated(t, n)
	l := b.link(t, n, u.ID, domain.ReverseTermination)
	errs := atOnce(4, func(i int) error {
		if i < 2 {
			return b.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
				if err := r.Accounts.ReverseTermination(ctx, u.ID, start); err != nil {
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
	if got := b.byID(t, u.ID); !got.CanSignIn() {
		t.Error(fmt.Sprint("the reversal succeeded, but the account cannot sign in: ", got))
	}
}
