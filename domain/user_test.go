package domain_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/domain"
)

func signup(t *testing.T) domain.Signup {
	t.Helper()
	s, err := domain.ParseSignup(domain.PasswordPolicy{MinLength: 12}, "Ada@example.com", "Ada Lovelace", "DE", "Bayern", "correct horse battery staple")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestParseSignup(t *testing.T) {
	t.Parallel()
	s := signup(t)
	got := []string{s.Email.Address(), s.FullName.Value(), s.Residence.Country(), s.Residence.StateProvince(), s.Password.Clear()}
	if diff := cmp.Diff([]string{"Ada@example.com", "Ada Lovelace", "DE", "DE-BY", "correct horse battery staple"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestParseSignupNamesEveryFaultInOrder(t *testing.T) {
	t.Parallel()
	policy := domain.PasswordPolicy{MinLength: 12}
	for _, c := range []struct {
		name                                string
		email, fullName, country, state, pw string
		want                                []string
	}{
		{"all empty", "", "", "", "", "", []string{"email required", "full_name required", "country required", "password required"}},
		{
			"all wrong", "ada", "123", "de", string(make([]byte, 101)), "short",
			[]string{"email invalid_email", "full_name invalid_name", "country unknown_country", "state_province too_long", "password password_too_short"},
		},
		{"state alone", "ada@example.com", "Ada", "DE", "", "correct horse battery", []string{"state_province required"}},
		{"password of the name", "ada@example.com", "Ada Lovelace", "DE", "DE-BY", "Ada Lovelace", []string{"password password_too_easy"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := domain.ParseSignup(policy, c.email, c.fullName, c.country, c.state, c.pw)
			if diff := cmp.Diff(c.want, faultsOf(err)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPendingUserCannotSignIn(t *testing.T) {
	t.Parallel()
	s := signup(t)
	id := domain.UserID{ID: domain.ID{1}}
	got := s.Pending(id, "index", "hash", noon)
	want := domain.User{
		ID: id, Email: s.Email, EmailIndex: "index", FullName: s.FullName, Residence: s.Residence, PasswordHash: "hash",
		CreatedAt: noon, UpdatedAt: noon, Version: 1,
	}
	if got != want || got.CanSignIn() || got.IsVerified() {
		t.Error("a pending user is what was signed up with, unverified, and cannot sign in")
	}
}

func TestCanSignIn(t *testing.T) {
	t.Parallel()
	for _, active := range []bool{false, true} {
		for _, terminated := range []bool{false, true} {
			for _, verified := range []time.Time{{}, noon} {
				u := domain.User{IsActive: active, IsTerminated: terminated, VerifiedAt: verified}
				want := active && !terminated && verified.Equal(noon)
				if u.CanSignIn() != want || u.IsVerified() != verified.Equal(noon) {
					t.Errorf("active %t, terminated %t, verified %v: CanSignIn() = %t", active, terminated, verified, u.CanSignIn())
				}
			}
		}
	}
}

func TestChangeProfile(t *testing.T) {
	t.Parallel()
	user := signup(t).Pending(domain.UserID{ID: domain.ID{1}}, "index", "hash", noon)
	later := noon.Add(time.Hour)
	for _, c := range []struct {
		name              string
		change            domain.ProfileChange
		fullName, country string
		state             string
		faults            []string
	}{
		{name: "name", change: domain.ProfileChange{FullName: new("Ada King")}, fullName: "Ada King", country: "DE", state: "DE-BY"},
		{name: "state by name", change: domain.ProfileChange{StateProvince: new("Berlin")}, fullName: "Ada Lovelace", country: "DE", state: "DE-BE"},
		{name: "same country keeps the state", change: domain.ProfileChange{Country: new("DE")}, fullName: "Ada Lovelace", country: "DE", state: "DE-BY"},
		{name: "country with its state", change: domain.ProfileChange{Country: new("FR"), StateProvince: new("Bretagne")}, fullName: "Ada Lovelace", country: "FR", state: "FR-BRE"},
		{name: "country without subdivisions", change: domain.ProfileChange{Country: new("AQ")}, fullName: "Ada Lovelace", country: "AQ"},
		{
			name:   "all",
			change: domain.ProfileChange{FullName: new("Ada King"), Country: new("FR"), StateProvince: new("FR-BRE")}, fullName: "Ada King", country: "FR", state: "FR-BRE",
		},
		{name: "new country, old state", change: domain.ProfileChange{Country: new("FR")}, faults: []string{"state_province required"}},
		{name: "no state", change: domain.ProfileChange{StateProvince: new("")}, faults: []string{"state_province required"}},
		{name: "state of another country", change: domain.ProfileChange{StateProvince: new("FR-BRE")}, faults: []string{"state_province unknown_state_province"}},
		{name: "no name", change: domain.ProfileChange{FullName: new("")}, faults: []string{"full_name required"}},
		{
			name:   "every fault at once",
			change: domain.ProfileChange{FullName: new("1"), Country: new("xx"), StateProvince: new("DE-BY")}, faults: []string{"full_name invalid_name", "country unknown_country"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := user.ChangeProfile(c.change, later)
			if diff := cmp.Diff(c.faults, faultsOf(err)); diff != "" {
				t.Fatal(diff)
			}
			want := domain.User{}
			if c.faults == nil {
				want = user
				want.FullName, want.Residence, want.UpdatedAt = domain.RestoreFullName(c.fullName), domain.RestoreResidence(c.country, c.state), later
			}
			if got != want {
				t.Errorf("got %q, %q, %q, or something else changed", got.FullName.Value(), got.Residence.Country(), got.Residence.StateProvince())
			}
		})
	}
}

func TestChangeOfNothingIsRefused(t *testing.T) {
	t.Parallel()
	_, err := domain.User{}.ChangeProfile(domain.ProfileChange{}, noon)
	wantFault(t, err, "nothing_to_change")
}
