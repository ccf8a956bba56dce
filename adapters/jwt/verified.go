package jwt

import (
	"crypto/sha256"
	"fmt"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/siriusys/user-management-service/domain"
)

// maxVerified is the number of tokens in the cache, about 5 MB. Beyond it the least recently used one is evicted.
const maxVerified = 16_384

// verified is a valid token: its claims, and what may still invalidate it.
type verified struct {
	claims domain.AccessClaims
	kid    string
	// at is when the token was verified. If the clock is set back before it, the token is verified again.
	at time.Time
}

// verifiedTokens is a cache of valid tokens by their digests, so that a signature is checked once and not with every request.
// Invalid tokens are not cached, so only clients with valid tokens can fill it. It is safe for concurrent use.
type verifiedTokens struct {
	byDigest *lru.Cache[[sha256.Size]byte, verified]
}

func newVerifiedTokens(size int) (verifiedTokens, error) {
	byDigest, err := lru.New[[sha256.Size]byte, verified](size)
	if err != nil {
		return verifiedTokens{}, fmt.Errorf("create the cache of verified tokens: %w", err)
	}
	return verifiedTokens{byDigest}, nil
}

// find returns the claims of a cached token that is still valid at now: it has not expired, and its signing key has not been
// removed.
func (v verifiedTokens) find(digest [sha256.Size]byte, k *keys, now time.Time) (domain.AccessClaims, bool) {
	found, ok := v.byDigest.Get(digest)
	if !ok || now.Before(found.at) {
		return domain.AccessClaims{}, false
	}
	if _, known := k.public(found.kid, now); !known || !now.Before(found.claims.ExpiresAt) {
		v.byDigest.Remove(digest)
		return domain.AccessClaims{}, false
	}
	return found.claims, true
}

func (v verifiedTokens) add(digest [sha256.Size]byte, token verified) { v.byDigest.Add(digest, token) }
