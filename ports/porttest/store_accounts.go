package porttest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// profiles contain names, email addresses and residences of many scripts and lengths.
var profiles = []struct{ name, address, country, state string }{
	{"Ada Lovelace", "Ada.Lovelace+x@Bücher.example", "GB", "GB-LND"},
	{"李 小龍", "李@例え.テスト", "HK", ""},
	{"محمد بن سلمان", "mohammed@xn--mgbh0fb.example", "SA", "SA-01"},
	{"क्\u200dष शर्मा", "sharma@example.in", "IN", "IN-MH"},
	{"Nguyễn Văn Ả", "nguyen@example.vn", "VN", "VN-HN"},
	{"O'Brien \"Bob\" \\ $1 -- ;", "o'brien@example.ie", "IE", "IE-D"},
	{"𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "plane1@example.org", "VA", ""},
	{strings.Repeat("名", domain.FullNameMaxLength), strings.Repeat("l", 64) + "@example.com", "JP", "JP-13"},
}

func verificationOf(u domain.User) ports.MessageRequest {
	return ports.MessageRequest{Template: domain.MessageVerification, EmailIndexes: domain.EmailIndexes{u.EmailIndex}, At: start}
}

// signUp signs the nth user up from a network.
func (b bench) signUp(t *testing.T, n int, address string, network domain.SignupNetwork) domain.User {
	t.Helper()
	u := userOf(n, address)
	u.SignupNetwork = network
	b.signUpAs(t, u)
	return u
}

func (b bench) signUpAs(t *testing.T, u domain.User) {
	t.Helper()
	must(t, b.r().Accounts.SignUp(ctx, u, domain.EmailIndexes{u.EmailIndex}, "network", event(), verificationOf(u)))
}

func (b bench) wantPending(t *testing.T, address string, want int) []domain.User {
	t.Helper()
	found, err := b.r().Accounts.FindPending(ctx, domain.EmailIndexes{userOf(1, address).EmailIndex}, 99)
	must(t, err)
	if len(found) != want {
		t.Errorf("%d pending signups, want %d", len(found), want)
	}
	return found
}

var accountPromises = map[string]func(*testing.T, bench){
	"a pending signup is found unchanged": func(t *testing.T, b bench) {
		for n, p := range profiles {
			u := userOf(n, p.address)
			u.FullName, u.Residence = domain.RestoreFullName(p.name), domain.RestoreResidence(p.country, p.state)
			must(t, b.r().Accounts.AddPending(ctx, u))
			wantSame(t, u, b.byID(t, u.ID))
		}
	},
	"any number of pending signups share an email address, also with a verified account": func(t *testing.T, b bench) {
		verified := b.active(t, 1)
		for n := range 10 {
			b.pending(t, n+2, verified.Email.Address())
		}
		found, err := b.r().Accounts.FindPending(ctx, domain.EmailIndexes{verified.EmailIndex}, 99)
		must(t, err)
		if len(found) != 10 {
			t.Errorf("found %d pending signups, want 10", len(found))
		}
	},
	"FindByID finds a user in any state": func(t *testing.T, b bench) {
		for _, u := range []domain.User{b.pending(t, 1, "pending@example.com"), b.active(t, 2), b.terminated(t, 3)} {
			found, err := b.r().Accounts.FindByID(ctx, u.ID)
			must(t, err)
			wantSame(t, u, found)
		}
	},
	"an unknown id is ErrNotFound": func(t *testing.T, b bench) {
		b.active(t, 1)
		b.wantGone(t, unknownUser)
	},
	"FindVerified finds the one verified account of an email address, also if the user cannot log in": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		b.pending(t, 2, u.Email.Address())
		b.active(t, 3)
		found, err := b.r().Accounts.FindVerified(ctx, domain.EmailIndexes{u.EmailIndex})
		must(t, err)
		wantSame(t, u, found)
		must(t, b.r().Accounts.TerminateAccount(ctx, u.ID, start))
		found, err = b.r().Accounts.FindVerified(ctx, domain.EmailIndexes{u.EmailIndex})
		must(t, err)
		if found.ID != u.ID || found.CanLogIn() {
			t.Errorf("after the termination: %+v", found)
		}
	},
	"SignUp stores the user, the event and the message": func(t *testing.T, b bench) {
		u, e := userOf(1, "user@example.com"), event()
		e.EmailIndex = ""
		message := ports.MessageRequest{Template: domain.MessageVerification, UserID: u.ID, At: start}
		must(t, b.r().Accounts.SignUp(ctx, u, domain.EmailIndexes{u.EmailIndex}, "network", e, message))
		wantSame(t, u, b.byID(t, u.ID))
		b.wantRecorded(t, e)
		wantSame(t, []ports.MessageRequest{message}, b.Messages(t))
	},
	"SignUp records the first signup of a network and hour, and counts the others": func(t *testing.T, b bench) {
		first := event()
		for n, e := range []domain.AuditEvent{first, event()} {
			u := userOf(n+1, fmt.Sprintf("user%d@example.com", n))
			must(t, b.r().Accounts.SignUp(ctx, u, domain.EmailIndexes{u.EmailIndex}, "network", e, verificationOf(u)))
		}
		first.EmailIndex = ""
		b.wantRecorded(t, first)
		hour := domain.AuditHour(first.At)
		b.wantCounts(t, hour.Add(time.Hour), domain.AuditCount{Hour: hour, Network: "network", Kind: first.Kind, Count: 2})
	},
	"SignUp replaces the pending signup of its network, and of no other email address": func(t *testing.T, b bench) {
		first, again := b.signUp(t, 1, "user@example.com", "a"), userOf(3, "user@example.com")
		kept := []domain.User{b.signUp(t, 2, "user@example.com", "b"), b.signUp(t, 4, "other@example.com", "a"), b.active(t, 5)}
		again.SignupNetwork = "a"
		b.signUpAs(t, again)
		b.wantGone(t, first.ID)
		for _, u := range append(kept, again) {
			wantSame(t, u, b.byID(t, u.ID))
		}
	},
	"beyond the maximum, SignUp removes the oldest of the network that has most, then the oldest of all": func(t *testing.T, b bench) {
		old := []domain.User{b.pending(t, 90, "user@example.com"), b.pending(t, 91, "user@example.com")}
		var others []domain.User
		for n := 1; n < domain.MaxPendingSignups-1; n++ {
			others = append(others, b.signUp(t, n, "user@example.com", domain.SignupNetwork(fmt.Sprint("network ", n))))
		}
		b.byID(t, old[0].ID)
		b.signUp(t, 100, "user@example.com", "x") // the signups without a network are two, although they are not the oldest
		b.wantGone(t, old[0].ID)
		b.signUp(t, 101, "user@example.com", "y")
		b.wantGone(t, others[0].ID)
		b.byID(t, old[1].ID)
		b.wantPending(t, "user@example.com", domain.MaxPendingSignups)
	},
	"concurrent signups of one email address keep the maximum, and one of each network": func(t *testing.T, b bench) {
		for _, err := range concurrently(60, func(i int) error {
			u := userOf(i+1, "user@example.com")
			u.SignupNetwork = domain.SignupNetwork(fmt.Sprint("network ", i%30))
			return b.r().Accounts.SignUp(ctx, u, domain.EmailIndexes{u.EmailIndex, "of another key"}, "network", event(), verificationOf(u))
		}) {
			must(t, err)
		}
		found := b.wantPending(t, "user@example.com", domain.MaxPendingSignups)
		networks := map[domain.SignupNetwork]bool{}
		for _, u := range found {
			networks[u.SignupNetwork] = true
		}
		if len(networks) != len(found) {
			t.Errorf("%d pending signups are of %d networks", len(found), len(networks))
		}
	},
	"signups concurrent with an activation leave one verified account": func(t *testing.T, b bench) {
		u := b.signUp(t, 1, "user@example.com", "a")
		errs := concurrently(30, func(i int) error {
			if i == 0 {
				return b.r().Accounts.Activate(ctx, u.ID, domain.EmailIndexes{u.EmailIndex}, start)
			}
			other := userOf(i+1, "user@example.com")
			other.SignupNetwork = domain.SignupNetwork(fmt.Sprint("network ", i%20))
			return b.r().Accounts.SignUp(ctx, other, domain.EmailIndexes{u.EmailIndex}, "network", event(), verificationOf(other))
		})
		for _, err := range errs[1:] {
			must(t, err)
		}
		wantOneOf(t, errs[0], ports.ErrNotFound)
		if errs[0] == nil && !b.byID(t, u.ID).CanLogIn() {
			t.Error("the activated account cannot log in")
		}
	},
	"ReplaceEmail stores another form, and an unknown user or email address is ErrNotFound": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		form := domain.RestoreEmail("USER1@example.com")
		must(t, b.r().Accounts.ReplaceEmail(ctx, u.ID, form, domain.EmailIndexes{"another", u.EmailIndex}))
		want := u
		want.Email = form
		wantSame(t, want, b.byID(t, u.ID))
		wantErr(t, b.r().Accounts.ReplaceEmail(ctx, u.ID, form, domain.EmailIndexes{"another"}), ports.ErrNotFound)
		wantErr(t, b.r().Accounts.ReplaceEmail(ctx, unknownUser, form, domain.EmailIndexes{u.EmailIndex}), ports.ErrNotFound)
	},
	"a signup in a transaction that fails takes no effect": func(t *testing.T, b bench) {
		u := userOf(1, "user@example.com")
		wantErr(t, b.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
			message := ports.MessageRequest{Template: domain.MessageVerification, UserID: u.ID, At: start}
			must(t, r.Accounts.SignUp(ctx, u, domain.EmailIndexes{u.EmailIndex}, "network", event(), message))
			return errOfDo
		}), errOfDo)
		b.wantGone(t, u.ID)
		b.wantRecorded(t)
		wantSame(t, 0, len(b.Messages(t)))
	},
	"SpendLogin counts as Spend does, and finds the credentials whether or not the attempt is allowed": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		limits := rateLimitPolicy.PasswordAttempt(attemptOf(1))
		for n := range rateLimitPolicy.Attempts + 2 {
			decision, found, err := b.r().Accounts.SpendLogin(ctx, domain.EmailIndexes{u.EmailIndex}, domain.KnownDevice{}, limits, start)
			must(t, err)
			wantSame(t, u.Credentials(), found)
			if want := n < rateLimitPolicy.Attempts; decision.Allowed != want || want && decision.Count != n+1 {
				t.Errorf("password attempt %d: %+v", n, decision)
			}
		}
		if decision := b.spend(t, limits, start); decision.Allowed {
			t.Errorf("Spend after the password attempts: %+v, want it blocked", decision)
		}
	},
	"SpendLogin finds the credentials of the one verified account of an email address, or zero": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		b.pending(t, 2, u.Email.Address())
		pending := b.pending(t, 3, "pending@example.com")
		terminated := b.terminated(t, 4)
		limits := rateLimitPolicy.PasswordAttempt(attemptOf(1))
		for index, want := range map[domain.EmailIndex]domain.Credentials{
			u.EmailIndex:          {UserID: u.ID, PasswordHash: u.PasswordHash, CanLogIn: true},
			terminated.EmailIndex: {UserID: terminated.ID, PasswordHash: terminated.PasswordHash},
			pending.EmailIndex:    {},
			"unknown index":       {},
		} {
			_, got, err := b.r().Accounts.SpendLogin(ctx, domain.EmailIndexes{"another", index}, domain.KnownDevice{}, limits, start)
			if must(t, err); got != want {
				t.Errorf("the credentials of %v are not the stored ones", want.UserID)
			}
		}
	},
	"an email address without a verified account is ErrNotFound": func(t *testing.T, b bench) {
		u := b.pending(t, 1, "user@example.com")
		for _, email := range []domain.EmailIndexes{{u.EmailIndex}, {"unknown index"}, nil} {
			_, err := b.r().Accounts.FindVerified(ctx, email)
			wantErr(t, err, ports.ErrNotFound)
		}
	},
	"FindPending finds the pending signups of an email address, the newest first, up to the limit": func(t *testing.T, b bench) {
		for _, n := range []int{2, 4, 1, 3} {
			b.pending(t, n, "user@example.com")
		}
		b.pending(t, 5, "other@example.com")
		index := domain.EmailIndexes{userOf(1, "user@example.com").EmailIndex}
		for _, c := range []struct {
			limit int
			want  []domain.ID
		}{
			{1, []domain.ID{number(4)}},
			{3, []domain.ID{number(4), number(3), number(2)}},
			{5, []domain.ID{number(4), number(3), number(2), number(1)}},
		} {
			found, err := b.r().Accounts.FindPending(ctx, index, c.limit)
			must(t, err)
			var ids []domain.ID
			for _, u := range found {
				ids = append(ids, u.ID.ID)
				wantSame(t, b.byID(t, u.ID), u)
			}
			wantSame(t, c.want, ids)
		}
	},
	"no pending signup is no error": func(t *testing.T, b bench) {
		for _, email := range []domain.EmailIndexes{{b.active(t, 1).EmailIndex}, {"unknown index"}, nil} {
			none, err := b.r().Accounts.FindPending(ctx, email, 3)
			if err != nil || len(none) != 0 {
				t.Errorf("found %v, error %v; want none", none, err)
			}
		}
	},
	"ChangeProfile stores the name and residence and increments the version, and changes nothing else": func(t *testing.T, b bench) {
		want := b.active(t, 1)
		want.FullName, want.Residence = domain.RestoreFullName("Grace Hopper"), domain.RestoreResidence("VA", "")
		want.UpdatedAt = start.Add(time.Hour)
		given := want
		given.Email, given.EmailIndex, given.PasswordHash = domain.RestoreEmail("new@example.com"), "new index", "$hash$new"
		given.IsActive, given.IsTerminated, given.VerifiedAt, given.CreatedAt = false, true, time.Time{}, start.Add(time.Hour)
		must(t, b.r().Accounts.ChangeProfile(ctx, given))
		want.Version++
		wantSame(t, want, b.byID(t, want.ID))
	},
	"changing a profile of another version than the stored one is ErrConflict": func(t *testing.T, b bench) {
		stored := b.active(t, 1)
		for _, version := range []int64{stored.Version - 1, stored.Version + 1} {
			u := stored
			u.FullName, u.Version = domain.RestoreFullName("Grace Hopper"), version
			wantErr(t, b.r().Accounts.ChangeProfile(ctx, u), ports.ErrConflict)
		}
		wantSame(t, stored, b.byID(t, stored.ID))
		unknown := userOf(9, "unknown@example.com")
		wantErr(t, b.r().Accounts.ChangeProfile(ctx, unknown), ports.ErrConflict)
	},
	"of concurrent changes of one version, one succeeds": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		wantOneSuccess(t, concurrently(20, func(int) error { return b.r().Accounts.ChangeProfile(ctx, u) }), ports.ErrConflict)
	},
}
