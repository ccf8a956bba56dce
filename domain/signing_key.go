package domain

import (
	"fmt"
	"time"
)

// SigningKey is an Ed25519 key (RFC 8032) that signs access tokens.
type SigningKey struct {
	ID        string // kid: the key's JWK thumbprint (RFC 7638)
	Seed      []byte // the 32-byte private seed
	CreatedAt time.Time
	// ActiveAt is when the key becomes the active one. It stays active until another key does.
	ActiveAt time.Time
}

// Format hides the seed.
func (k SigningKey) Format(s fmt.State, _ rune) { hide(s, "[signing key "+k.ID+"]") }

// SigningKeyState is the state of a signing key at a given time. It is not stored: it follows from the keys' ActiveAt, so
// that all replicas agree on it without communication.
type SigningKeyState string

// The states of a signing key, in their order.
const (
	KeyPublished SigningKeyState = "published" // in the JWK Set, before it signs its first token
	KeyActive    SigningKeyState = "active"    // signs new tokens
	KeyRetired   SigningKeyState = "retired"   // no longer signs, still verifies tokens that it signed
	KeyRemoved   SigningKeyState = "removed"   // all tokens that it signed have expired
)

// SigningKeyPolicy sets when signing keys change their states.
type SigningKeyPolicy struct {
	// Ahead is how long a key is published before it signs. It is longer than replicas take to read the key and other services
	// cache the JWK Set, so that no service receives a token whose key it does not know yet.
	Ahead time.Duration
	// Lifetime is how long a key signs before its successor does.
	Lifetime time.Duration
	// Overlap is how long a retired key still verifies. It is longer than the lifetime of any access token.
	Overlap time.Duration
}

const (
	// AccessTokenLifetimeMax is the longest lifetime of access tokens that the settings accept.
	AccessTokenLifetimeMax = time.Hour
	// signingClockLeeway exceeds the difference between the clocks of two replicas.
	signingClockLeeway = 5 * time.Minute
)

// DefaultSigningKeyPolicy applies unless the settings say otherwise. Its overlap covers every lifetime of access tokens that
// the settings accept, so that a change to a shorter lifetime does not invalidate tokens that were issued before.
func DefaultSigningKeyPolicy() SigningKeyPolicy {
	return SigningKeyPolicy{
		Ahead: 15 * time.Minute, Lifetime: 30 * 24 * time.Hour, Overlap: AccessTokenLifetimeMax + signingClockLeeway,
	}
}

// Active is the index of the key that signs at now; -1 without keys. keys are ordered by ActiveAt, the latest first. The
// active key is the first whose ActiveAt has passed. It is the last key if none has, because this clock is behind that of the
// replica that created the first key.
func (p SigningKeyPolicy) Active(keys []SigningKey, now time.Time) int {
	for i, k := range keys {
		if !k.ActiveAt.After(now) {
			return i
		}
	}
	return len(keys) - 1
}

// State is the state of keys[i] at now. keys are ordered by ActiveAt, the latest first.
func (p SigningKeyPolicy) State(keys []SigningKey, i int, now time.Time) SigningKeyState {
	active := p.Active(keys, now)
	switch {
	case i < active:
		return KeyPublished
	case i == active:
		return KeyActive
	case now.Before(keys[i-1].ActiveAt.Add(p.Overlap)):
		return KeyRetired
	default:
		return KeyRemoved
	}
}

// IsDue reports whether it is time to publish a successor of the newest key. keys are ordered by ActiveAt, the latest first.
func (p SigningKeyPolicy) IsDue(keys []SigningKey, now time.Time) bool {
	return len(keys) == 0 || !now.Before(keys[0].ActiveAt.Add(p.Lifetime-p.Ahead))
}
