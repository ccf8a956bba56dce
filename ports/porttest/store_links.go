package porttest

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// lifetimes differ between the purposes, so that a check distinguishes which of two links expires first.
var lifetimes = map[domain.LinkPurpose]time.Duration{
	domain.VerifyEmail: domain.VerificationLifetime, domain.ResetPassword: domain.ResetMinLifetime,
	domain.CancelTermination: 14 * 24 * time.Hour,
}

// linkOf is the nth link, mailed to a user at start, not stored yet.
func linkOf(n int, user domain.UserID, purpose domain.LinkPurpose) domain.Link {
	return domain.Link{Hash: secretOf(n).Hash(), Purpose: purpose, UserID: user, ExpiresAt: start.Add(lifetimes[purpose])}
}

// verificationLinkOf is the nth link, of an email address, not stored yet.
func verificationLinkOf(n int, index domain.EmailIndex) domain.Link {
	return domain.Link{
		Hash: secretOf(n).Hash(), Purpose: domain.VerifyEmail, EmailIndex: index, SealedEmail: "\x00\xff sealed",
		ExpiresAt: start.Add(domain.VerificationLifetime),
	}
}

// link adds the nth link.
func (b bench) link(t rapid.TB, n int, user domain.UserID, purpose domain.LinkPurpose) domain.Link {
	t.Helper()
	l := linkOf(n, user, purpose)
	must(t, b.r().Links.Add(ctx, l))
	return l
}

// wantLink checks whether a link finds a user at a time.
func (b bench) wantLink(t rapid.TB, want bool, l domain.Link, at time.Time) {
	t.Helper()
	u, err := b.r().Links.FindUser(ctx, l.Purpose, l.Hash, at)
	if err != nil && !errors.Is(err, ports.ErrNotFound) {
		t.Fatal(err)
	}
	if usable := err == nil; usable != want || usable && u.ID != l.UserID {
		t.Errorf("the link is usable: %v, want %v; it belongs to user %v, want %v", usable, want, u.ID, l.UserID)
	}
}

var linkPromises = map[string]func(*testing.T, bench){
	"adding a link for a user who does not exist is ErrNotFound": func(t *testing.T, b bench) {
		removed := b.pending(t, 1, "user@example.com")
		wantRemoved(t, 1)(b.r().Accounts.PurgeAbandoned(ctx, start.Add(time.Hour), 1))
		for _, id := range []domain.UserID{unknownUser, removed.ID} {
			wantErr(t, b.r().Links.Add(ctx, linkOf(1, id, domain.VerifyEmail)), ports.ErrNotFound)
		}
	},
	"FindUser finds the user of a link, and leaves the link usable": func(t *testing.T, b bench) {
		for n, u := range []domain.User{b.pending(t, 1, "user@example.com"), b.active(t, 2), b.terminated(t, 3)} {
			for m, purpose := range domain.LinkPurposes() {
				l := b.link(t, 10*n+m, u.ID, purpose)
				for range 2 {
					found, err := b.r().Links.FindUser(ctx, l.Purpose, l.Hash, start)
					must(t, err)
					wantSame(t, u, found)
				}
			}
		}
	},
	"a link is usable until the instant at which it expires": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		for n, purpose := range domain.LinkPurposes() {
			l := b.link(t, n, u.ID, purpose)
			b.wantLink(t, true, l, l.ExpiresAt.Add(-tick))
			b.wantLink(t, false, l, l.ExpiresAt)
			_, err := b.r().Links.Use(ctx, l.Purpose, l.Hash, l.ExpiresAt)
			wantErr(t, err, ports.ErrNotFound)
			id, err := b.r().Links.Use(ctx, l.Purpose, l.Hash, l.ExpiresAt.Add(-tick))
			must(t, err)
			wantSame(t, u.ID, id)
		}
	},
	"a link of another purpose, or an unknown one, is ErrNotFound, and stays usable": func(t *testing.T, b bench) {
		l := b.link(t, 1, b.active(t, 1).ID, domain.ResetPassword)
		for _, c := range []struct {
			purpose domain.LinkPurpose
			hash    domain.SecretHash
		}{{domain.VerifyEmail, l.Hash}, {l.Purpose, secretOf(2).Hash()}, {l.Purpose, domain.SecretHash{}}} {
			_, err := b.r().Links.FindUser(ctx, c.purpose, c.hash, start)
			wantErr(t, err, ports.ErrNotFound)
			_, err = b.r().Links.Use(ctx, c.purpose, c.hash, start)
			wantErr(t, err, ports.ErrNotFound)
		}
		b.wantLink(t, true, l, start)
	},
	"a used link is ErrNotFound, and the user's other links stay usable": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		l, other := b.link(t, 1, u.ID, domain.ResetPassword), b.link(t, 2, u.ID, domain.ResetPassword)
		id, err := b.r().Links.Use(ctx, l.Purpose, l.Hash, start)
		must(t, err)
		wantSame(t, u.ID, id)
		_, err = b.r().Links.Use(ctx, l.Purpose, l.Hash, start)
		wantErr(t, err, ports.ErrNotFound)
		b.wantLink(t, false, l, start)
		b.wantLink(t, true, other, start)
	},
	"of concurrent uses of a link, one succeeds": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		l := b.link(t, 1, u.ID, domain.ResetPassword)
		wantOneSuccess(t, concurrently(50, func(int) error {
			id, err := b.r().Links.Use(ctx, l.Purpose, l.Hash, start)
			if err == nil && id != u.ID {
				t.Errorf("Use returned user %v, want %v", id, u.ID)
			}
			return err
		}), ports.ErrNotFound)
	},
	"HasLiveVerification finds unused, unexpired links of an email address": func(t *testing.T, b bench) {
		wantLive := func(want bool, index domain.EmailIndex, at time.Time) {
			t.Helper()
			isLive, err := b.r().Links.HasLiveVerification(ctx, domain.EmailIndexes{"of another key", index}, at)
			if must(t, err); isLive != want {
				t.Errorf("a live link of %s at %v: %v, want %v", index, at, isLive, want)
			}
		}
		l := verificationLinkOf(1, "index")
		wantLive(false, "index", start)
		must(t, b.r().Links.Add(ctx, l))
		wantLive(true, "index", l.ExpiresAt.Add(-tick))
		wantLive(false, "index", l.ExpiresAt)
		wantLive(false, "another index", start)
		_, err := b.r().Links.Use(ctx, l.Purpose, l.Hash, start)
		must(t, err)
		wantLive(false, "index", start)
	},
	"HasLive finds unused, unexpired links of one purpose and user": func(t *testing.T, b bench) {
		u, other := b.active(t, 1), b.active(t, 2)
		wantLive := func(want bool, user domain.UserID, at time.Time) {
			t.Helper()
			isLive, err := b.r().Links.HasLive(ctx, user, domain.ResetPassword, at)
			must(t, err)
			if isLive != want {
				t.Errorf("a live link of %v at %v: %v, want %v", user, at, isLive, want)
			}
		}
		wantLive(false, u.ID, start)
		link := b.link(t, 1, u.ID, domain.ResetPassword)
		b.link(t, 2, other.ID, domain.VerifyEmail)
		wantLive(true, u.ID, link.ExpiresAt.Add(-tick))
		wantLive(false, u.ID, link.ExpiresAt)
		wantLive(false, other.ID, start)
		_, err := b.r().Links.Use(ctx, domain.ResetPassword, link.Hash, start)
		must(t, err)
		wantLive(false, u.ID, start)
	},
	"RemoveAllOf removes every link of one purpose and user, and none is no error": func(t *testing.T, b bench) {
		u, other := b.active(t, 1), b.active(t, 2)
		removed := []domain.Link{b.link(t, 1, u.ID, domain.ResetPassword), b.link(t, 2, u.ID, domain.ResetPassword)}
		kept := []domain.Link{b.link(t, 3, u.ID, domain.VerifyEmail), b.link(t, 4, other.ID, domain.ResetPassword)}
		for range 2 {
			must(t, b.r().Links.RemoveAllOf(ctx, u.ID, domain.ResetPassword))
		}
		must(t, b.r().Links.RemoveAllOf(ctx, unknownUser, domain.ResetPassword))
		for _, l := range removed {
			b.wantLink(t, false, l, start)
		}
		for _, l := range kept {
			b.wantLink(t, true, l, start)
		}
	},
	"FindVerification finds the link of an email address, and that of a user with the email address": func(t *testing.T, b bench) {
		u := b.pending(t, 1, "user@example.com")
		ofAddress, ofUser := verificationLinkOf(1, "index"), b.link(t, 2, u.ID, domain.VerifyEmail)
		must(t, b.r().Links.Add(ctx, ofAddress))
		b.link(t, 3, u.ID, domain.ResetPassword)
		for range 2 {
			l, to, err := b.r().Links.FindVerification(ctx, ofAddress.Hash, start)
			if must(t, err); !to.IsZero() {
				t.Error("the link of an email address has a user's")
			}
			wantSame(t, ofAddress, l)
			l, to, err = b.r().Links.FindVerification(ctx, ofUser.Hash, start)
			must(t, err)
			wantSame(t, ofUser, l)
			wantSame(t, u.Email, to)
		}
		for hash, at := range map[domain.SecretHash]time.Time{
			ofAddress.Hash: ofAddress.ExpiresAt, secretOf(3).Hash(): start, secretOf(9).Hash(): start,
		} {
			_, _, err := b.r().Links.FindVerification(ctx, hash, at)
			wantErr(t, err, ports.ErrNotFound)
		}
	},
	"the link of an email address is used once, and belongs to no user": func(t *testing.T, b bench) {
		l := verificationLinkOf(1, "index")
		must(t, b.r().Links.Add(ctx, l))
		_, err := b.r().Links.FindUser(ctx, l.Purpose, l.Hash, start)
		wantErr(t, err, ports.ErrNotFound)
		wantOneSuccess(t, concurrently(20, func(int) error {
			id, err := b.r().Links.Use(ctx, l.Purpose, l.Hash, start)
			if err == nil && !id.IsZero() {
				t.Errorf("Use returned user %v", id)
			}
			return err
		}), ports.ErrNotFound)
	},
	"RemoveVerifications removes every verification link of an email address": func(t *testing.T, b bench) {
		u := b.pending(t, 1, "user@example.com")
		for n, index := range []domain.EmailIndex{"one", "two", "other"} {
			must(t, b.r().Links.Add(ctx, verificationLinkOf(n, index)))
		}
		ofUser := b.link(t, 9, u.ID, domain.VerifyEmail)
		for range 2 {
			must(t, b.r().Links.RemoveVerifications(ctx, domain.EmailIndexes{"one", "two"}))
		}
		for n := range 2 {
			_, _, err := b.r().Links.FindVerification(ctx, secretOf(n).Hash(), start)
			wantErr(t, err, ports.ErrNotFound)
		}
		for _, kept := range []domain.SecretHash{secretOf(2).Hash(), ofUser.Hash} {
			_, _, err := b.r().Links.FindVerification(ctx, kept, start)
			must(t, err)
		}
	},
	"PurgeExpired removes only links that expired before the given time, in batches": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		for n := range 5 {
			b.link(t, n+1, u.ID, domain.ResetPassword)
		}
		young := b.link(t, 9, u.ID, domain.VerifyEmail)
		expiry := start.Add(domain.ResetMinLifetime)
		wantRemoved(t, 0)(b.r().Links.PurgeExpired(ctx, expiry, 3))
		for _, want := range []int{3, 2, 0} {
			wantRemoved(t, want)(b.r().Links.PurgeExpired(ctx, expiry.Add(tick), 3))
		}
		b.wantLink(t, true, young, start)
	},
}
