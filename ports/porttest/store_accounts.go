package porttest

import (
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

var accountPromises = map[string]func(*testing.T, bench){
	"a pending user comes back as it was stored": func(t *testing.T, b bench) {
		u := b.pending(t, 1, "Ada.Lovelace+x@Bücher.example")
		wantSame(t, u, b.byID(t, u.ID))
		noState := userOf(2, "b@example.com")
		noState.Residence = domain.RestoreResidence("VA", "")
		must(t, b.r().Accounts.AddPending(ctx, noState))
		wantSame(t, noState, b.byID(t, noState.ID))
	},
	"an unknown id is ErrNotFound": func(t *testing.T, b bench) {
		_, err := b.r().Accounts.ByID(ctx, domain.UserID{ID: number(9)})
		wantErr(t, err, ports.ErrNotFound)
	},
	"only a verified user is found by address, whether or not it can sign in": func(t *testing.T, b bench) {
		u := b.pending(t, 1, "user1@example.com")
		_, err := b.r().Accounts.Verified(ctx, u.EmailIndex)
		wantErr(t, err, ports.ErrNotFound)
		must(t, b.r().Accounts.Activate(ctx, u.ID, start))
		found, err := b.r().Accounts.Verified(ctx, u.EmailIndex)
		must(t, err)
		wantSame(t, b.byID(t, u.ID), found)
		must(t, b.r().Accounts.Terminate(ctx, u.ID, start))
		found, err = b.r().Accounts.Verified(ctx, u.EmailIndex)
		must(t, err)
		if !found.IsTerminated || found.CanSignIn() || !found.TerminatedAt.Equal(start) {
			t.Errorf("terminated user: %+v", found)
		}
	},
	"pending users of an address come newest first, up to the limit": func(t *testing.T, b bench) {
		for _, n := range []int{2, 4, 1, 3} {
			b.pending(t, n, "user@example.com")
		}
		b.pending(t, 5, "other@example.com")
		index := userOf(1, "user@example.com").EmailIndex
		found, err := b.r().Accounts.Pending(ctx, index, 3)
		must(t, err)
		var ids []domain.ID
		for _, u := range found {
			ids = append(ids, u.ID.ID)
		}
		wantSame(t, []domain.ID{number(4), number(3), number(2)}, ids)
		none, err := b.r().Accounts.Pending(ctx, "index of nobody", 3)
		if err != nil || len(none) != 0 {
			t.Errorf("none: %v, %v", none, err)
		}
	},
	"activation makes the account and removes the address's other pending users with their links": func(t *testing.T, b bench) {
		own, foreign, other := b.pending(t, 1, "user@example.com"), b.pending(t, 2, "user@example.com"), b.pending(t, 3, "other@example.com")
		must(t, b.r().Links.Add(ctx, linkOf(2, foreign.ID, domain.VerifyEmail)))
		must(t, b.r().Accounts.Activate(ctx, own.ID, start.Add(time.Hour)))
		activated := b.byID(t, own.ID)
		if !activated.CanSignIn() || !activated.VerifiedAt.Equal(start.Add(time.Hour)) || activated.Version != 2 {
			t.Errorf("activated: %+v", activated)
		}
		_, err := b.r().Accounts.ByID(ctx, foreign.ID)
		wantErr(t, err, ports.ErrNotFound)
		_, err = b.r().Links.User(ctx, domain.VerifyEmail, linkOf(2, foreign.ID, domain.VerifyEmail).Hash, start)
		wantErr(t, err, ports.ErrNotFound)
		wantSame(t, other, b.byID(t, other.ID))
	},
	"activation of a user that is not pending is ErrNotFound": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		wantErr(t, b.r().Accounts.Activate(ctx, u.ID, start), ports.ErrNotFound)
		wantErr(t, b.r().Accounts.Activate(ctx, domain.UserID{ID: number(9)}, start), ports.ErrNotFound)
	},
	"activation for an address that has a verified user is ErrConflict": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		late := userOf(2, u.Email.Address())
		must(t, b.r().Accounts.AddPending(ctx, late))
		wantErr(t, b.r().Accounts.Activate(ctx, late.ID, start), ports.ErrConflict)
		if b.byID(t, late.ID).IsVerified() {
			t.Error("it was activated all the same")
		}
	},
	"of simultaneous activations for one address one succeeds": func(t *testing.T, b bench) {
		const n = 20
		for i := range n {
			b.pending(t, i+1, "user@example.com")
		}
		wantOneSuccess(t, atOnce(n, func(i int) error {
			return b.r().Accounts.Activate(ctx, domain.UserID{ID: number(i + 1)}, start)
		}), ports.ErrNotFound, ports.ErrConflict)
	},
	"a profile is saved and counted up, unless its version is old": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		u.FullName, u.Residence, u.UpdatedAt = domain.RestoreFullName("Grace Hopper"), domain.RestoreResidence("US", "US-NY"), start.Add(time.Hour)
		must(t, b.r().Accounts.SaveProfile(ctx, u))
		wantErr(t, b.r().Accounts.SaveProfile(ctx, u), ports.ErrConflict)
		u.Version++
		wantSame(t, u, b.byID(t, u.ID))
	},
	"a password is replaced only in place of the one expected, of a user that can sign in": func(t *testing.T, b bench) {
		u, idle := b.active(t, 1), b.pending(t, 2, "pending@example.com")
		replace := b.r().Accounts.ReplacePassword
		wantErr(t, replace(ctx, u.ID, "$hash$other", "$hash$new", start), ports.ErrConflict)
		wantErr(t, replace(ctx, idle.ID, idle.PasswordHash, "$hash$new", start), ports.ErrConflict)
		must(t, replace(ctx, u.ID, u.PasswordHash, "$hash$new", start.Add(time.Hour)))
		if got := b.byID(t, u.ID); got.PasswordHash != "$hash$new" || !got.UpdatedAt.Equal(start.Add(time.Hour)) {
			t.Errorf("replaced: %+v", got)
		}
		must(t, b.r().Accounts.Terminate(ctx, u.ID, start))
		wantErr(t, replace(ctx, u.ID, "$hash$new", "$hash$newer", start), ports.ErrConflict)
	},
	"of simultaneous terminations one succeeds, and none of an account that cannot sign in": func(t *testing.T, b bench) {
		u, idle := b.active(t, 1), b.pending(t, 2, "pending@example.com")
		wantOneSuccess(t, atOnce(10, func(int) error { return b.r().Accounts.Terminate(ctx, u.ID, start) }), ports.ErrNotFound)
		wantErr(t, b.r().Accounts.Terminate(ctx, idle.ID, start), ports.ErrNotFound)
	},
	"abandoned signups are removed by age, in batches, and nobody else": func(t *testing.T, b bench) {
		kept := b.active(t, 1)
		for n := range 5 {
			b.pending(t, n+2, "user@example.com")
		}
		young := b.pending(t, 60, "young@example.com")
		before := start.Add(30 * time.Minute)
		for _, want := range []int{3, 2, 0} {
			got, err := b.r().Accounts.RemoveAbandoned(ctx, before, 3)
			if err != nil || got != want {
				t.Errorf("removed %d, %v; want %d", got, err, want)
			}
		}
		b.byID(t, kept.ID)
		b.byID(t, young.ID)
	},
}
