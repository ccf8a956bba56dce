package porttest

import (
	"fmt"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

var accountChangePromises = map[string]func(*testing.T, bench){
	"Activate makes a pending signup the account of its email address": func(t *testing.T, b bench) {
		u, at := b.pending(t, 1, "user@example.com"), start.Add(time.Hour)
		must(t, b.r().Accounts.Activate(ctx, u.ID, domain.EmailIndexes{u.EmailIndex}, at))
		u.IsActive, u.VerifiedAt, u.UpdatedAt, u.Version = true, at, at, u.Version+1
		wantSame(t, u, b.byID(t, u.ID))
	},
	"Activate removes the other pending signups of the email address with their links, and no other user": func(t *testing.T, b bench) {
		own, other := b.pending(t, 5, "user@example.com"), b.pending(t, 6, "other@example.com")
		must(t, b.r().Links.Add(ctx, linkOf(5, own.ID, domain.VerifyEmail)))
		must(t, b.r().Links.Add(ctx, linkOf(6, other.ID, domain.VerifyEmail)))
		for n := 1; n < 10; n += 2 { // with smaller and larger ids, older and newer
			if n != 5 {
				pending := b.pending(t, n, "user@example.com")
				must(t, b.r().Links.Add(ctx, linkOf(n, pending.ID, domain.VerifyEmail)))
			}
		}
		must(t, b.r().Accounts.Activate(ctx, own.ID, domain.EmailIndexes{own.EmailIndex}, start))
		for _, n := range []int{1, 3, 7, 9} {
			b.wantGone(t, domain.UserID{ID: number(n)})
			b.wantLink(t, false, linkOf(n, domain.UserID{ID: number(n)}, domain.VerifyEmail), start)
		}
		b.wantLink(t, true, linkOf(5, own.ID, domain.VerifyEmail), start)
		b.wantLink(t, true, linkOf(6, other.ID, domain.VerifyEmail), start)
		wantSame(t, other, b.byID(t, other.ID))
	},
	"activating a user who is not pending is ErrNotFound": func(t *testing.T, b bench) {
		for _, u := range []domain.User{b.active(t, 1), b.terminated(t, 2)} {
			wantErr(t, b.r().Accounts.Activate(ctx, u.ID, domain.EmailIndexes{u.EmailIndex}, start.Add(time.Hour)), ports.ErrNotFound)
			wantSame(t, u, b.byID(t, u.ID))
		}
		wantErr(t, b.r().Accounts.Activate(ctx, unknownUser, domain.EmailIndexes{"index"}, start), ports.ErrNotFound)
	},
	"activation for an email address with a verified account is ErrConflict, and removes no user": func(t *testing.T, b bench) {
		for n, verified := range []domain.User{b.active(t, 1), b.terminated(t, 2)} {
			late, other := b.pending(t, 10+n, verified.Email.Address()), b.pending(t, 20+n, verified.Email.Address())
			wantErr(t, b.r().Accounts.Activate(ctx, late.ID, domain.EmailIndexes{late.EmailIndex}, start), ports.ErrConflict)
			for _, u := range []domain.User{verified, late, other} {
				wantSame(t, u, b.byID(t, u.ID))
			}
		}
	},
	"of concurrent activations for one email address, one succeeds": func(t *testing.T, b bench) {
		const n = 20
		for i := range n {
			b.pending(t, i+1, "user@example.com")
		}
		winner := wantOneSuccess(t, concurrently(n, func(i int) error {
			u := userOf(i+1, "user@example.com")
			return b.r().Accounts.Activate(ctx, u.ID, domain.EmailIndexes{u.EmailIndex}, start)
		}), ports.ErrNotFound, ports.ErrConflict)
		for i := range n {
			if i != winner {
				b.wantGone(t, domain.UserID{ID: number(i + 1)})
			}
		}
		if u := b.byID(t, domain.UserID{ID: number(winner + 1)}); !u.CanLogIn() {
			t.Errorf("the activated user cannot log in: %+v", u)
		}
	},
	"of concurrent activations of one user, one succeeds": func(t *testing.T, b bench) {
		u := b.pending(t, 1, "user@example.com")
		wantOneSuccess(t, concurrently(20, func(int) error {
			return b.r().Accounts.Activate(ctx, u.ID, domain.EmailIndexes{u.EmailIndex}, start)
		}), ports.ErrNotFound)
	},
	"ReplacePassword stores a new hash in place of the expected one": func(t *testing.T, b bench) {
		u, other, at := b.active(t, 1), b.active(t, 2), start.Add(time.Hour)
		must(t, b.r().Accounts.ReplacePassword(ctx, u.ID, u.PasswordHash, "$hash$new", at))
		got := b.byID(t, u.ID)
		if got.Version <= u.Version {
			t.Error("the version was not incremented: a profile that was read before could still be changed")
		}
		u.PasswordHash, u.UpdatedAt, u.Version = "$hash$new", at, got.Version
		wantSame(t, u, got)
		wantSame(t, other, b.byID(t, other.ID))
	},
	"replacing another hash than the stored one is ErrConflict": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		for _, old := range []domain.PasswordHash{"$hash$other", "", u.PasswordHash + "x"} {
			wantErr(t, b.r().Accounts.ReplacePassword(ctx, u.ID, old, "$hash$new", start), ports.ErrConflict)
		}
		wantSame(t, u, b.byID(t, u.ID))
	},
	"replacing the password of a user who cannot log in is ErrConflict": func(t *testing.T, b bench) {
		for _, u := range []domain.User{b.pending(t, 1, "pending@example.com"), b.terminated(t, 2), {ID: unknownUser}} {
			wantErr(t, b.r().Accounts.ReplacePassword(ctx, u.ID, u.PasswordHash, "$hash$new", start), ports.ErrConflict)
		}
	},
	"of concurrent replacements of one hash, one succeeds": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		hash := func(i int) domain.PasswordHash { return domain.PasswordHash(fmt.Sprintf("$hash$new%d", i)) }
		winner := wantOneSuccess(t, concurrently(20, func(i int) error {
			return b.r().Accounts.ReplacePassword(ctx, u.ID, u.PasswordHash, hash(i), start)
		}), ports.ErrConflict)
		if got := b.byID(t, u.ID).PasswordHash; got != hash(winner) {
			t.Error("the stored hash is not that of the call that succeeded")
		}
	},
	"TerminateAccount terminates an account that can log in, and no other": func(t *testing.T, b bench) {
		u, other, at := b.active(t, 1), b.active(t, 2), start.Add(time.Hour)
		must(t, b.r().Accounts.TerminateAccount(ctx, u.ID, at))
		u.IsTerminated, u.TerminatedAt, u.UpdatedAt, u.Version = true, at, at, b.byID(t, u.ID).Version
		wantSame(t, u, b.byID(t, u.ID))
		wantSame(t, other, b.byID(t, other.ID))
	},
	"terminating an account that cannot log in is ErrNotFound": func(t *testing.T, b bench) {
		for _, u := range []domain.User{b.pending(t, 1, "pending@example.com"), b.terminated(t, 2)} {
			wantErr(t, b.r().Accounts.TerminateAccount(ctx, u.ID, start.Add(time.Hour)), ports.ErrNotFound)
			wantSame(t, u, b.byID(t, u.ID))
		}
		wantErr(t, b.r().Accounts.TerminateAccount(ctx, unknownUser, start), ports.ErrNotFound)
	},
	"of concurrent terminations, one succeeds": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		wantOneSuccess(t, concurrently(20, func(int) error { return b.r().Accounts.TerminateAccount(ctx, u.ID, start) }), ports.ErrNotFound)
	},
	"PurgeAbandoned removes pending signups with their links, in batches": func(t *testing.T, b bench) {
		for n := range 5 {
			u := b.pending(t, n+1, "user@example.com")
			must(t, b.r().Links.Add(ctx, linkOf(n+1, u.ID, domain.VerifyEmail)))
		}
		for _, want := range []int{3, 2, 0} {
			wantRemoved(t, want)(b.r().Accounts.PurgeAbandoned(ctx, start.Add(time.Hour), 3))
		}
		for n := range 5 {
			b.wantGone(t, domain.UserID{ID: number(n + 1)})
			b.wantLink(t, false, linkOf(n+1, domain.UserID{ID: number(n + 1)}, domain.VerifyEmail), start)
		}
	},
	"PurgeAbandoned removes only pending signups from before the given time": func(t *testing.T, b bench) {
		u := b.pending(t, 3, "user@example.com")
		kept := []domain.User{b.active(t, 1), b.terminated(t, 2), b.pending(t, 4, "young@example.com")}
		wantRemoved(t, 0)(b.r().Accounts.PurgeAbandoned(ctx, u.CreatedAt, 9))
		wantRemoved(t, 1)(b.r().Accounts.PurgeAbandoned(ctx, u.CreatedAt.Add(tick), 9))
		b.wantGone(t, u.ID)
		for _, u := range kept {
			wantSame(t, u, b.byID(t, u.ID))
		}
	},
}
