package memory

import (
	"crypto/rand"
	"sync"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// AccessTokens is a ports.AccessTokens whose tokens are random keys of a map of claims. Its zero value is ready.
type AccessTokens struct {
	mu     sync.Mutex
	claims map[string]domain.AccessClaims
}

// Sign stores c under a new token.
func (a *AccessTokens) Sign(c domain.AccessClaims) (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.claims == nil {
		a.claims = map[string]domain.AccessClaims{}
	}
	token := rand.Text()
	a.claims[token] = c
	return token, nil
}

// Verify returns the claims that token was signed for.
func (a *AccessTokens) Verify(token string, now time.Time) (domain.AccessClaims, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	c, known := a.claims[token]
	if !known || !now.Before(c.ExpiresAt) || now.Before(c.IssuedAt) {
		return domain.AccessClaims{}, domain.ErrInvalidAccessToken
	}
	return c, nil
}

// ReadPublicKeys returns an empty set: only a itself can verify the tokens.
func (a *AccessTokens) ReadPublicKeys() ([]byte, error) { return []byte(`{"keys":[]}`), nil }
