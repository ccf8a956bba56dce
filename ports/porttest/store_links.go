package porttest

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// lifetimes differ, so that one kind of link can be told to outlive another.
var lifetimes = map[domain.LinkPurpose]time.Duration{
	domain.VerifyEmail: domain.VerificationLifetime, domain.ResetPassword: domain.ResetLifetime, domain.ReverseTermination: 14 * 24 * time.Hour,
}

// linkOf is the nth link, mailed to a user at the start.
func linkOf(n int, user domain.UserID, purpose domain.LinkPurpose) domain.Link {
	return domain.Link{Hash: secretOf(n).Hash(), Purpose: purpose, UserID: user, ExpiresAt: start.Add(lifetimes[purpose])}
}

func (b bench) link(t rapid.TB, n int, user domain.UserID, purpose domain.LinkPurpose) domain.Link {
	t.Helper()
	l := linkOf(n, user, purpose)
	must(t, b.r().Links.Add(ctx, l))
	return l
}

// wantLink checks whether a link finds a user at a time.
func (b bench) wantLink(t rapid.TB, want bool, l domain.Link, at time.Time) {
	t.Helper()
	u, err := b.r().Links.User(ctx, l.Purpose, l.Hash, at)
	if err != nil && !errors.Is(err, ports.ErrNotFound) {
		t.Fatal(err)
	}
	if alive := err == nil; alive != want || alive && u.ID != l.UserID {
		t.Errorf("link alive: %v, of the user: %v; want %v", alive, u.ID == l.UserID, want)
	}
}

var linkPromises = map[string]func(*testing.T, bench){
	"a link for a user that does not exist any more is ErrNotFound": func(t *testing.T, b bench) {
		removed := b.pending(t, 1, "user@example.com")
		wantRemoved(t, 1)(b.r().Accounts.RemoveAbandoned(ctx, start.Add(time.Hour), 1))
		for _, id := range []domain.UserID{nobody, removed.ID} {
			wantErr(t, b.r().Links.Add(ctx, linkOf(1, id, domain.VerifyEmail)), ports.ErrNotFound)
		}
	},
	"a link finds its user, as often as asked": func(t *testing.T, b bench) {
		for n, u := range []domain.User{b.pending(t, 1, "user@example.com"), b.active(t, 2), b.terminated(t, 3)} {
			for m, purpose := range domain.LinkPurposes() {
				l := b.link(t, 10*n+m, u.ID, purpose)
				for range 2 {
					found, err := b.r().Links.User(ctx, l.Purpose, l.Hash, start)
					must(t, err)
					wantSame(t, u, found)
				}
			}
		}
	},
	"a link expires at its instant": func(t *testing.T, b bench) {
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
	"a link of another purpose, or an unknown one, is ErrNotFound and stays alive": func(t *testing.T, b bench) {
		l := b.link(t, 1, b.active(t, 1).ID, domain.ResetPassword)
		for _, c := range []struct {
			purpose domain.LinkPurpose
			hash    domain.SecretHash
		}{{domain.VerifyEmail, l.Hash}, {l.Purpose, secretOf(2).Hash()}, {l.Purpose, domain.SecretHash{}}} {
			_, err := b.r().Links.User(ctx, c.purpose, c.hash, start)
			wantErr(t, err, ports.ErrNotFound)
			_, err = b.r().Links.Use(ctx, c.purpose, c.hash, start)
			wantErr(t, err, ports.ErrNotFound)
		}
		b.wantLink(t, true, l, start)
	},
	"a used link is ErrNotFound, and the user's other links live": func(t *testing.T, b bench) {
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
	"of simultaneous uses of a link one succeeds": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		l := b.link(t, 1, u.ID, domain.ResetPassword)
		wantOneSuccess(t, atOnce(50, func(int) error {
			id, err := b.r().Links.Use(ctx, l.Purpose, l.Hash, start)
			if err == nil && id != u.ID {
				t.Errorf("used for %v", id)
			}
			return err
		}), ports.ErrNotFound)
	},
	"all links of one purpose and user are removed, and none is no error": func(t *testing.T, b bench) {
		u, other := b.active(t, 1), b.active(t, 2)
		doomed := []domain.Link{b.link(t, 1, u.ID, domain.ResetPassword), b.link(t, 2, u.ID, domain.ResetPassword)}
		spared := []domain.Link{b.link(t, 3, u.ID, domain.VerifyEmail), b.link(t, 4, other.ID, domain.ResetPassword)}
		for range 2 {
			must(t, b.r().Links.RemoveAllOf(ctx, u.ID, domain.ResetPassword))
		}
		must(t, b.r().Links.RemoveAllOf(ctx, nobody, domain.ResetPassword))
		for _, l := range doomed {
			b.wantLink(t, false, l, start)
		}
		for _, l := range spared {
			b.wantLink(t, true, l, start)
		}
	},
	"links that expired before the given time are removed in batches, and no other": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		for n := range 5 {
			b.link(t, n+1, u.ID, domain.ResetPassword)
		}
		young := b.link(t, 9, u.ID, domain.VerifyEmail)
		expiry := start.Add(domain.ResetLifetime)
		wantRemoved(t, 0)(b.r().Links.RemoveExpired(ctx, expiry, 3))
		for _, want := range []int{3, 2, 0} {
			wantRemoved(t, want)(b.r().Links.RemoveExpired(ctx, expiry.Add(tick), 3))
		}
		b.wantLink(t, true, young, start)
	},
}
