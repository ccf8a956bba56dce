package porttest

import (
	"fmt"
	"testing"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// bothIndexes are the indexes of one email address while keys rotate. A stored user has one of them.
var bothIndexes = domain.EmailIndexes{"\x01\x00\x00\x00\x02 new", "\x01\x00\x00\x00\x01 old"}

// pendingAs adds the nth user, with the same email address each time, stored under an index.
func (b bench) pendingAs(t *testing.T, n int, index domain.EmailIndex) domain.User {
	t.Helper()
	u := userOf(n, "user@example.com")
	u.EmailIndex = index
	must(t, b.r().Accounts.AddPending(ctx, u))
	return u
}

var indexPromises = map[string]func(*testing.T, bench){
	"FindVerified finds a user by whichever index is stored": func(t *testing.T, b bench) {
		for i, index := range bothIndexes {
			u := userOf(i+1, "user@example.com")
			u.EmailIndex = index + domain.EmailIndex(fmt.Sprint(i))
			must(t, b.r().Accounts.AddPending(ctx, u))
			must(t, b.r().Accounts.Activate(ctx, u.ID, domain.EmailIndexes{"another", u.EmailIndex}, start))
			for _, email := range []domain.EmailIndexes{{u.EmailIndex}, {u.EmailIndex, "another"}, {"another", u.EmailIndex}} {
				found, err := b.r().Accounts.FindVerified(ctx, email)
				must(t, err)
				wantSame(t, b.byID(t, u.ID), found)
			}
		}
	},
	"FindPending finds users by whichever index is stored, the newest first": func(t *testing.T, b bench) {
		first, second, third := b.pendingAs(t, 1, bothIndexes[1]), b.pendingAs(t, 2, bothIndexes[0]), b.pendingAs(t, 3, bothIndexes[1])
		for limit, want := range map[int][]domain.User{2: {third, second}, 9: {third, second, first}} {
			found, err := b.r().Accounts.FindPending(ctx, bothIndexes, limit)
			must(t, err)
			wantSame(t, want, found)
		}
	},
	"Activate removes the other pending signups under every index": func(t *testing.T, b bench) {
		old, primary, other := b.pendingAs(t, 1, bothIndexes[1]), b.pendingAs(t, 2, bothIndexes[0]), b.pendingAs(t, 3, "another")
		must(t, b.r().Accounts.Activate(ctx, old.ID, bothIndexes, start))
		b.wantGone(t, primary.ID)
		wantSame(t, other, b.byID(t, other.ID))
	},
	"activating a user of another email address is ErrNotFound": func(t *testing.T, b bench) {
		u := b.pendingAs(t, 1, "another")
		wantErr(t, b.r().Accounts.Activate(ctx, u.ID, bothIndexes, start), ports.ErrNotFound)
		wantSame(t, u, b.byID(t, u.ID))
	},
	"activation for an email address that is verified under another index is ErrConflict": func(t *testing.T, b bench) {
		for i := range bothIndexes {
			email := domain.EmailIndexes{bothIndexes[i] + "x", bothIndexes[1-i] + "y"}
			first := b.pendingAs(t, 2*i+1, email[0])
			must(t, b.r().Accounts.Activate(ctx, first.ID, email, start))
			late := b.pendingAs(t, 2*i+2, email[1])
			wantErr(t, b.r().Accounts.Activate(ctx, late.ID, email, start), ports.ErrConflict)
			wantSame(t, late, b.byID(t, late.ID))
		}
	},
	"of concurrent activations for one email address under two indexes, one succeeds": func(t *testing.T, b bench) {
		const n = 20
		for i := range n {
			b.pendingAs(t, i+1, bothIndexes[i%2])
		}
		winner := wantOneSuccess(t, concurrently(n, func(i int) error {
			return b.r().Accounts.Activate(ctx, domain.UserID{ID: number(i + 1)}, bothIndexes, start)
		}), ports.ErrNotFound, ports.ErrConflict)
		for i := range n {
			if i != winner {
				b.wantGone(t, domain.UserID{ID: number(i + 1)})
			}
		}
	},
	// An activation may miss pending signups that are added concurrently. The email address still gets one account.
	"of concurrent signups that are activated immediately, one succeeds": func(t *testing.T, b bench) {
		for round := range rounds {
			suffix := domain.EmailIndex(fmt.Sprint(round))
			email := domain.EmailIndexes{bothIndexes[0] + suffix, bothIndexes[1] + suffix}
			errs := concurrently(6, func(i int) error {
				u := userOf(10*round+i+1, "user@example.com")
				u.EmailIndex = email[i%2]
				if err := b.r().Accounts.AddPending(ctx, u); err != nil {
					return err
				}
				return b.r().Accounts.Activate(ctx, u.ID, email, start)
			})
			wantOneSuccess(t, errs, ports.ErrNotFound, ports.ErrConflict)
		}
	},
}
