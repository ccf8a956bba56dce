package app_test

import (
	"strings"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

func (w *world) refreshed(p app.TokenPair) app.TokenPair {
	w.t.Helper()
	next, err := w.RefreshTokens(w.t.Context(), p.RefreshToken, home)
	w.must(err)
	return next
}

func TestRefreshGivesANewPairOfTheSameSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.registered(ada, password)
	w.pass(time.Hour)
	second := w.refreshed(first)
	if first.RefreshToken == second.RefreshToken || first.AccessToken == second.AccessToken {
		t.Error("refreshing gave an old token")
	}
	if second.ExpiresIn != 5*time.Minute || second.RefreshExpiresIn != 14*24*time.Hour {
		t.Errorf("the tokens live %v and %v", second.ExpiresIn, second.RefreshExpiresIn)
	}
	caller := w.caller(second)
	if _, err := w.Authenticate(first.AccessToken); err == nil {
		t.Error("the access token outlived its five minutes")
	}
	w.pass(-time.Hour)
	if got := w.caller(first); got != caller {
		t.Errorf("the new token speaks for %v, not for %v", caller, got)
	}
}

func TestRefreshReplay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		wait time.Duration
		ends bool
	}{
		{"at once", 0, false},
		{"at the end of the grace", 10 * time.Second, false},
		{"after the grace", 10*time.Second + 1, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			first := w.registered(ada, password)
			second := w.refreshed(first)
			w.pass(c.wait)
			again, err := w.RefreshTokens(t.Context(), first.RefreshToken, home)
			if c.ends {
				w.want(err, domain.ErrInvalidRefreshToken)
				w.wantEnded(second)
				return
			}
			w.must(err)
			if again.RefreshToken != second.RefreshToken {
				t.Error("a replay in the grace gave another successor")
			}
			w.wantLive(second)
		})
	}
}

func TestReplayOfAGrandparentEndsTheSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, other := w.registered(ada, password), w.loggedIn(ada, password)
	third := w.refreshed(w.refreshed(first))
	_, err := w.RefreshTokens(t.Context(), first.RefreshToken, home)
	w.want(err, domain.ErrInvalidRefreshToken)
	w.wantEnded(third)
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
			begun := w.now
			for i, wait := range c.waits {
				w.pass(wait)
				next, err := w.RefreshTokens(t.Context(), pair.RefreshToken, home)
				if i == len(c.waits)-1 && !c.live {
					w.want(err, domain.ErrInvalidRefreshToken)
					return
				}
				w.must(err)
				if w.now.Add(next.RefreshExpiresIn).After(begun.Add(absolute)) {
					t.Error("a refresh token promises to outlive its session")
				}
				if w.now.Add(next.ExpiresIn).After(begun.Add(absolute)) {
					t.Error("an access token promises to outlive its session")
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
		"tampered grant": good[:10] + tampered + good[11:], "another tag": good[:len(good)-4] + "AAAA", "cut": good[:len(good)-4],
		"no token": "x", "line break": good + "\n",
	} {
		_, err := w.RefreshTokens(t.Context(), bad, home)
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
		w.want(err, domain.ErrInvalidRefreshToken)
	}
	_, err := w.RefreshTokens(t.Context(), "", home)
	w.wantFaults(err, "refresh_token required")
	_, err = w.RefreshTokens(t.Context(), strings.Repeat("x", 257), home)
	w.wantFaults(err, "refresh_token too_long")
	if _, err := w.RefreshTokens(t.Context(), good, home); err != nil {
		t.Errorf("bad tokens hurt the good one: %v", err)
	}
}

// Who knows the key of the tags but not the secret gets nowhere, and neither does a generation that was never handed out.
func TestRefreshNeedsTheSecretAndAnExistingGeneration(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pair := w.registered(ada, password)
	grant, _, err := domain.ParseRefreshToken(pair.RefreshToken)
	w.must(err)
	strangers, ahead := grant, grant
	strangers.Secret[0] ^= 1
	ahead.Generation++
	for _, forged := range []domain.RefreshGrant{strangers, ahead} {
		tag, err := w.MAC.Tag("refresh_token", forged.Payload())
		w.must(err)
		_, err = w.RefreshTokens(t.Context(), forged.Token(tag), home)
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

func TestPublicKeys(t *testing.T) {
	t.Parallel()
	keys, err := newWorld(t).PublicKeys()
	if err != nil || string(keys) != `{"keys":[]}` {
		t.Errorf("PublicKeys() = %s, %v", keys, err)
	}
}
