package memory

import (
	"crypto/rand"
	"sync"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// AccessTokens is a ports.AccessTokens whose tokens are names of claims that it keeps.
type AccessTokens struct {
	mu     sync.Mutex
	claims map[string]domain.AccessClaims
}

// Sign returns a token for c.
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

// Verify returns what token was signed for.
func (a *AccessTokens) Verify(token string, now time.Time) (domain.AccessClaims, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	c, known := a.claims[token]
	if !known || !now.Before(c.ExpiresAt) || now.Before(c.IssuedAt) {
		return domain.AccessClaims{}, domain.ErrInvalidAccessToken
	}
	return c, nil
}

// PublicKeys is an empty set: nobody else can verify the tokens.
func (a *AccessTokens) PublicKeys() ([]byte, error) { return []byte(`{"keys":[]}`), nil }
