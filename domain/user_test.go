package domain_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/domain"
)

func signup(t *testing.T) domain.Signup {
	t.Helper()
	policy := domain.PasswordPolicy{MinLength: 12}
	s, err := domain.ParseSignup(policy, "Ada@example.com", "Ada Lovelace", "DE", "Bayern", "correct horse battery staple")
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

func TestParseSignupReturnsEveryViolationInOrder(t *testing.T) {
	t.Parallel()
	policy := domain.PasswordPolicy{MinLength: 12}
	for _, c := range []struct {
		name                                string
		email, fullName, country, state, pw string
		want                                []string
	}{
		{"all empty", "", "", "", "", "", []string{"email required", "full_name required", "country required", "password required"}},
		{
			"all invalid", "ada", "123", "de", string(make([]byte, 101)), "short",
			[]string{
				"email invalid_email", "full_name invalid_name", "country unknown_country", "state_province too_long",
				"password password_too_short",
			},
		},
		{"only the state", "ada@example.com", "Ada", "DE", "", "correct horse battery", []string{"state_province required"}},
		{"the name as password", "ada@example.com", "Ada Lovelace", "DE", "DE-BY", "Ada Lovelace", []string{"password password_too_easy"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := domain.ParseSignup(policy, c.email, c.fullName, c.country, c.state, c.pw)
			if diff := cmp.Diff(c.want, violationsOf(err)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPendingSignupCannotLogIn(t *testing.T) {
	t.Parallel()
	s := signup(t)
	id := domain.UserID{ID: domain.ID{1}}
	got := s.Pending(id, "index", "hash", "network", noon)
	want := domain.User{
		ID: id, Email: s.Email, EmailIndex: "index", FullName: s.FullName, Residence: s.Residence, PasswordHash: "hash",
		CreatedAt: noon, UpdatedAt: noon, SignupNetwork: "network", Version: 1,
	}
	if got != want || got.CanLogIn() || got.IsVerified() {
		t.Error("the pending signup differs from the input, is verified or can log in")
	}
}

func TestCanLogIn(t *testing.T) {
	t.Parallel()
	for _, active := range []bool{false, true} {
		for _, terminated := range []bool{false, true} {
			for _, verified := range []time.Time{{}, noon} {
				u := domain.User{IsActive: active, IsTerminated: terminated, VerifiedAt: verified}
				want := active && !terminated && verified.Equal(noon)
				if u.CanLogIn() != want || u.IsVerified() != verified.Equal(noon) {
					t.Errorf("active %t, terminated %t, verified %v: CanLogIn() = %t, IsVerified() = %t",
						active, terminated, verified, u.CanLogIn(), u.IsVerified())
				}
			}
		}
	}
}

func TestChangeProfile(t *testing.T) {
	t.Parallel()
	user := signup(t).Pending(domain.UserID{ID: domain.ID{1}}, "index", "hash", "network", noon)
	later := noon.Add(time.Hour)
	for _, c := range []struct {
		name              string
		change            domain.ProfileChange
		fullName, country string
		state             string
		violations        []string
	}{
		{name: "name", change: domain.ProfileChange{FullName: new("Ada King")}, fullName: "Ada King", country: "DE", state: "DE-BY"},
		{
			name: "state by name", change: domain.ProfileChange{StateProvince: new("Berlin")},
			fullName: "Ada Lovelace", country: "DE", state: "DE-BE",
		},
		{
			name: "same country keeps the state", change: domain.ProfileChange{Country: new("DE")},
			fullName: "Ada Lovelace", country: "DE", state: "DE-BY",
		},
		{
			name: "country with its state", change: domain.ProfileChange{Country: new("FR"), StateProvince: new("Bretagne")},
			fullName: "Ada Lovelace", country: "FR", state: "FR-BRE",
		},
		{name: "country without subdivisions", change: domain.ProfileChange{Country: new("AQ")}, fullName: "Ada Lovelace", country: "AQ"},
		{
			name: "all", change: domain.ProfileChange{FullName: new("Ada King"), Country: new("FR"), StateProvince: new("FR-BRE")},
			fullName: "Ada King", country: "FR", state: "FR-BRE",
		},
		{name: "new country, old state", change: domain.ProfileChange{Country: new("FR")}, violations: []string{"state_province required"}},
		{name: "no state", change: domain.ProfileChange{StateProvince: new("")}, violations: []string{"state_province required"}},
		{
			name: "state of another country", change: domain.ProfileChange{StateProvince: new("FR-BRE")},
			violations: []string{"state_province unknown_state_province"},
		},
		{name: "no name", change: domain.ProfileChange{FullName: new("")}, violations: []string{"full_name required"}},
		{
			name: "every violation", change: domain.ProfileChange{FullName: new("1"), Country: new("xx"), StateProvince: new("DE-BY")},
			violations: []string{"full_name invalid_name", "country unknown_country"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := user.ChangeProfile(c.change, later)
			if diff := cmp.Diff(c.violations, violationsOf(err)); diff != "" {
				t.Fatal(diff)
			}
			want := domain.User{}
			if c.violations == nil {
				want = user
				want.FullName, want.Residence = domain.RestoreFullName(c.fullName), domain.RestoreResidence(c.country, c.state)
				want.UpdatedAt = later
			}
			if got != want {
				t.Errorf("got %q, %q, %q, or another field differs", got.FullName.Value(), got.Residence.Country(), got.Residence.StateProvince())
			}
		})
	}
}

func TestAnEmptyProfileChangeIsRefused(t *testing.T) {
	t.Parallel()
	_, err := domain.User{}.ChangeProfile(domain.ProfileChange{}, noon)
	wantViolation(t, err, "nothing_to_change")
}

// A client may send back what it read, even if it was stored under earlier rules.
func TestChangeProfileKeepsWhatWasStored(t *testing.T) {
	t.Parallel()
	user := domain.User{FullName: domain.RestoreFullName("\u3164"), Residence: domain.RestoreResidence("NO", "NO-30")}
	for _, change := range []domain.ProfileChange{
		{FullName: new("\u3164")},
		{FullName: new("\u3164"), Country: new("NO"), StateProvince: new("NO-30")},
		{Country: new("NO")},
		{StateProvince: new("NO-30")},
	} {
		got, err := user.ChangeProfile(change, noon)
		if err != nil || got.FullName != user.FullName || got.Residence != user.Residence || !got.UpdatedAt.Equal(noon) {
			t.Errorf("the stored profile is changed or refused: %v", err)
		}
	}
	got, err := user.ChangeProfile(domain.ProfileChange{FullName: new("Ada")}, noon)
	if err != nil || got.FullName.Value() != "Ada" || got.Residence != user.Residence {
		t.Errorf("the change of the name changed the residence, or was refused: %v", err)
	}
	for _, change := range []domain.ProfileChange{{StateProvince: new("NO-38")}, {FullName: new("\u3164\u3164")}} {
		if _, err := user.ChangeProfile(change, noon); err == nil {
			t.Error("a value that is refused today was accepted, although it was not the stored one")
		}
	}
}
