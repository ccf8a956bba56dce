package verifier

import (
	"context"
	"slices"
	"time"
)

// Claims are the claims of a verified token. They contain no personal data. Do not change the slices: calls share them.
type Claims struct {
	UserID    string // sub, a UUID
	SessionID string // sid, a UUID
	ID        string // jti
	ClientID  string // client_id
	Issuer    string // iss
	Audience  []string
	Scopes    []string // scope, empty if the token has none

	IssuedAt, NotBefore, ExpiresAt time.Time
}

// HasScopes reports whether the token has all of these scopes.
func (c Claims) HasScopes(scopes ...string) bool {
	for _, s := range scopes {
		if !slices.Contains(c.Scopes, s) {
			return false
		}
	}
	return true
}

// HasAudience reports whether aud contains the audience.
func (c Claims) HasAudience(audience string) bool { return slices.Contains(c.Audience, audience) }

type claimsKey struct{}

// WithClaims returns a context with the claims: what the middleware passes to a handler, and what a handler's test may pass.
func WithClaims(ctx context.Context, c Claims) context.Context {
	return context.WithValue(ctx, claimsKey{}, c)
}

// ClaimsOf returns the claims that the middleware put into the context of a request.
func ClaimsOf(ctx context.Context) (Claims, bool) {
	c, ok := ctx.Value(claimsKey{}).(Claims)
	return c, ok
}
