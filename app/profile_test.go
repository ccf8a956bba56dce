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
	u, err := w.Profile(t.Context(), w.caller(pair))
	w.must(err)
	if u.Email.Address() != ada || u.FullName.Value() != "Ada Lovelace" || u.Residence.Country() != "DE" || u.Residence.StateProvince() != "DE-BY" {
		t.Error("the profile is not what was signed up with")
	}
	c := w.caller(pair)
	w.pass(14 * 24 * time.Hour)
	_, err = w.Profile(t.Context(), c)
	w.want(err, domain.ErrInvalidAccessToken)
}

func TestProfileOfADeactivatedUser(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pair := w.registered(ada, password)
	w.deactivate(w.caller(pair))
	w.wantEnded(pair)
}

func TestChangeProfile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.caller(w.registered(ada, password))
	w.pass(time.Minute)
	got, err := w.ChangeProfile(t.Context(), c, domain.ProfileChange{FullName: new("Ada King"), Country: new("FR"), StateProvince: new("Bretagne")})
	w.must(err)
	if got.FullName.Value() != "Ada King" || got.Residence.StateProvince() != "FR-BRE" || !got.UpdatedAt.Equal(w.now) {
		t.Error("the change was not made")
	}
	if stored := w.user(c); stored != got {
		t.Error("what was returned is not what is stored")
	}
	if mails := w.deliver(); len(mails) != 0 {
		t.Errorf("a profile change mailed %v", mails)
	}
}

func TestChangeProfileRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pair := w.registered(ada, password)
	c := w.caller(pair)
	before := w.user(c)
	_, err := w.ChangeProfile(t.Context(), c, domain.ProfileChange{FullName: new("1"), Country: new("FR")})
	w.wantFaults(err, "full_name invalid_name", "state_province required")
	_, err = w.ChangeProfile(t.Context(), c, domain.ProfileChange{})
	w.want(err, &domain.Error{Kind: domain.Invalid, Code: "nothing_to_change"})
	if w.user(c) != before {
		t.Error("a refused change was stored")
	}
	w.must(w.LogOut(t.Context(), c, false))
	_, err = w.ChangeProfile(t.Context(), c, domain.ProfileChange{FullName: new("Ada King")})
	w.want(err, domain.ErrInvalidAccessToken)
	if w.user(c) != before {
		t.Error("a change after the logout was stored")
	}
}

// Of changes made at once, each takes effect, up to the number of attempts.
func TestSimultaneousProfileChanges(t *testing.T) {
	t.Parallel()
	for overtakers, fails := range map[int]bool{1: false, 4: false, 5: true} {
		w := newWorld(t)
		c := w.caller(w.registered(ada, password))
		race := &racingStore{Store: w.store, left: overtakers}
		race.overtake = func() {
			u := w.user(c)
			u.Residence = domain.RestoreResidence("FR", "FR-BRE")
			w.must(w.store.Repos().Accounts.SaveProfile(t.Context(), u))
		}
		w.Store = race
		got, err := w.ChangeProfile(t.Context(), c, domain.ProfileChange{FullName: new("Ada King")})
		stored := w.user(c)
		if fails {
			w.want(err, domain.ErrBusy)
			continue
		}
		w.must(err)
		if got != stored || stored.FullName.Value() != "Ada King" || stored.Residence.StateProvince() != "FR-BRE" {
			t.Errorf("%d changes at once did not all take effect", overtakers+1)
		}
	}
}

// racingStore lets somebody else be faster than the next few profile changes.
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

func (a racingAccounts) SaveProfile(ctx context.Context, u domain.User) error {
	if a.race.left > 0 {
		a.race.left--
		a.race.overtake()
	}
	return a.Accounts.SaveProfile(ctx, u)
}
