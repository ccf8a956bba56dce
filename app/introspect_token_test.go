package app_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

func TestIntrospectReturnsTheClaimsOfAnAccessToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pair := w.registered(ada, password)
	got, err := w.IntrospectToken(t.Context(), pair.AccessToken)
	w.must(err)
	want := domain.AccessClaims{Caller: w.caller(pair), ID: got.ID, IssuedAt: w.now, ExpiresAt: w.now.Add(5 * time.Minute)}
	if got != want || got.ID == "" {
		t.Errorf("got the claims %+v, want %+v", got, want)
	}
}

func TestIntrospectRefusesATokenThatIsNoLongerLive(t *testing.T) {
	t.Parallel()
	for name, revoke := range map[string]func(w *world, p app.TokenPair){
		"expiry":       func(w *world, _ app.TokenPair) { w.pass(5 * time.Minute) },
		"logout":       func(w *world, p app.TokenPair) { w.must(w.LogOut(w.t.Context(), w.caller(p), false)) },
		"deactivation": func(w *world, p app.TokenPair) { w.deactivate(w.caller(p)) },
		"termination": func(w *world, p app.TokenPair) {
			w.must(w.TerminateAccount(w.t.Context(), w.caller(p), password, nil))
		},
		"password reset": func(w *world, _ app.TokenPair) {
			w.must(w.RequestPasswordReset(w.t.Context(), ada, "", home))
			w.must(w.resetPassword(w.token(w.deliverOne(domain.MessagePasswordReset), resetLink), otherPass, home))
		},
		"refresh token reuse": func(w *world, p app.TokenPair) {
			w.refreshed(p)
			w.pass(11 * time.Second)
			_, err := w.RefreshToken(w.t.Context(), p.RefreshToken, home)
			w.want(err, domain.ErrInvalidRefreshToken)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			pair := w.registered(ada, password)
			revoke(w, pair)
			_, err := w.IntrospectToken(t.Context(), pair.AccessToken)
			w.want(err, domain.ErrInvalidAccessToken)
		})
	}
}

func TestIntrospectRefusesOtherTokensWithoutEffect(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pair := w.registered(ada, password)
	for _, other := range []string{pair.RefreshToken, "", "x", strings.Repeat("x", 1<<16)} {
		_, err := w.IntrospectToken(t.Context(), other)
		w.want(err, domain.ErrInvalidAccessToken)
	}
	w.wantLive(pair)
}

// An outage must not look like a refused token.
func TestIntrospectReportsAnOutage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pair := w.registered(ada, password)
	w.Store = storeWith{w.Store, busySessions{}}
	w.build()
	_, err := w.IntrospectToken(t.Context(), pair.AccessToken)
	w.want(err, domain.ErrBusy)
	if errors.Is(err, domain.ErrInvalidAccessToken) {
		t.Error("an outage is reported as an invalid token")
	}
	_, err = w.ListRevocations(t.Context(), domain.RevocationCursor{})
	w.want(err, domain.ErrBusy)
}

// storeWith is a store with other sessions.
type storeWith struct {
	ports.Store
	sessions ports.Sessions
}

func (s storeWith) Repos() ports.Repos {
	r := s.Store.Repos()
	r.Sessions = s.sessions
	return r
}

// busySessions refuse reads with domain.ErrBusy.
type busySessions struct{ ports.Sessions }

func (busySessions) IsLive(context.Context, domain.Caller, time.Time) (bool, error) {
	return false, domain.ErrBusy
}

func (busySessions) ListRevocations(context.Context, domain.RevocationPosition, int) ([]domain.Revocation, error) {
	return nil, domain.ErrBusy
}

func TestAuthenticateService(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.want(w.AuthenticateService("orders", "secret"), domain.ErrInvalidClient)
	credential, err := domain.NewServiceCredential("orders", "secret")
	w.must(err)
	w.Services = domain.ServiceCredentials{credential}
	w.build()
	w.must(w.AuthenticateService("orders", "secret"))
	w.want(w.AuthenticateService("orders", "wrong"), domain.ErrInvalidClient)
}
