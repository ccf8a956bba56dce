package domain

import "time"

// SigningKey is an Ed25519 key (RFC 8032) that signs access tokens.
type SigningKey struct {
	ID        string // kid: the key's JWK thumbprint (RFC 7638)
	Seed      []byte // the 32-byte private seed
	CreatedAt time.Time
	// SignsAt is from when on the key signs, until another key does.
	SignsAt time.Time
}

// GoString hides the seed from %#v.
func (k SigningKey) GoString() string { return k.String() }

// String hides the seed.
func (k SigningKey) String() string { return "[signing key " + k.ID + "]" }

// SigningKeyState is what a signing key is good for at some time. Nothing stores it: it follows from the times at which the
// keys sign, so that every replica knows it without asking.
type SigningKeyState string

// The states of a signing key, in their order.
const (
	KeyPublished SigningKeyState = "published" // known to all who verify, before the first token that it signs
	KeySigning   SigningKeyState = "signing"
	KeyVerifying SigningKeyState = "verifying" // signs no more, while tokens that it signed may live
	KeyGone      SigningKeyState = "gone"      // no token that it signed lives any more
)

// SigningKeyPolicy is how signing keys follow one another.
type SigningKeyPolicy struct {
	// Ahead is how long a key is published before it signs: longer than replicas take to read it and others keep the JWK
	// Set, so that nobody meets a token whose key he cannot know.
	Ahead time.Duration
	// Lifetime is how long a key signs until a successor does.
	Lifetime time.Duration
	// Overlap is how long a key verifies after it has stopped signing: longer than any access token lives.
	Overlap time.Duration
}

const (
	// AccessTokenLifetimeMax is the longest that an access token may be set to live.
	AccessTokenLifetimeMax = time.Hour
	// signingClockLeeway is more than the clocks of two replicas are apart.
	signingClockLeeway = 5 * time.Minute
)

// DefaultSigningKeyPolicy is used unless the settings say otherwise. Its overlap covers every lifetime that access tokens
// may be set to, so that a shorter one, once set, cuts no token of the longer one off.
func DefaultSigningKeyPolicy() SigningKeyPolicy {
	return SigningKeyPolicy{Ahead: 15 * time.Minute, Lifetime: 30 * 24 * time.Hour, Overlap: AccessTokenLifetimeMax + signingClockLeeway}
}

// Signing is the index of the key that signs at now, among keys of which those that sign later come first: the first whose
// time has come, or the last, if this clock is behind the one that the first key of all was made by. It is -1 without keys.
func (p SigningKeyPolicy) Signing(keys []SigningKey, now time.Time) int {
	for i, k := range keys {
		if !k.SignsAt.After(now) {
			return i
		}
	}
	return len(keys) - 1
}

// State is what keys[i] is good for at now, among keys of which those that sign later come first.
func (p SigningKeyPolicy) State(keys []SigningKey, i int, now time.Time) SigningKeyState {
	signing := p.Signing(keys, now)
	switch {
	case i < signing:
		return KeyPublished
	case i == signing:
		return KeySigning
	case now.Before(keys[i-1].SignsAt.Add(p.Overlap)):
		return KeyVerifying
	default:
		return KeyGone
	}
}

// IsDue reports whether it is time to publish a successor of the newest key, which comes first.
func (p SigningKeyPolicy) IsDue(keys []SigningKey, now time.Time) bool {
	return len(keys) == 0 || !now.Before(keys[0].SignsAt.Add(p.Lifetime-p.Ahead))
}
