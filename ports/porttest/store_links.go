package porttest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

func linkOf(n int, user domain.UserID, purpose domain.LinkPurpose) domain.Link {
	return domain.Link{Hash: secretOf(n).Hash(), Purpose: purpose, UserID: user, ExpiresAt: start.Add(purpose.Lifetime())}
}

var linkPromises = map[string]func(*testing.T, bench){
	"a link finds its user and stays alive until it expires": func(t *testing.T, b bench) {
		u := b.pending(t, 1, "user@example.com")
		l := linkOf(1, u.ID, domain.VerifyEmail)
		must(t, b.r().Links.Add(ctx, l))
		for range 2 {
			found, err := b.r().Links.User(ctx, l.Purpose, l.Hash, l.ExpiresAt.Add(-time.Microsecond))
			must(t, err)
			wantSame(t, u, found)
		}
		_, err := b.r().Links.User(ctx, l.Purpose, l.Hash, l.ExpiresAt)
		wantErr(t, err, ports.ErrNotFound)
		_, err = b.r().Links.Use(ctx, l.Purpose, l.Hash, l.ExpiresAt)
		wantErr(t, err, ports.ErrNotFound)
	},
	"a link of another purpose, or an unknown one, is ErrNotFound": func(t *testing.T, b bench) {
		l := linkOf(1, b.active(t, 1).ID, domain.ResetPassword)
		must(t, b.r().Links.Add(ctx, l))
		_, err := b.r().Links.User(ctx, domain.VerifyEmail, l.Hash, start)
		wantErr(t, err, ports.ErrNotFound)
		_, err = b.r().Links.Use(ctx, domain.VerifyEmail, l.Hash, start)
		wantErr(t, err, ports.ErrNotFound)
		_, err = b.r().Links.Use(ctx, domain.ResetPassword, secretOf(2).Hash(), start)
		wantErr(t, err, ports.ErrNotFound)
	},
	"a link for a user that is gone is ErrNotFound": func(t *testing.T, b bench) {
		wantErr(t, b.r().Links.Add(ctx, linkOf(1, domain.UserID{ID: number(9)}, domain.VerifyEmail)), ports.ErrNotFound)
	},
	"of simultaneous uses of a link one succeeds": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		l := linkOf(1, u.ID, domain.ResetPassword)
		must(t, b.r().Links.Add(ctx, l))
		wantOneSuccess(t, atOnce(50, func(int) error {
			id, err := b.r().Links.Use(ctx, l.Purpose, l.Hash, start)
			if err == nil && id != u.ID {
				t.Errorf("used for %v", id)
			}
			return err
		}), ports.ErrNotFound)
	},
	"all links of one purpose and user are removed, and none is no error": func(t *testing.T, b bench) {
		u, other := b.active(t, 1), b.active(t, 2)
		doomed := []domain.Link{linkOf(1, u.ID, domain.ResetPassword), linkOf(2, u.ID, domain.ResetPassword)}
		spared := []domain.Link{linkOf(3, u.ID, domain.VerifyEmail), linkOf(4, other.ID, domain.ResetPassword)}
		for _, l := range append(doomed, spared...) {
			must(t, b.r().Links.Add(ctx, l))
		}
		must(t, b.r().Links.RemoveAllOf(ctx, u.ID, domain.ResetPassword))
		must(t, b.r().Links.RemoveAllOf(ctx, u.ID, domain.ResetPassword))
		for _, l := range doomed {
			_, err := b.r().Links.User(ctx, l.Purpose, l.Hash, start)
			wantErr(t, err, ports.ErrNotFound)
		}
		for _, l := range spared {
			_, err := b.r().Links.User(ctx, l.Purpose, l.Hash, start)
			must(t, err)
		}
	},
	"expired links are removed in batches, and no other": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		for n := range 3 {
			must(t, b.r().Links.Add(ctx, linkOf(n+1, u.ID, domain.ResetPassword)))
		}
		must(t, b.r().Links.Add(ctx, linkOf(9, u.ID, domain.VerifyEmail)))
		for _, want := range []int{2, 1, 0} {
			got, err := b.r().Links.RemoveExpired(ctx, start.Add(time.Hour), 2)
			if err != nil || got != want {
				t.Errorf("removed %d, %v; want %d", got, err, want)
			}
		}
	},
}

var errOfTheClosure = errors.New("the closure's own")

var txPromises = map[string]func(*testing.T, bench){
	"what succeeds takes effect, its letters too": func(t *testing.T, b bench) {
		u := userOf(1, "user@example.com")
		letters := []ports.Letter{
			{Template: domain.MailVerification, UserID: u.ID, At: start},
			{Template: domain.MailPasswordReset, Address: []byte("index\x00\xff"), At: start},
		}
		must(t, b.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
			return errors.Join(r.Accounts.AddPending(ctx, u), r.Outbox.Enqueue(ctx, letters[0]))
		}))
		must(t, b.r().Outbox.Enqueue(ctx, letters[1]))
		wantSame(t, u, b.byID(t, u.ID))
		wantSame(t, letters, b.Letters(t))
	},
	"what fails takes no effect, its letters neither, and its error comes back": func(t *testing.T, b bench) {
		u := userOf(1, "user@example.com")
		err := b.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
			return errors.Join(r.Accounts.AddPending(ctx, u), r.Outbox.Enqueue(ctx, ports.Letter{Template: domain.MailVerification, UserID: u.ID, At: start}), errOfTheClosure)
		})
		wantErr(t, err, errOfTheClosure)
		_, err = b.r().Accounts.ByID(ctx, u.ID)
		wantErr(t, err, ports.ErrNotFound)
		if due := b.Letters(t); len(due) != 0 {
			t.Errorf("letters of a failed transaction: %+v", due)
		}
	},
	"a transaction sees what it did": func(t *testing.T, b bench) {
		u := userOf(1, "user@example.com")
		must(t, b.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
			if err := errors.Join(r.Accounts.AddPending(ctx, u), r.Accounts.Activate(ctx, u.ID, start)); err != nil {
				return err
			}
			_, err := r.Accounts.Verified(ctx, u.EmailIndex)
			return err
		}))
	},
	"the store answers": func(t *testing.T, b bench) { must(t, b.Store.Ping(ctx)) },
}

var keyPromises = map[string]func(*testing.T, bench){
	"of simultaneous first keys one is stored": func(t *testing.T, b bench) {
		none, err := b.Keys.All(ctx)
		if err != nil || len(none) != 0 {
			t.Fatalf("%v, %v", none, err)
		}
		for _, err := range atOnce(20, func(i int) error {
			return b.Keys.AddFirst(ctx, domain.SigningKey{ID: number(i).String(), Seed: []byte{byte(i), 2, 3}, CreatedAt: start})
		}) {
			must(t, err)
		}
		all, err := b.Keys.All(ctx)
		if err != nil || len(all) != 1 || len(all[0].Seed) != 3 || !all[0].CreatedAt.Equal(start) || number(int(all[0].Seed[0])).String() != all[0].ID {
			t.Errorf("%v, %v", all, err)
		}
	},
}
