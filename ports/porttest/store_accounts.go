package porttest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// people are names and addresses of many scripts, lengths and places.
var people = []struct{ name, address, country, state string }{
	{"Ada Lovelace", "Ada.Lovelace+x@Bücher.example", "GB", "GB-LND"},
	{"李 小龍", "李@例え.テスト", "HK", ""},
	{"محمد بن سلمان", "mohammed@xn--mgbh0fb.example", "SA", "SA-01"},
	{"क्\u200dष शर्मा", "sharma@example.in", "IN", "IN-MH"},
	{"Nguyễn Văn Ả", "nguyen@example.vn", "VN", "VN-HN"},
	{"O'Brien \"Bob\" \\ $1 -- ;", "o'brien@example.ie", "IE", "IE-D"},
	{"𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "plane1@example.org", "VA", ""},
	{strings.Repeat("名", domain.FullNameMaxLength), strings.Repeat("l", 64) + "@example.com", "JP", "JP-13"},
}

var accountPromises = map[string]func(*testing.T, bench){
	"a pending user comes back as it was stored": func(t *testing.T, b bench) {
		for n, p := range people {
			u := userOf(n, p.address)
			u.FullName, u.Residence = domain.RestoreFullName(p.name), domain.RestoreResidence(p.country, p.state)
			must(t, b.r().Accounts.AddPending(ctx, u))
			wantSame(t, u, b.byID(t, u.ID))
		}
	},
	"any number of pending users share an address, beside a verified one too": func(t *testing.T, b bench) {
		verified := b.active(t, 1)
		for n := range 10 {
			b.pending(t, n+2, verified.Email.Address())
		}
		found, err := b.r().Accounts.Pending(ctx, domain.EmailIndexes{verified.EmailIndex}, 99)
		must(t, err)
		if len(found) != 10 {
			t.Errorf("%d pending users", len(found))
		}
	},
	"any user is found by id": func(t *testing.T, b bench) {
		for _, u := range []domain.User{b.pending(t, 1, "pending@example.com"), b.active(t, 2), b.terminated(t, 3)} {
			found, err := b.r().Accounts.ByID(ctx, u.ID)
			must(t, err)
			wantSame(t, u, found)
		}
	},
	"an unknown id is ErrNotFound": func(t *testing.T, b bench) {
		b.active(t, 1)
		b.wantGone(t, nobody)
	},
	"the one verified user of an address is found, whether or not it can sign in": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		b.pending(t, 2, u.Email.Address())
		b.active(t, 3)
		found, err := b.r().Accounts.Verified(ctx, domain.EmailIndexes{u.EmailIndex})
		must(t, err)
		wantSame(t, u, found)
		must(t, b.r().Accounts.Terminate(ctx, u.ID, start))
		found, err = b.r().Accounts.Verified(ctx, domain.EmailIndexes{u.EmailIndex})
		must(t, err)
		if found.ID != u.ID || found.CanSignIn() {
			t.Errorf("after termination: %+v", found)
		}
	},
	"a signup's account, event and letter are stored together": func(t *testing.T, b bench) {
		u, e := userOf(1, "user@example.com"), event()
		letter := ports.Letter{Template: domain.MailVerification, UserID: u.ID, At: start}
		must(t, b.r().Accounts.SignUp(ctx, u, e, letter))
		wantSame(t, u, b.byID(t, u.ID))
		b.wantRecorded(t, e)
		wantSame(t, []ports.Letter{letter}, b.Letters(t))
	},
	"a signup in a transaction that fails is not there": func(t *testing.T, b bench) {
		u := userOf(1, "user@example.com")
		wantErr(t, b.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
			must(t, r.Accounts.SignUp(ctx, u, event(), ports.Letter{Template: domain.MailVerification, UserID: u.ID, At: start}))
			return errOfTheClosure
		}), errOfTheClosure)
		b.wantGone(t, u.ID)
		b.wantRecorded(t)
		wantSame(t, 0, len(b.Letters(t)))
	},
	"a guess counts like a take, and finds the credentials all the same": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		budgets := throttlePolicy.Password(guess(1))
		for n := range throttlePolicy.Failures + 2 {
			allowed, found, err := b.r().Accounts.Guess(ctx, domain.EmailIndexes{u.EmailIndex}, budgets, start)
			must(t, err)
			wantSame(t, u.Credentials(), found)
			if want := n < throttlePolicy.Failures; allowed.Granted != want || want && allowed.Count != n+1 {
				t.Errorf("guess %d: %+v", n, allowed)
			}
		}
		if a := b.take(t, budgets, start); a.Granted {
			t.Errorf("a take after the guesses: %+v", a)
		}
	},
	"credentials are those of the one verified user of an address, or zero": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		b.pending(t, 2, u.Email.Address())
		pending := b.pending(t, 3, "pending@example.com")
		ended := b.terminated(t, 4)
		for address, want := range map[domain.EmailIndex]domain.Credentials{
			u.EmailIndex:           {UserID: u.ID, PasswordHash: u.PasswordHash, Usable: true},
			ended.EmailIndex:       {UserID: ended.ID, PasswordHash: ended.PasswordHash},
			pending.EmailIndex:     {},
			"index of nobody ever": {},
		} {
			_, got, err := b.r().Accounts.Guess(ctx, domain.EmailIndexes{"another", address}, throttlePolicy.Password(guess(1)), start)
			if must(t, err); got != want {
				t.Errorf("credentials of %v are not those stored", want.UserID)
			}
		}
	},
	"an address without a verified user is ErrNotFound": func(t *testing.T, b bench) {
		u := b.pending(t, 1, "user@example.com")
		for _, address := range []domain.EmailIndexes{{u.EmailIndex}, {"index of nobody"}, nil} {
			_, err := b.r().Accounts.Verified(ctx, address)
			wantErr(t, err, ports.ErrNotFound)
		}
	},
	"pending users of an address come newest first, up to the limit": func(t *testing.T, b bench) {
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
			found, err := b.r().Accounts.Pending(ctx, index, c.limit)
			must(t, err)
			var ids []domain.ID
			for _, u := range found {
				ids = append(ids, u.ID.ID)
				wantSame(t, b.byID(t, u.ID), u)
			}
			wantSame(t, c.want, ids)
		}
	},
	"no pending user, or only verified ones, is no error": func(t *testing.T, b bench) {
		for _, address := range []domain.EmailIndexes{{b.active(t, 1).EmailIndex}, {"index of nobody"}, nil} {
			none, err := b.r().Accounts.Pending(ctx, address, 3)
			if err != nil || len(none) != 0 {
				t.Errorf("none: %v, %v", none, err)
			}
		}
	},
	"a profile's name and residence are saved and counted up, and nothing else": func(t *testing.T, b bench) {
		want := b.active(t, 1)
		want.FullName, want.Residence, want.UpdatedAt = domain.RestoreFullName("Grace Hopper"), domain.RestoreResidence("VA", ""), start.Add(time.Hour)
		given := want
		given.Email, given.EmailIndex, given.PasswordHash = domain.RestoreEmail("new@example.com"), "new index", "$hash$new"
		given.IsActive, given.IsTerminated, given.VerifiedAt, given.CreatedAt = false, true, time.Time{}, start.Add(time.Hour)
		must(t, b.r().Accounts.SaveProfile(ctx, given))
		want.Version++
		wantSame(t, want, b.byID(t, want.ID))
	},
	"a profile of another version than the stored one is ErrConflict": func(t *testing.T, b bench) {
		stored := b.active(t, 1)
		for _, version := range []int64{stored.Version - 1, stored.Version + 1} {
			u := stored
			u.FullName, u.Version = domain.RestoreFullName("Grace Hopper"), version
			wantErr(t, b.r().Accounts.SaveProfile(ctx, u), ports.ErrConflict)
		}
		wantSame(t, stored, b.byID(t, stored.ID))
		unknown := userOf(9, "unknown@example.com")
		wantErr(t, b.r().Accounts.SaveProfile(ctx, unknown), ports.ErrConflict)
	},
	"of simultaneous profiles of one version one is saved": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		wantOneSuccess(t, atOnce(20, func(int) error { return b.r().Accounts.SaveProfile(ctx, u) }), ports.ErrConflict)
	},
}
