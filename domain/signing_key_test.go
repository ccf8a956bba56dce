package domain_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siriusys/user-management-service/domain"
)

var (
	keyPolicy = domain.SigningKeyPolicy{Ahead: 15 * time.Minute, Lifetime: 24 * time.Hour, Overlap: time.Hour}
	keysBegan = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
)

// keysAt are keys that begin to sign at these times after keysBegan, the latest first.
func keysAt(after ...time.Duration) []domain.SigningKey {
	keys := make([]domain.SigningKey, len(after))
	for i, a := range after {
		keys[i] = domain.SigningKey{ID: a.String(), SignsAt: keysBegan.Add(a)}
	}
	return keys
}

func TestStatesOfASigningKeyFollowFromTimes(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	keys := keysAt(day, 0)
	for _, tt := range []struct {
		at            time.Duration
		newest, first domain.SigningKeyState
	}{
		{-time.Second, domain.KeyPublished, domain.KeySigning}, // a clock behind the one that made the first key
		{0, domain.KeyPublished, domain.KeySigning},
		{day - 1, domain.KeyPublished, domain.KeySigning},
		{day, domain.KeySigning, domain.KeyVerifying},
		{day + time.Hour - 1, domain.KeySigning, domain.KeyVerifying},
		{day + time.Hour, domain.KeySigning, domain.KeyGone},
	} {
		now := keysBegan.Add(tt.at)
		if newest, first := keyPolicy.State(keys, 0, now), keyPolicy.State(keys, 1, now); newest != tt.newest || first != tt.first {
			t.Errorf("after %v: %s and %s, want %s and %s", tt.at, newest, first, tt.newest, tt.first)
		}
	}
	if i := keyPolicy.Signing(nil, keysBegan); i != -1 {
		t.Errorf("of no keys, key %d signs", i)
	}
}

func TestASuccessorIsDueInTimeToBePublished(t *testing.T) {
	t.Parallel()
	const due = 24*time.Hour - 15*time.Minute
	for at, want := range map[time.Duration]bool{0: false, due - 1: false, due: true, 48 * time.Hour: true} {
		if got := keyPolicy.IsDue(keysAt(0), keysBegan.Add(at)); got != want {
			t.Errorf("after %v: %t", at, got)
		}
	}
	if !keyPolicy.IsDue(nil, keysBegan) {
		t.Error("the first key of all is not due")
	}
	if keyPolicy.IsDue(keysAt(24*time.Hour, 0), keysBegan.Add(due)) {
		t.Error("a successor is due although one is published")
	}
}

// Whatever the keys and their times: one key signs, those before it are published, and a key is gone only when every token
// that it may have signed is older than the overlap.
func TestNoKeyGoesBeforeItsTokens(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		begin, keys := keysBegan, []domain.SigningKey(nil)
		for range rapid.IntRange(1, 6).Draw(t, "keys") {
			keys = append([]domain.SigningKey{{SignsAt: begin}}, keys...)
			begin = begin.Add(time.Duration(rapid.Int64Range(0, int64(3*time.Hour)).Draw(t, "signs for")))
		}
		signedAt := keysBegan.Add(time.Duration(rapid.Int64Range(0, int64(20*time.Hour)).Draw(t, "signed after")))
		signer := keyPolicy.Signing(keys, signedAt)
		later := time.Duration(rapid.Int64Range(0, int64(keyPolicy.Overlap)-1).Draw(t, "verified after"))
		if state := keyPolicy.State(keys, signer, signedAt.Add(later)); state != domain.KeySigning && state != domain.KeyVerifying {
			t.Fatalf("%v after it signed, the key is %s", later, state)
		}
		for i := range keys {
			if state := keyPolicy.State(keys, i, signedAt); (state == domain.KeySigning) != (i == signer) || (state == domain.KeyPublished) != (i < signer) {
				t.Fatalf("key %d is %s while key %d signs", i, state, signer)
			}
		}
	})
}

func TestTheDefaultPolicyIsAheadOfCachesAndBehindTokens(t *testing.T) {
	t.Parallel()
	p := domain.DefaultSigningKeyPolicy()
	if p.Ahead < 3*5*time.Minute || p.Overlap <= domain.AccessTokenLifetimeMax || p.Lifetime <= p.Ahead {
		t.Errorf("%+v", p)
	}
}
