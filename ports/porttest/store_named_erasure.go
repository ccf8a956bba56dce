package porttest

import (
	"context"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

var namedErasurePromises = map[string]func(*testing.T, bench){
	"EraseAccounts erases accounts in any state, and no other": func(t *testing.T, b bench) {
		active, terminated, kept, pending := b.active(t, 1), b.terminated(t, 2), b.active(t, 3), b.pending(t, 4, "pending@example.com")
		s, l, keptSession := b.session(t, 1, active), b.link(t, 1, active.ID, domain.ResetPassword), b.session(t, 3, kept)
		named := []domain.UserID{active.ID, terminated.ID, pending.ID}
		erased, err := b.r().Accounts.EraseAccounts(ctx, named, start.Add(time.Hour))
		must(t, err)
		wantSame(t, named, erased)
		for _, id := range named {
			b.wantGone(t, id)
		}
		b.wantLive(t, false, s, start)
		b.wantLink(t, false, l, start)
		wantSame(t, kept, b.byID(t, kept.ID))
		b.wantLive(t, true, keptSession, start)
		again := b.pending(t, 5, active.Email.Address())
		must(t, b.r().Accounts.Activate(ctx, again.ID, domain.EmailIndexes{again.EmailIndex}, start))
	},
	"EraseAccounts leaves out users who do not exist or are erased already": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		for _, want := range [][]domain.UserID{{u.ID}, {}} {
			erased, err := b.r().Accounts.EraseAccounts(ctx, []domain.UserID{unknownUser, u.ID}, start)
			must(t, err)
			wantSame(t, want, append([]domain.UserID{}, erased...))
		}
		b.wantErased(t, start.Add(time.Hour), 9)
	},
	"an erasure by EraseAccounts takes effect if and only if its transaction does": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		wantErr(t, b.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
			_, err := r.Accounts.EraseAccounts(ctx, []domain.UserID{u.ID}, start)
			must(t, err)
			return errOfDo
		}), errOfDo)
		wantSame(t, u, b.byID(t, u.ID))
	},
}
