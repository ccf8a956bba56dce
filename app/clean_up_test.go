package app_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

const day = 24 * time.Hour

func TestCleanUpRemovesAbandonedSignups(t *testing.T) {
	t.Parallel()
	for past, gone := range map[time.Duration]bool{-1: false, 0: false, 1: true} {
		w := newWorld(t)
		verified := w.caller(w.registered("bob@example.com", password))
		w.signUp(ada, password)
		pending := w.store.TakeLetters()[0].UserID
		w.pass(7*day + past)
		w.must(w.CleanUp(t.Context()))
		if _, err := w.store.Repos().Accounts.ByID(t.Context(), pending); errors.Is(err, ports.ErrNotFound) != gone {
			t.Errorf("a signup abandoned for 7 days and %d ns: %v, want it gone: %t", past, err, gone)
		}
		w.user(verified)
	}
}

func TestCleanUpRemovesExpiredLinks(t *testing.T) {
	t.Parallel()
	for past, gone := range map[time.Duration]bool{-1: false, 0: false, 1: true} {
		w := newWorld(t)
		w.registered(ada, password)
		token := w.resetToken(ada)
		made := w.now
		w.pass(domain.ResetLifetime + day + past)
		w.must(w.CleanUp(t.Context()))
		w.now = made
		if err := w.ResetPassword(t.Context(), token, otherPass, home); errors.Is(err, domain.ErrInvalidToken) != gone {
			t.Errorf("a link expired for a day and %d ns: %v, want it gone: %t", past, err, gone)
		}
	}
}

func TestCleanUpRemovesExpiredSessions(t *testing.T) {
	t.Parallel()
	for past, gone := range map[time.Duration]bool{-1: false, 0: false, 1: true} {
		w := newWorld(t)
		c := w.caller(w.registered(ada, password))
		begun := w.now
		w.pass(31*day + past)
		w.must(w.CleanUp(t.Context()))
		w.now = begun
		if _, err := w.Profile(t.Context(), c); errors.Is(err, domain.ErrInvalidAccessToken) != gone {
			t.Errorf("a session past its absolute limit for a day and %d ns: %v, want it gone: %t", past, err, gone)
		}
	}
}

func TestCleanUpForgetsEndsOfSessions(t *testing.T) {
	t.Parallel()
	for past, left := range map[time.Duration]int{-1: 1, 0: 1, 1: 0} {
		w := newWorld(t)
		w.must(w.LogOut(t.Context(), w.caller(w.registered(ada, password)), false))
		w.pass(day + past)
		w.must(w.CleanUp(t.Context()))
		if found, err := w.store.Repos().Sessions.Ended(t.Context(), domain.RevocationMark{}, 9); err != nil || len(found) != left {
			t.Errorf("a session that ended a day and %d ns ago: %d ends are left, %v, want %d", past, len(found), err, left)
		}
	}
}

func TestCleanUpTakesAsManyBatchesAsItNeeds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const many = 2500
	w.signUp(ada, password)
	u, err := w.store.Repos().Accounts.ByID(t.Context(), w.store.TakeLetters()[0].UserID)
	w.must(err)
	for range many {
		u.ID = domain.UserID{ID: w.newID()}
		w.must(w.store.Repos().Accounts.AddPending(t.Context(), u))
	}
	w.pass(8 * day)
	w.must(w.CleanUp(t.Context()))
	left, err := w.store.Repos().Accounts.Pending(t.Context(), domain.EmailIndexes{u.EmailIndex}, many)
	if err != nil || len(left) != 0 {
		t.Errorf("%d abandoned signups are left, %v", len(left), err)
	}
}

func TestCleanUpStopsAtAnError(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	broken := errors.New("disk full")
	w.Store = unremovable{w.store, broken}
	if err := w.CleanUp(t.Context()); !errors.Is(err, broken) {
		t.Errorf("got the error %v, want the store's", err)
	}
}

// unremovable is a store that fails to remove sessions.
type unremovable struct {
	ports.Store
	err error
}

func (s unremovable) Repos() ports.Repos {
	r := s.Store.Repos()
	r.Sessions = unremovableSessions{r.Sessions, s.err}
	return r
}

type unremovableSessions struct {
	ports.Sessions
	err error
}

func (s unremovableSessions) RemoveExpired(context.Context, time.Time, int) (int, error) {
	return 0, s.err
}
