package app_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

func (w *world) refreshed(p app.TokenPair) app.TokenPair {
	w.t.Helper()
	next, err := w.RefreshToken(w.t.Context(), p.RefreshToken, home)
	w.must(err)
	return next
}

func TestRefreshReturnsANewPairOfTheSameSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.registered(ada, password)
	w.pass(time.Hour)
	second := w.refreshed(first)
	if first.RefreshToken == second.RefreshToken || first.AccessToken == second.AccessToken {
		t.Error("refreshing returned a token of the old pair")
	}
	if second.ExpiresIn != 5*time.Minute || second.RefreshExpiresIn != 14*24*time.Hour {
		t.Errorf("the tokens live %v and %v", second.ExpiresIn, second.RefreshExpiresIn)
	}
	caller := w.caller(second)
	if _, err := w.Authenticate(first.AccessToken); err == nil {
		t.Error("the access token is valid after its five minutes")
	}
	w.pass(-time.Hour)
	if got := w.caller(first); got != caller {
		t.Errorf("the new token names the caller %v, want %v", caller, got)
	}
}

func TestRefreshTokenReuse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		wait    time.Duration
		revokes bool
	}{
		{"immediately", 0, false},
		{"at the end of the reuse interval", 10 * time.Second, false},
		{"after the reuse interval", 10*time.Second + 1, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			first := w.registered(ada, password)
			second := w.refreshed(first)
			w.pass(c.wait)
			again, err := w.RefreshToken(t.Context(), first.RefreshToken, home)
			if c.revokes {
				w.want(err, domain.ErrInvalidRefreshToken)
				w.wantRevoked(second)
				return
			}
			w.must(err)
			if again.RefreshToken != second.RefreshToken {
				t.Error("reuse within the reuse interval returned another successor")
			}
			w.wantLive(second)
		})
	}
}

func TestReuseOfARecentTokenYieldsTheNewestOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.registered(ada, password)
	second := w.refreshed(first)
	w.pass(5 * time.Second)
	third := w.refreshed(second)
	w.pass(5 * time.Second)
	for _, used := range []app.TokenPair{first, second, third} {
		if again := w.refreshed(used); again.RefreshToken != third.RefreshToken {
			t.Error("a recently used token did not yield the newest one")
		}
	}
	w.pass(1)
	if fourth := w.refreshed(third); fourth.RefreshToken == third.RefreshToken {
		t.Error("the newest token did not rotate after the reuse interval of the first one")
	}
}

// Networks are /24 and /48: the pseudonyms of two IP addresses of one network are equal.
func TestReuseFromAnotherNetworkIsCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pair := w.registered(ada, password)
	next := w.refreshed(pair)
	for _, c := range []struct {
		from string
		n    int
	}{{"192.0.2.99/32", 50}, {"198.51.100.7/32", 10}, {"198.51.100.8/32", 10}} {
		for range c.n {
			if _, err := w.RefreshToken(t.Context(), pair.RefreshToken, netip.MustParsePrefix(c.from)); err != nil {
				t.Fatalf("from %s: %v", c.from, err)
			}
		}
	}
	_, err := w.RefreshToken(t.Context(), pair.RefreshToken, netip.MustParsePrefix("198.51.100.7/32"))
	w.want(err, domain.ErrInvalidRefreshToken)
	w.wantRevoked(next)
}

func TestReuseOfAnOlderRefreshTokenRevokesTheSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, other := w.registered(ada, password), w.loggedIn(ada, password)
	third := w.refreshed(w.refreshed(first))
	w.pass(10*time.Second + 1)
	_, err := w.RefreshToken(t.Context(), first.RefreshToken, home)
	w.want(err, domain.ErrInvalidRefreshToken)
	w.wantRevoked(third)
	w.wantLive(other)
}

func TestRefreshLimits(t *testing.T) {
	t.Parallel()
	const idle, absolute = 14 * 24 * time.Hour, 30 * 24 * time.Hour
	for _, c := range []struct {
		name  string
		waits []time.Duration
		live  bool
	}{
		{"before the idle limit", []time.Duration{idle - 1}, true},
		{"at the idle limit", []time.Duration{idle}, false},
		{"refreshing moves the idle limit", []time.Duration{idle - 1, idle - 1}, true},
		{"a second before the absolute limit", []time.Duration{idle - 1, idle - 1, absolute - 2*idle + 2 - time.Second}, true},
		{"in the last second", []time.Duration{idle - 1, idle - 1, absolute - 2*idle + 3 - time.Second}, false},
		{"at the absolute limit", []time.Duration{idle - 1, idle - 1, absolute - 2*idle + 2}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			pair := w.registered(ada, password)
			createdAt := w.now
			for i, wait := range c.waits {
				w.pass(wait)
				next, err := w.RefreshToken(t.Context(), pair.RefreshToken, home)
				if i == len(c.waits)-1 && !c.live {
					w.want(err, domain.ErrInvalidRefreshToken)
					return
				}
				w.must(err)
				if w.now.Add(next.RefreshExpiresIn).After(createdAt.Add(absolute)) {
					t.Error("a refresh token expires after its session")
				}
				if w.now.Add(next.ExpiresIn).After(createdAt.Add(absolute)) {
					t.Error("an access token expires after its session")
				}
				pair = next
			}
		})
	}
}

func TestRefreshRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	good := w.registered(ada, password).RefreshToken
	tampered := "A"
	if good[10] == 'A' {
		tampered = "B"
	}
	for name, bad := range map[string]string{
		"tampered grant": good[:10] + tampered + good[11:], "another tag": good[:len(good)-4] + "AAAA", "truncated": good[:len(good)-4],
		"no token": "x", "line break": good + "\n",
	} {
		_, err := w.RefreshToken(t.Context(), bad, home)
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
		w.want(err, domain.ErrInvalidRefreshToken)
	}
	_, err := w.RefreshToken(t.Context(), "", home)
	w.wantViolations(err, "refresh_token required")
	_, err = w.RefreshToken(t.Context(), strings.Repeat("x", 257), home)
	w.wantViolations(err, "refresh_token too_long")
	if _, err := w.RefreshToken(t.Context(), good, home); err != nil {
		t.Errorf("bad tokens invalidated the good one: %v", err)
	}
}

// A correct tag is not enough: a token also needs the session's secret and a generation that was issued.
func TestRefreshRequiresTheSecretAndAnIssuedGeneration(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pair := w.registered(ada, password)
	grant, _, err := domain.ParseRefreshToken(pair.RefreshToken)
	w.must(err)
	otherSecret, ahead := grant, grant
	otherSecret.Secret[0] ^= 1
	ahead.Generation++
	for _, forged := range []domain.RefreshGrant{otherSecret, ahead} {
		tag, err := w.MAC.Tag("refresh_token", forged.Payload())
		w.must(err)
		_, err = w.RefreshToken(t.Context(), forged.Token(tag), home)
		w.want(err, domain.ErrInvalidRefreshToken)
	}
	w.wantLive(pair)
}

func TestAuthenticate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pair := w.registered(ada, password)
	w.pass(5*time.Minute - 1)
	w.caller(pair)
	w.pass(1)
	_, err := w.Authenticate(pair.AccessToken)
	w.want(err, domain.ErrInvalidAccessToken)
	_, err = w.Authenticate("x")
	w.want(err, domain.ErrInvalidAccessToken)
}

func TestReadPublicKeys(t *testing.T) {
	t.Parallel()
	keys, err := newWorld(t).ReadPublicKeys()
	if err != nil || string(keys) != `{"keys":[]}` {
		t.Errorf("ReadPublicKeys() = %s, %v", keys, err)
	}
}
