package app_test

import (
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

func TestLogOutRevokesOneSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	revoked, other := w.registered(ada, password), w.loggedIn(ada, password)
	w.must(w.LogOut(t.Context(), w.caller(revoked), false))
	w.wantRevoked(revoked)
	w.wantLive(other)
	w.want(w.LogOut(t.Context(), w.caller(revoked), false), domain.ErrInvalidAccessToken)
	w.want(w.LogOut(t.Context(), w.caller(revoked), true), domain.ErrInvalidAccessToken)
	w.wantLive(w.loggedIn(ada, password))
}

func TestLogOutRevokesAllSessionsOfTheCallerOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second, bobs := w.registered(ada, password), w.loggedIn(ada, password), w.registered("bob@example.com", password)
	w.must(w.LogOut(t.Context(), w.caller(first), true))
	w.wantRevoked(first)
	w.wantRevoked(second)
	w.wantLive(bobs)
	w.wantLive(w.loggedIn(ada, password))
}

func TestLogOutOfAnotherUsersSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	adas, bobs := w.registered(ada, password), w.registered("bob@example.com", password)
	forged := domain.Caller{UserID: w.caller(bobs).UserID, SessionID: w.caller(adas).SessionID}
	w.want(w.LogOut(t.Context(), forged, false), domain.ErrInvalidAccessToken)
	w.want(w.LogOut(t.Context(), forged, true), domain.ErrInvalidAccessToken)
	w.wantLive(adas)
	w.wantLive(bobs)
}

func TestLogOutOfAnExpiredSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	caller := w.caller(w.registered(ada, password))
	w.pass(14*24*time.Hour - 1)
	w.must(w.LogOut(t.Context(), caller, false))
	caller = w.caller(w.loggedIn(ada, password))
	w.pass(14 * 24 * time.Hour)
	w.want(w.LogOut(t.Context(), caller, false), domain.ErrInvalidAccessToken)
}
