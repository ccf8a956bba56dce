package porttest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

var errOfTheClosure = errors.New("the closure's own")

// errOfAnotherType has a type that a caller asks for.
type errOfAnotherType struct{ error }

var txPromises = map[string]func(*testing.T, bench){
	"what succeeds takes effect, its letters too": func(t *testing.T, b bench) {
		u := userOf(1, "user@example.com")
		l := linkOf(1, u.ID, domain.VerifyEmail)
		letter := ports.Letter{Template: domain.MailVerification, UserID: u.ID, At: start}
		must(t, b.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
			return errors.Join(r.Accounts.AddPending(ctx, u), r.Links.Add(ctx, l), r.Outbox.Enqueue(ctx, letter))
		}))
		wantSame(t, u, b.byID(t, u.ID))
		b.wantLink(t, true, l, start)
		wantSame(t, []ports.Letter{letter}, b.Letters(t))
	},
	"what fails takes no effect, its letters neither": func(t *testing.T, b bench) {
		u, added := b.active(t, 1), userOf(2, "user@example.com")
		s, opened := b.session(t, 1, u), sessionOf(2, u)
		l, mailed := b.link(t, 1, u.ID, domain.ResetPassword), linkOf(2, u.ID, domain.ResetPassword)
		wantErr(t, b.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
			_, useErr := r.Links.Use(ctx, l.Purpose, l.Hash, start)
			return errors.Join(useErr, errOfTheClosure,
				r.Accounts.AddPending(ctx, added), r.Links.Add(ctx, mailed), r.Sessions.Open(ctx, opened, u.PasswordHash, nil, event()),
				r.Sessions.End(ctx, callerOf(s), event(), start), r.Accounts.Terminate(ctx, u.ID, start),
				r.Outbox.Enqueue(ctx, ports.Letter{Template: domain.MailTerminated, UserID: u.ID, At: start}))
		}), errOfTheClosure)
		b.wantGone(t, added.ID)
		wantSame(t, u, b.byID(t, u.ID))
		b.wantLive(t, true, s, start)
		b.wantLive(t, false, opened, start)
		b.wantLink(t, true, l, start)
		b.wantLink(t, false, mailed, start)
		if due := b.Letters(t); len(due) != 0 {
			t.Errorf("letters of a failed transaction: %+v", due)
		}
	},
	"a transaction's error is returned as it is": func(t *testing.T, b bench) {
		for _, want := range []error{errOfTheClosure, ports.ErrNotFound, ports.ErrConflict, domain.ErrInvalidToken, &errOfAnotherType{errOfTheClosure}} {
			//nolint:errorlint // as it is means the very same
			if got := b.Store.InTx(ctx, func(context.Context, ports.Repos) error { return want }); got != want {
				t.Errorf("%#v came back as %#v", want, got)
			}
		}
	},
	"a transaction that a repository's error fails takes no effect": func(t *testing.T, b bench) {
		owner, u := b.active(t, 1), userOf(2, "user@example.com")
		late := b.pending(t, 3, owner.Email.Address())
		for _, fail := range []func(context.Context, ports.Repos) error{
			func(ctx context.Context, r ports.Repos) error {
				return r.Accounts.Activate(ctx, late.ID, domain.EmailIndexes{late.EmailIndex}, start)
			},
			func(ctx context.Context, r ports.Repos) error {
				return r.Links.Add(ctx, linkOf(1, nobody, domain.VerifyEmail))
			},
		} {
			err := b.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
				must(t, r.Accounts.AddPending(ctx, u))
				return fail(ctx, r)
			})
			if !errors.Is(err, ports.ErrConflict) && !errors.Is(err, ports.ErrNotFound) {
				t.Errorf("error %v", err)
			}
			b.wantGone(t, u.ID)
		}
	},
	"a transaction sees what it did": func(t *testing.T, b bench) {
		u := userOf(1, "user@example.com")
		s, l := sessionOf(1, u), linkOf(1, u.ID, domain.VerifyEmail)
		must(t, b.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
			if err := errors.Join(r.Accounts.AddPending(ctx, u), r.Links.Add(ctx, l), r.Accounts.Activate(ctx, u.ID, domain.EmailIndexes{u.EmailIndex}, start)); err != nil {
				return err
			}
			_, verifiedErr := r.Accounts.Verified(ctx, domain.EmailIndexes{u.EmailIndex})
			_, useErr := r.Links.Use(ctx, l.Purpose, l.Hash, start)
			if err := errors.Join(verifiedErr, useErr, r.Sessions.Open(ctx, s, u.PasswordHash, nil, event())); err != nil {
				return err
			}
			_, err := r.Sessions.User(ctx, callerOf(s), start)
			return err
		}))
		b.wantLive(t, true, s, start)
	},
	"a letter comes back as it was asked for, as often as asked": func(t *testing.T, b bench) {
		var want []ports.Letter
		for n, template := range domain.MailTemplates() {
			at := start.Add(time.Duration(n) * time.Second)
			want = append(want,
				ports.Letter{Template: template, UserID: domain.UserID{ID: number(n + 1)}, At: at},
				ports.Letter{Template: template, Address: [][]byte{[]byte("index\x00\xff\xfe"), []byte("b")}, At: at},
				ports.Letter{Template: template, Address: [][]byte{[]byte("index\x00\xff\xfe"), []byte("b")}, At: at})
		}
		for _, l := range want {
			must(t, b.r().Outbox.Enqueue(ctx, l))
		}
		wantSame(t, want, b.Letters(t))
	},
	"the store answers": func(t *testing.T, b bench) { must(t, b.Store.Ping(ctx)) },
}
