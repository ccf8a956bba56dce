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

// keysAt returns keys that become active at these times after keysBegan, the latest first.
func keysAt(after ...time.Duration) []domain.SigningKey {
	keys := make([]domain.SigningKey, len(after))
	for i, a := range after {
		keys[i] = domain.SigningKey{ID: a.String(), ActiveAt: keysBegan.Add(a)}
	}
	return keys
}

func TestStatesOfASigningKey(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	keys := keysAt(day, 0)
	for _, tt := range []struct {
		at            time.Duration
		newest, first domain.SigningKeyState
	}{
		{-time.Second, domain.KeyPublished, domain.KeyActive}, // by a clock behind that of the replica that created the first key
		{0, domain.KeyPublished, domain.KeyActive},
		{day - 1, domain.KeyPublished, domain.KeyActive},
		{day, domain.KeyActive, domain.KeyRetired},
		{day + time.Hour - 1, domain.KeyActive, domain.KeyRetired},
		{day + time.Hour, domain.KeyActive, domain.KeyRemoved},
	} {
		now := keysBegan.Add(tt.at)
		if newest, first := keyPolicy.State(keys, 0, now), keyPolicy.State(keys, 1, now); newest != tt.newest || first != tt.first {
			t.Errorf("the states after %v are %s and %s, want %s and %s", tt.at, newest, first, tt.newest, tt.first)
		}
	}
	if i := keyPolicy.Active(nil, keysBegan); i != -1 {
		t.Errorf("Active() = %d without keys, want -1", i)
	}
}

func TestASuccessorIsDueInTimeToBePublished(t *testing.T) {
	t.Parallel()
	const due = 24*time.Hour - 15*time.Minute
	for at, want := range map[time.Duration]bool{0: false, due - 1: false, due: true, 48 * time.Hour: true} {
		if got := keyPolicy.IsDue(keysAt(0), keysBegan.Add(at)); got != want {
			t.Errorf("IsDue() = %t after %v, want %t", got, at, want)
		}
	}
	if !keyPolicy.IsDue(nil, keysBegan) {
		t.Error("IsDue() = false without keys")
	}
	if keyPolicy.IsDue(keysAt(24*time.Hour, 0), keysBegan.Add(due)) {
		t.Error("IsDue() = true although a successor is published")
	}
}

// For any keys and times: one key is active, later ones are published, and a key is removed only when every token that it
// signed is older than the overlap.
func TestNoSigningKeyIsRemovedBeforeItsTokensExpire(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		begin, keys := keysBegan, []domain.SigningKey(nil)
		for range rapid.IntRange(1, 6).Draw(t, "keys") {
			keys = append([]domain.SigningKey{{ActiveAt: begin}}, keys...)
			begin = begin.Add(time.Duration(rapid.Int64Range(0, int64(3*time.Hour)).Draw(t, "active for")))
		}
		signedAt := keysBegan.Add(time.Duration(rapid.Int64Range(0, int64(20*time.Hour)).Draw(t, "signed after")))
		signer := keyPolicy.Active(keys, signedAt)
		later := time.Duration(rapid.Int64Range(0, int64(keyPolicy.Overlap)-1).Draw(t, "verified after"))
		if state := keyPolicy.State(keys, signer, signedAt.Add(later)); state != domain.KeyActive && state != domain.KeyRetired {
			t.Fatalf("the key is %s %v after it signed", state, later)
		}
		for i := range keys {
			state := keyPolicy.State(keys, i, signedAt)
			if (state == domain.KeyActive) != (i == signer) || (state == domain.KeyPublished) != (i < signer) {
				t.Fatalf("key %d is %s while key %d is active", i, state, signer)
			}
		}
	})
}

func TestDefaultSigningKeyPolicyOutlastsCachesAndTokens(t *testing.T) {
	t.Parallel()
	p := domain.DefaultSigningKeyPolicy()
	if p.Ahead < 3*5*time.Minute || p.Overlap <= domain.AccessTokenLifetimeMax || p.Lifetime <= p.Ahead {
		t.Errorf("the default policy is %+v", p)
	}
}
