package app_test

import (
	"context"
	"net/netip"
	"testing"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// connectedStore is a store whose audit log fails when the client has disconnected, as PostgreSQL does.
type connectedStore struct{ ports.Store }

func (s connectedStore) Repos() ports.Repos {
	r := s.Store.Repos()
	r.Audit = connectedAudit{r.Audit}
	return r
}

type connectedAudit struct{ ports.Audit }

func (a connectedAudit) Record(ctx context.Context, events ...domain.AuditEvent) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return a.Audit.Record(ctx, events...)
}

func (a connectedAudit) RecordFirst(ctx context.Context, network string, events ...domain.AuditEvent) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return a.Audit.RecordFirst(ctx, network, events...)
}

// What was hashed counts and is recorded: an attacker who hangs up before the response gains no attempt and hides none.
func TestAnAttemptThatHangsUpAfterItsHashCountsAndIsRecorded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	link := w.pending("bea@example.com", password)
	w.registered(ada, password)
	w.Store = connectedStore{w.store}
	w.build()
	hangingUp := func(send func(ctx context.Context)) {
		ctx, hangUp := context.WithCancel(t.Context())
		w.hasher.afterVerify = hangUp
		send(ctx)
	}
	for range 5 {
		hangingUp(func(ctx context.Context) {
			_, err := w.LogIn(ctx, app.LogInInput{Email: ada, Password: otherPass, From: home})
			w.want(err, domain.ErrInvalidCredentials)
		})
	}
	_, err := w.logIn(ada, password)
	w.want(err, domain.ErrTooManyAttempts)
	w.must(w.logInFrom("203.0.113.7/32", ada, password)) // the account holder, in another network
	recorded := len(w.events(domain.AuditPasswordRefused))
	if recorded == 0 {
		t.Error("no wrong password was recorded")
	}

	hangingUp(func(ctx context.Context) {
		_, err = w.VerifyEmail(ctx, link, otherPass, netip.MustParsePrefix("198.51.100.7/32"))
		w.want(err, domain.ErrNoMatchingSignup)
	})
	if l := rateLimitError(t, err); l.Remaining != domain.LinkAttempts-1 {
		t.Errorf("%d attempts of the link remain, want %d", l.Remaining, domain.LinkAttempts-1)
	}
	if n := len(w.events(domain.AuditPasswordRefused)); n != recorded+1 {
		t.Errorf("%d wrong passwords were recorded, want %d", n, recorded+1)
	}
	_, err = w.VerifyEmail(t.Context(), link, password, home)
	w.must(err)
}
