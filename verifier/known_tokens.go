package verifier

import (
	"crypto/ed25519"
	"strings"

	lru "github.com/hashicorp/golang-lru/v2"
)

// maxKnownTokens is the number of tokens whose signature is not checked again, about 8 MB. Beyond it the least recently used one is
// evicted.
const maxKnownTokens = 8192

// knownToken is a token whose signature was right. Whether it is still valid is checked at each use.
type knownToken struct {
	claims  Claims
	session sessionID
	kid     string
	key     ed25519.PublicKey
}

// knownTokens are cached by the token itself: its SHA-256 would take longer than everything else that a known token costs. Only valid
// tokens are added, so only clients with valid tokens can fill it. It is safe for concurrent use.
type knownTokens struct {
	byToken *lru.Cache[string, *knownToken]
}

func newKnownTokens() knownTokens {
	byToken, err := lru.New[string, *knownToken](maxKnownTokens)
	if err != nil {
		panic(err) // only for a size below 1
	}
	return knownTokens{byToken}
}

// find returns a known token unless its key has been removed or replaced.
func (k knownTokens) find(token string, keys *keySet) (*knownToken, bool) {
	if len(token) > maxTokenSize { // hashing it would delay others
		return nil, false
	}
	found, ok := k.byToken.Get(token)
	if !ok {
		return nil, false
	}
	if current, ok := keys.find(found.kid); !ok || !current.Equal(found.key) {
		k.byToken.Remove(token)
		return nil, false
	}
	return found, true
}

// add adds a copy of the token, because a part of a request's header would keep all of it in memory.
func (k knownTokens) add(token string, t *knownToken) { k.byToken.Add(strings.Clone(token), t) }

func (k knownTokens) remove(token string) { k.byToken.Remove(token) }
