package porttest

import (
	"fmt"
	"testing"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// bothIndexes are an address's while keys rotate: what is stored has one of them.
var bothIndexes = domain.EmailIndexes{"\x01\x00\x00\x00\x02 new", "\x01\x00\x00\x00\x01 old"}

// pendingAs adds the nth user, of the one address, stored under one of its indexes.
func (b bench) pendingAs(t *testing.T, n int, index domain.EmailIndex) domain.User {
	t.Helper()
	u := userOf(n, "user@example.com")
	u.EmailIndex = index
	must(t, b.r().Accounts.AddPending(ctx, u))
	return u
}

var indexPromises = map[string]func(*testing.T, bench){
	"a verified user is found by whichever index is stored": func(t *testing.T, b bench) {
		for i, index := range bothIndexes {
			u := userOf(i+1, "user@example.com")
			u.EmailIndex = index + domain.EmailIndex(fmt.Sprint(i))
			must(t, b.r().Accounts.AddPending(ctx, u))
			must(t, b.r().Accounts.Activate(ctx, u.ID, domain.EmailIndexes{"another", u.EmailIndex}, start))
			for _, address := range []domain.EmailIndexes{{u.EmailIndex}, {u.EmailIndex, "another"}, {"another", u.EmailIndex}} {
				found, err := b.r().Accounts.Verified(ctx, address)
				must(t, err)
				wantSame(t, b.byID(t, u.ID), found)
			}
		}
	},
	"pending users are found by whichever index is stored, the newest first": func(t *testing.T, b bench) {
		first, second, third := b.pendingAs(t, 1, bothIndexes[1]), b.pendingAs(t, 2, bothIndexes[0]), b.pendingAs(t, 3, bothIndexes[1])
		for limit, want := range map[int][]domain.User{2: {third, second}, 9: {third, second, first}} {
			found, err := b.r().Accounts.Pending(ctx, bothIndexes, limit)
			must(t, err)
			wantSame(t, want, found)
		}
	},
	"verifying one removes the pending users under every index": func(t *testing.T, b bench) {
		old, current, other := b.pendingAs(t, 1, bothIndexes[1]), b.pendingAs(t, 2, bothIndexes[0]), b.pendingAs(t, 3, "another")
		must(t, b.r().Accounts.Activate(ctx, old.ID, bothIndexes, start))
		b.wantGone(t, current.ID)
		wantSame(t, other, b.byID(t, other.ID))
	},
	"a user of another address is ErrNotFound": func(t *testing.T, b bench) {
		u := b.pendingAs(t, 1, "another")
		wantErr(t, b.r().Accounts.Activate(ctx, u.ID, bothIndexes, start), ports.ErrNotFound)
		wantSame(t, u, b.byID(t, u.ID))
	},
	"an address that is verified under another index is ErrConflict": func(t *testing.T, b bench) {
		for i := range bothIndexes {
			has, comes := b.pendingAs(t, 2*i+1, bothIndexes[i]+"x"), domain.EmailIndexes{bothIndexes[i] + "x", bothIndexes[1-i] + "y"}
			must(t, b.r().Accounts.Activate(ctx, has.ID, comes, start))
			late := b.pendingAs(t, 2*i+2, comes[1])
			wantErr(t, b.r().Accounts.Activate(ctx, late.ID, comes, start), ports.ErrConflict)
			wantSame(t, late, b.byID(t, late.ID))
		}
	},
	"of simultaneous activations for one address under two indexes one succeeds": func(t *testing.T, b bench) {
		const n = 20
		for i := range n {
			b.pendingAs(t, i+1, bothIndexes[i%2])
		}
		winner := wantOneSuccess(t, atOnce(n, func(i int) error {
			return b.r().Accounts.Activate(ctx, domain.UserID{ID: number(i + 1)}, bothIndexes, start)
		}), ports.ErrNotFound, ports.ErrConflict)
		for i := range n {
			if i != winner {
				b.wantGone(t, domain.UserID{ID: number(i + 1)})
			}
		}
	},
	// Signups that go on meanwhile are not all seen by whoever activates; the account stays one.
	"of simultaneous signups that are activated at once one succeeds": func(t *testing.T, b bench) {
		for round := range rounds {
			address := domain.EmailIndexes{bothIndexes[0] + domain.EmailIndex(fmt.Sprint(round)), bothIndexes[1] + domain.EmailIndex(fmt.Sprint(round))}
			errs := atOnce(6, func(i int) error {
				u := userOf(10*round+i+1, "user@example.com")
				u.EmailIndex = address[i%2]
				if err := b.r().Accounts.AddPending(ctx, u); err != nil {
					return err
				}
				return b.r().Accounts.Activate(ctx, u.ID, address, start)
			})
			wantOneSuccess(t, errs, ports.ErrNotFound, ports.ErrConflict)
		}
	},
}
