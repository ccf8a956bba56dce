package jwt

import (
	"crypto/sha256"
	"fmt"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/siriusys/user-management-service/domain"
)

// maxVerified bounds how many tokens are remembered; they take about 5 MB. Of more, those used last are.
const maxVerified = 16_384

// verified is a token that was found good: what it says, and what may still end it.
type verified struct {
	claims domain.AccessClaims
	kid    string
	// at is when it was checked. A clock that goes back behind it has it checked again.
	at time.Time
}

// verifiedTokens remembers good tokens by their digests, so that a signature is checked once and not with every request.
// Bad ones are not remembered: nobody fills it who has no good token. It is safe for concurrent use.
type verifiedTokens struct {
	byDigest *lru.Cache[[sha256.Size]byte, verified]
}

func newVerifiedTokens(most int) (verifiedTokens, error) {
	byDigest, err := lru.New[[sha256.Size]byte, verified](most)
	if err != nil {
		return verifiedTokens{}, fmt.Errorf("set up the memory of verified tokens: %w", err)
	}
	return verifiedTokens{byDigest}, nil
}

// find returns the claims of a token that was verified before and is still valid at now: it has not expired, and the key
// that signed it was not dropped meanwhile.
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
