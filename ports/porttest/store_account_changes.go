package porttest

import (
	"fmt"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

var accountChangePromises = map[string]func(*testing.T, bench){
	"activation makes a pending user the account of its address": func(t *testing.T, b bench) {
		u, at := b.pending(t, 1, "user@example.com"), start.Add(time.Hour)
		must(t, b.r().Accounts.Activate(ctx, u.ID, domain.EmailIndexes{u.EmailIndex}, at))
		u.IsActive, u.VerifiedAt, u.UpdatedAt, u.Version = true, at, at, u.Version+1
		wantSame(t, u, b.byID(t, u.ID))
	},
	"activation removes the address's other pending users with their links, and nobody else": func(t *testing.T, b bench) {
		own, other := b.pending(t, 5, "user@example.com"), b.pending(t, 6, "other@example.com")
		must(t, b.r().Links.Add(ctx, linkOf(5, own.ID, domain.VerifyEmail)))
		must(t, b.r().Links.Add(ctx, linkOf(6, other.ID, domain.VerifyEmail)))
		for n := 1; n < 10; n += 2 { // on both sides of its own id and age
			if n != 5 {
				foreign := b.pending(t, n, "user@example.com")
				must(t, b.r().Links.Add(ctx, linkOf(n, foreign.ID, domain.VerifyEmail)))
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
	"activation of a user that is not pending is ErrNotFound": func(t *testing.T, b bench) {
		for _, u := range []domain.User{b.active(t, 1), b.terminated(t, 2)} {
			wantErr(t, b.r().Accounts.Activate(ctx, u.ID, domain.EmailIndexes{u.EmailIndex}, start.Add(time.Hour)), ports.ErrNotFound)
			wantSame(t, u, b.byID(t, u.ID))
		}
		wantErr(t, b.r().Accounts.Activate(ctx, nobody, domain.EmailIndexes{"index"}, start), ports.ErrNotFound)
	},
	"activation for an address that has a verified user is ErrConflict, and removes nobody": func(t *testing.T, b bench) {
		for n, owner := range []domain.User{b.active(t, 1), b.terminated(t, 2)} {
			late, other := b.pending(t, 10+n, owner.Email.Address()), b.pending(t, 20+n, owner.Email.Address())
			wantErr(t, b.r().Accounts.Activate(ctx, late.ID, domain.EmailIndexes{late.EmailIndex}, start), ports.ErrConflict)
			for _, u := range []domain.User{owner, late, other} {
				wantSame(t, u, b.byID(t, u.ID))
			}
		}
	},
	"of simultaneous activations for one address one succeeds": func(t *testing.T, b bench) {
		const n = 20
		for i := range n {
			b.pending(t, i+1, "user@example.com")
		}
		winner := wantOneSuccess(t, atOnce(n, func(i int) error {
			u := userOf(i+1, "user@example.com")
			return b.r().Accounts.Activate(ctx, u.ID, domain.EmailIndexes{u.EmailIndex}, start)
		}), ports.ErrNotFound, ports.ErrConflict)
		for i := range n {
			if i != winner {
				b.wantGone(t, domain.UserID{ID: number(i + 1)})
			}
		}
		if u := b.byID(t, domain.UserID{ID: number(winner + 1)}); !u.CanSignIn() {
			t.Errorf("activated: %+v", u)
		}
	},
	"of simultaneous activations of one user one succeeds": func(t *testing.T, b bench) {
		u := b.pending(t, 1, "user@example.com")
		wantOneSuccess(t, atOnce(20, func(int) error { return b.r().Accounts.Activate(ctx, u.ID, domain.EmailIndexes{u.EmailIndex}, start) }), ports.ErrNotFound)
	},
	"a password is replaced in place of the one expected": func(t *testing.T, b bench) {
		u, other, at := b.active(t, 1), b.active(t, 2), start.Add(time.Hour)
		must(t, b.r().Accounts.ReplacePassword(ctx, u.ID, u.PasswordHash, "$hash$new", at))
		got := b.byID(t, u.ID)
		if got.Version <= u.Version {
			t.Error("a profile read before the change could still be saved")
		}
		u.PasswordHash, u.UpdatedAt, u.Version = "$hash$new", at, got.Version
		wantSame(t, u, got)
		wantSame(t, other, b.byID(t, other.ID))
	},
	"a password other than the one expected is ErrConflict": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		for _, old := range []domain.PasswordHash{"$hash$other", "", u.PasswordHash + "x"} {
			wantErr(t, b.r().Accounts.ReplacePassword(ctx, u.ID, old, "$hash$new", start), ports.ErrConflict)
		}
		wantSame(t, u, b.byID(t, u.ID))
	},
	"a new password for a user that cannot sign in is ErrConflict": func(t *testing.T, b bench) {
		for _, u := range []domain.User{b.pending(t, 1, "pending@example.com"), b.terminated(t, 2), {ID: nobody}} {
			wantErr(t, b.r().Accounts.ReplacePassword(ctx, u.ID, u.PasswordHash, "$hash$new", start), ports.ErrConflict)
		}
	},
	"of simultaneous new passwords in place of one hash one is stored": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		name := func(i int) domain.PasswordHash { return domain.PasswordHash(fmt.Sprintf("$hash$new%d", i)) }
		winner := wantOneSuccess(t, atOnce(20, func(i int) error {
			return b.r().Accounts.ReplacePassword(ctx, u.ID, u.PasswordHash, name(i), start)
		}), ports.ErrConflict)
		if got := b.byID(t, u.ID).PasswordHash; got != name(winner) {
			t.Error("another hash is stored than that of the call that succeeded")
		}
	},
	"termination ends an account that can sign in": func(t *testing.T, b bench) {
		u, other, at := b.active(t, 1), b.active(t, 2), start.Add(time.Hour)
		must(t, b.r().Accounts.Terminate(ctx, u.ID, at))
		u.IsTerminated, u.TerminatedAt, u.UpdatedAt, u.Version = true, at, at, b.byID(t, u.ID).Version
		wantSame(t, u, b.byID(t, u.ID))
		wantSame(t, other, b.byID(t, other.ID))
	},
	"termination of an account that cannot sign in is ErrNotFound": func(t *testing.T, b bench) {
		for _, u := range []domain.User{b.pending(t, 1, "pending@example.com"), b.terminated(t, 2)} {
			wantErr(t, b.r().Accounts.Terminate(ctx, u.ID, start.Add(time.Hour)), ports.ErrNotFound)
			wantSame(t, u, b.byID(t, u.ID))
		}
		wantErr(t, b.r().Accounts.Terminate(ctx, nobody, start), ports.ErrNotFound)
	},
	"of simultaneous terminations one succeeds": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		wantOneSuccess(t, atOnce(20, func(int) error { return b.r().Accounts.Terminate(ctx, u.ID, start) }), ports.ErrNotFound)
	},
	"abandoned signups are removed with their links, in batches": func(t *testing.T, b bench) {
		for n := range 5 {
			u := b.pending(t, n+1, "user@example.com")
			must(t, b.r().Links.Add(ctx, linkOf(n+1, u.ID, domain.VerifyEmail)))
		}
		for _, want := range []int{3, 2, 0} {
			wantRemoved(t, want)(b.r().Accounts.RemoveAbandoned(ctx, start.Add(time.Hour), 3))
		}
		for n := range 5 {
			b.wantGone(t, domain.UserID{ID: number(n + 1)})
			b.wantLink(t, false, linkOf(n+1, domain.UserID{ID: number(n + 1)}, domain.VerifyEmail), start)
		}
	},
	"a signup is abandoned if it is older than the given time; a verified one never is": func(t *testing.T, b bench) {
		u := b.pending(t, 3, "user@example.com")
		kept := []domain.User{b.active(t, 1), b.terminated(t, 2), b.pending(t, 4, "young@example.com")}
		wantRemoved(t, 0)(b.r().Accounts.RemoveAbandoned(ctx, u.CreatedAt, 9))
		wantRemoved(t, 1)(b.r().Accounts.RemoveAbandoned(ctx, u.CreatedAt.Add(tick), 9))
		b.wantGone(t, u.ID)
		for _, u := range kept {
			wantSame(t, u, b.byID(t, u.ID))
		}
	},
}
