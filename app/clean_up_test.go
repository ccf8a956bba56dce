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
	for past, removed := range map[time.Duration]bool{-1: false, 0: false, 1: true} {
		w := newWorld(t)
		verified := w.caller(w.registered("bob@example.com", password))
		w.signUp(ada, password)
		pending := w.pendingSignups(ada)[0].ID
		w.pass(7*day + past)
		w.must(w.CleanUp(t.Context()))
		if _, err := w.store.Repos().Accounts.FindByID(t.Context(), pending); errors.Is(err, ports.ErrNotFound) != removed {
			t.Errorf("a signup abandoned for 7 days and %d ns: %v, want it removed: %t", past, err, removed)
		}
		w.user(verified)
	}
}

func TestCleanUpRemovesExpiredLinks(t *testing.T) {
	t.Parallel()
	for past, removed := range map[time.Duration]bool{-1: false, 0: false, 1: true} {
		w := newWorld(t)
		w.registered(ada, password)
		token := w.resetToken(ada)
		requestedAt := w.now
		w.pass(domain.ResetMinLifetime + day + past)
		w.must(w.CleanUp(t.Context()))
		w.now = requestedAt
		if err := w.resetPassword(token, otherPass, home); errors.Is(err, domain.ErrInvalidToken) != removed {
			t.Errorf("a link that expired a day and %d ns ago: %v, want it removed: %t", past, err, removed)
		}
	}
}

func TestCleanUpRemovesHistoriesOfMessages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.pending(ada, password)
	r := w.store.Repos()
	w.pass(2*day + 1)
	w.must(w.CleanUp(t.Context()))
	histories, err := r.MessageSpacing.PurgeExpired(t.Context(), w.now.Add(day), 10)
	w.must(err)
	networks, err := r.UnverifiedQueue.PurgeNetworks(t.Context(), w.now.Add(day), 10)
	w.must(err)
	if histories+networks != 0 {
		t.Errorf("%d histories and %d networks are left", histories, networks)
	}
}

func TestCleanUpRemovesExpiredSessions(t *testing.T) {
	t.Parallel()
	for past, removed := range map[time.Duration]bool{-1: false, 0: false, 1: true} {
		w := newWorld(t)
		c := w.caller(w.registered(ada, password))
		createdAt := w.now
		w.pass(31*day + past)
		w.must(w.CleanUp(t.Context()))
		w.now = createdAt
		if _, err := w.ReadProfile(t.Context(), c); errors.Is(err, domain.ErrInvalidAccessToken) != removed {
			t.Errorf("a session past its absolute limit for a day and %d ns: %v, want it removed: %t", past, err, removed)
		}
	}
}

func TestCleanUpRemovesOldRevocations(t *testing.T) {
	t.Parallel()
	for past, left := range map[time.Duration]int{-1: 1, 0: 1, 1: 0} {
		w := newWorld(t)
		w.must(w.LogOut(t.Context(), w.caller(w.registered(ada, password)), false))
		w.pass(w.Sessions.AccessToken + domain.RevocationSettling + 10*time.Minute + past)
		w.must(w.CleanUp(t.Context()))
		found, err := w.store.Repos().Sessions.ListRevocations(t.Context(), domain.RevocationPosition{}, 9)
		if err != nil || len(found) != left {
			t.Errorf("ten minutes and %d ns after the last token expired, %d revocations are left, %v, want %d", past, len(found), err, left)
		}
	}
}

func TestCleanUpRunsAsManyBatchesAsNeeded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const many = 2500
	w.signUp(ada, password)
	u := w.pendingSignups(ada)[0]
	for range many {
		u.ID = domain.UserID{ID: w.newID()}
		w.must(w.store.Repos().Accounts.AddPending(t.Context(), u))
	}
	w.pass(8 * day)
	w.must(w.CleanUp(t.Context()))
	left, err := w.store.Repos().Accounts.FindPending(t.Context(), domain.EmailIndexes{u.EmailIndex}, many)
	if err != nil || len(left) != 0 {
		t.Errorf("%d abandoned signups are left, %v", len(left), err)
	}
}

func TestCleanUpStopsAtAnError(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	broken := errors.New("disk full")
	w.Store = unpurgeableStore{w.store, broken}
	w.build()
	if err := w.CleanUp(t.Context()); !errors.Is(err, broken) {
		t.Errorf("got the error %v, want the store's", err)
	}
}

// unpurgeableStore is a store that fails to purge sessions.
type unpurgeableStore struct {
	ports.Store
	err error
}

func (s unpurgeableStore) Repos() ports.Repos {
	r := s.Store.Repos()
	r.Sessions = unpurgeableSessions{r.Sessions, s.err}
	return r
}

type unpurgeableSessions struct {
	ports.Sessions
	err error
}

func (s unpurgeableSessions) PurgeExpired(context.Context, time.Time, int) (int, error) {
	return 0, s.err
}
