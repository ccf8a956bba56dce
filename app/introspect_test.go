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

func TestIntrospectTellsWhatAnAccessTokenSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pair := w.registered(ada, password)
	got, err := w.Introspect(t.Context(), pair.AccessToken)
	w.must(err)
	want := domain.AccessClaims{Caller: w.caller(pair), ID: got.ID, IssuedAt: w.now, ExpiresAt: w.now.Add(5 * time.Minute)}
	if got != want || got.ID == "" {
		t.Errorf("claims %+v instead of %+v", got, want)
	}
}

func TestIntrospectKnowsWhatEndsASession(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(w *world, p app.TokenPair){
		"expired":  func(w *world, _ app.TokenPair) { w.pass(5 * time.Minute) },
		"logout":   func(w *world, p app.TokenPair) { w.must(w.LogOut(w.t.Context(), w.caller(p), false)) },
		"disabled": func(w *world, p app.TokenPair) { w.deactivate(w.caller(p)) },
		"termination": func(w *world, p app.TokenPair) {
			w.must(w.TerminateAccount(w.t.Context(), w.caller(p), password))
		},
		"password reset": func(w *world, _ app.TokenPair) {
			w.must(w.RequestPasswordReset(w.t.Context(), ada, home))
			w.must(w.ResetPassword(w.t.Context(), w.token(w.deliverOne(domain.MailPasswordReset), resetting), otherPass, home))
		},
		"replay": func(w *world, p app.TokenPair) {
			w.refreshed(p)
			w.pass(11 * time.Second)
			_, err := w.RefreshTokens(w.t.Context(), p.RefreshToken, home)
			w.want(err, domain.ErrInvalidRefreshToken)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			pair := w.registered(ada, password)
			end(w, pair)
			_, err := w.Introspect(t.Context(), pair.AccessToken)
			w.want(err, domain.ErrInvalidAccessToken)
		})
	}
}

func TestIntrospectLeavesOtherTokensAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pair := w.registered(ada, password)
	for _, other := range []string{pair.RefreshToken, "", "x", strings.Repeat("x", 1<<16)} {
		_, err := w.Introspect(t.Context(), other)
		w.want(err, domain.ErrInvalidAccessToken)
	}
	w.wantLive(pair)
}

// What could not be found out must not look like an answer.
func TestIntrospectDoesNotGuess(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pair := w.registered(ada, password)
	w.Store = storeWith{w.Store, deafSessions{}}
	_, err := w.Introspect(t.Context(), pair.AccessToken)
	w.want(err, domain.ErrBusy)
	if errors.Is(err, domain.ErrInvalidAccessToken) {
		t.Error("an outage looks like a token that is no good")
	}
	_, err = w.Revocations(t.Context(), domain.RevocationCursor{})
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

// deafSessions cannot be asked about.
type deafSessions struct{ ports.Sessions }

func (deafSessions) IsLive(context.Context, domain.Caller, time.Time) (bool, error) {
	return false, domain.ErrBusy
}

func (deafSessions) Ended(context.Context, domain.RevocationMark, int) ([]domain.Revocation, error) {
	return nil, domain.ErrBusy
}

func TestOnlyAServiceWithItsSecretIsAuthentic(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.want(w.AuthenticateService("orders", "secret"), domain.ErrInvalidClient)
	credential, err := domain.NewServiceCredential("orders", "secret")
	w.must(err)
	w.Services = domain.ServiceCredentials{credential}
	w.must(w.AuthenticateService("orders", "secret"))
	w.want(w.AuthenticateService("orders", "guess"), domain.ErrInvalidClient)
}
