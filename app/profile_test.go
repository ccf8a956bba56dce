package app_test

import (
	"context"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

func TestProfile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pair := w.registered(ada, password)
	u, err := w.ReadProfile(t.Context(), w.caller(pair))
	w.must(err)
	if u.Email.Address() != ada || u.FullName.Value() != "Ada Lovelace" || u.Residence != domain.RestoreResidence("DE", "DE-BY") {
		t.Error("the profile differs from the signup")
	}
	c := w.caller(pair)
	w.pass(14 * 24 * time.Hour)
	_, err = w.ReadProfile(t.Context(), c)
	w.want(err, domain.ErrInvalidAccessToken)
}

func TestProfileOfADeactivatedUser(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pair := w.registered(ada, password)
	w.deactivate(w.caller(pair))
	w.wantRevoked(pair)
}

func TestChangeProfile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.caller(w.registered(ada, password))
	w.pass(time.Minute)
	change := domain.ProfileChange{FullName: new("Ada King"), Country: new("FR"), StateProvince: new("Bretagne")}
	got, err := w.ChangeProfile(t.Context(), c, change)
	w.must(err)
	if got.FullName.Value() != "Ada King" || got.Residence.StateProvince() != "FR-BRE" || !got.UpdatedAt.Equal(w.now) {
		t.Error("the returned profile is not the changed one")
	}
	if stored := w.user(c); stored != got {
		t.Error("the stored profile differs from the returned one")
	}
	if messages := w.deliver(); len(messages) != 0 {
		t.Errorf("a profile change mailed %v", messages)
	}
}

func TestChangeProfileRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pair := w.registered(ada, password)
	c := w.caller(pair)
	before := w.user(c)
	_, err := w.ChangeProfile(t.Context(), c, domain.ProfileChange{FullName: new("1"), Country: new("FR")})
	w.wantViolations(err, "full_name invalid_name", "state_province required")
	_, err = w.ChangeProfile(t.Context(), c, domain.ProfileChange{})
	w.want(err, &domain.Error{Kind: domain.Invalid, Code: "nothing_to_change"})
	if w.user(c) != before {
		t.Error("a refused change was stored")
	}
	w.must(w.LogOut(t.Context(), c, false))
	_, err = w.ChangeProfile(t.Context(), c, domain.ProfileChange{FullName: new("Ada King")})
	w.want(err, domain.ErrInvalidAccessToken)
	if w.user(c) != before {
		t.Error("a change of a revoked session was stored")
	}
}

// Concurrent changes all take effect, up to the number of attempts.
func TestConcurrentProfileChanges(t *testing.T) {
	t.Parallel()
	for overtakers, fails := range map[int]bool{1: false, 4: false, 5: true} {
		w := newWorld(t)
		c := w.caller(w.registered(ada, password))
		race := &racingStore{Store: w.store, left: overtakers}
		race.overtake = func() {
			u := w.user(c)
			u.Residence = domain.RestoreResidence("FR", "FR-BRE")
			w.must(w.store.Repos().Accounts.ChangeProfile(t.Context(), u))
		}
		w.Store = race
		w.build()
		got, err := w.ChangeProfile(t.Context(), c, domain.ProfileChange{FullName: new("Ada King")})
		stored := w.user(c)
		if fails {
			w.want(err, domain.ErrBusy)
			continue
		}
		w.must(err)
		if got != stored || stored.FullName.Value() != "Ada King" || stored.Residence.StateProvince() != "FR-BRE" {
			t.Errorf("%d concurrent changes did not all take effect", overtakers+1)
		}
	}
}

// racingStore lets another request overtake each of the next profile changes, as often as left says.
type racingStore struct {
	ports.Store
	left     int
	overtake func()
}

func (s *racingStore) Repos() ports.Repos {
	r := s.Store.Repos()
	r.Accounts = racingAccounts{r.Accounts, s}
	return r
}

type racingAccounts struct {
	ports.Accounts
	race *racingStore
}

func (a racingAccounts) ChangeProfile(ctx context.Context, u domain.User) error {
	if a.race.left > 0 {
		a.race.left--
		a.race.overtake()
	}
	return a.Accounts.ChangeProfile(ctx, u)
}
