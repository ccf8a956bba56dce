package porttest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// errOfDo is an error of a function that InTx runs.
var errOfDo = errors.New("the function failed")

// errOfAnotherType is an error that a caller of InTx matches with errors.As.
type errOfAnotherType struct{ error }

var txPromises = map[string]func(*testing.T, bench){
	"a transaction that succeeds takes effect, with its messages": func(t *testing.T, b bench) {
		u := userOf(1, "user@example.com")
		l := linkOf(1, u.ID, domain.VerifyEmail)
		message := ports.MessageRequest{Template: domain.MessageVerification, UserID: u.ID, At: start}
		must(t, b.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
			return errors.Join(r.Accounts.AddPending(ctx, u), r.Links.Add(ctx, l), r.Outbox.Enqueue(ctx, message))
		}))
		wantSame(t, u, b.byID(t, u.ID))
		b.wantLink(t, true, l, start)
		wantSame(t, []ports.MessageRequest{message}, b.Messages(t))
	},
	"a transaction that fails takes no effect, nor do its messages": func(t *testing.T, b bench) {
		u, added := b.active(t, 1), userOf(2, "user@example.com")
		s, created := b.session(t, 1, u), sessionOf(2, u)
		l, mailed := b.link(t, 1, u.ID, domain.ResetPassword), linkOf(2, u.ID, domain.ResetPassword)
		wantErr(t, b.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
			_, useErr := r.Links.Use(ctx, l.Purpose, l.Hash, start)
			return errors.Join(useErr, errOfDo,
				r.Accounts.AddPending(ctx, added), r.Links.Add(ctx, mailed), r.Sessions.Create(ctx, created, u.PasswordHash, nil, event()),
				r.Sessions.RevokeSession(ctx, callerOf(s), event(), start), r.Accounts.TerminateAccount(ctx, u.ID, start),
				r.Outbox.Enqueue(ctx, ports.MessageRequest{Template: domain.MessageTerminated, UserID: u.ID, At: start}))
		}), errOfDo)
		b.wantGone(t, added.ID)
		wantSame(t, u, b.byID(t, u.ID))
		b.wantLive(t, true, s, start)
		b.wantLive(t, false, created, start)
		b.wantLink(t, true, l, start)
		b.wantLink(t, false, mailed, start)
		if due := b.Messages(t); len(due) != 0 {
			t.Errorf("the failed transaction left messages: %+v", due)
		}
	},
	"InTx returns the function's error unchanged": func(t *testing.T, b bench) {
		for _, want := range []error{
			errOfDo, ports.ErrNotFound, ports.ErrConflict, domain.ErrInvalidToken, &errOfAnotherType{errOfDo},
		} {
			//nolint:errorlint // unchanged means the same value
			if got := b.Store.InTx(ctx, func(context.Context, ports.Repos) error { return want }); got != want {
				t.Errorf("InTx returned %#v, want %#v", got, want)
			}
		}
	},
	"a transaction that fails with a repository's error takes no effect": func(t *testing.T, b bench) {
		verified, u := b.active(t, 1), userOf(2, "user@example.com")
		late := b.pending(t, 3, verified.Email.Address())
		for _, fail := range []func(context.Context, ports.Repos) error{
			func(ctx context.Context, r ports.Repos) error {
				return r.Accounts.Activate(ctx, late.ID, domain.EmailIndexes{late.EmailIndex}, start)
			},
			func(ctx context.Context, r ports.Repos) error {
				return r.Links.Add(ctx, linkOf(1, unknownUser, domain.VerifyEmail))
			},
		} {
			err := b.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
				must(t, r.Accounts.AddPending(ctx, u))
				return fail(ctx, r)
			})
			if !errors.Is(err, ports.ErrConflict) && !errors.Is(err, ports.ErrNotFound) {
				t.Errorf("error %v, want ErrConflict or ErrNotFound", err)
			}
			b.wantGone(t, u.ID)
		}
	},
	"later calls in a transaction see what earlier ones did": func(t *testing.T, b bench) {
		u := userOf(1, "user@example.com")
		s, l := sessionOf(1, u), linkOf(1, u.ID, domain.VerifyEmail)
		must(t, b.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
			email := domain.EmailIndexes{u.EmailIndex}
			err := errors.Join(r.Accounts.AddPending(ctx, u), r.Links.Add(ctx, l), r.Accounts.Activate(ctx, u.ID, email, start))
			if err != nil {
				return err
			}
			_, verifiedErr := r.Accounts.FindVerified(ctx, email)
			_, useErr := r.Links.Use(ctx, l.Purpose, l.Hash, start)
			if err := errors.Join(verifiedErr, useErr, r.Sessions.Create(ctx, s, u.PasswordHash, nil, event())); err != nil {
				return err
			}
			_, err = r.Accounts.ReadProfile(ctx, callerOf(s), start)
			return err
		}))
		b.wantLive(t, true, s, start)
	},
	"each call of Enqueue requests one more message, also with an equal request": func(t *testing.T, b bench) {
		var want []ports.MessageRequest
		for n, template := range domain.MessageTemplates() {
			at := start.Add(time.Duration(n) * time.Second)
			want = append(want,
				ports.MessageRequest{Template: template, UserID: domain.UserID{ID: number(n + 1)}, At: at},
				ports.MessageRequest{Template: template, EmailIndexes: domain.EmailIndexes{"index\x00\xff\xfe", "b"}, At: at},
				ports.MessageRequest{Template: template, EmailIndexes: domain.EmailIndexes{"index\x00\xff\xfe", "b"}, At: at})
		}
		for _, m := range want {
			must(t, b.r().Outbox.Enqueue(ctx, m))
		}
		wantSame(t, want, b.Messages(t))
	},
	"Ping reaches the store": func(t *testing.T, b bench) { must(t, b.Store.Ping(ctx)) },
}
