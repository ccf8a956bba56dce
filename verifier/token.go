package verifier

import (
	"crypto/ed25519"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// maxTokenSize is the size of the largest token that is parsed, in bytes. The service's tokens have about 600.
const maxTokenSize = 8 << 10

// tokenType is the typ of an access token (RFC 9068, section 2.1).
const tokenType = "at+jwt"

// algorithms are the accepted algorithms: EdDSA with Ed25519 (RFC 8037) alone.
var algorithms = []jose.SignatureAlgorithm{jose.EdDSA}

// payload contains the claims of a token as it is sent.
type payload struct {
	jwt.Claims

	ClientID  string `json:"client_id"` // RFC 8693, section 4.3
	SessionID string `json:"sid"`       // OpenID Connect Front-Channel Logout 1.0, section 3
	Scope     string `json:"scope"`     // RFC 8693, section 4.2
}

// parsedToken is a token in the form of the service's tokens, whose signature has not been checked.
type parsedToken struct {
	*jwt.JSONWebToken
	kid string
}

// parseToken refuses what is not in the form of an access token. Keys and addresses of keys in the header are never used.
func parseToken(token string) (parsedToken, error) {
	if !isCompact(token) {
		return parsedToken{}, invalid("not a JWT in compact form")
	}
	parsed, err := jwt.ParseSigned(token, algorithms)
	if err != nil {
		return parsedToken{}, invalid("the header is not that of an access token signed with EdDSA")
	}
	header := parsed.Headers[0]
	// An extension may change what the signature means, b64 (RFC 7797) for example.
	for _, extension := range []jose.HeaderKey{"crit", "b64"} {
		if _, ok := header.ExtraHeaders[extension]; ok {
			return parsedToken{}, invalid("the header has an extension")
		}
	}
	// A media type is case-insensitive, and may include "application/" (RFC 7515, section 4.1.9).
	typ, _ := header.ExtraHeaders[jose.HeaderType].(string)
	if strings.TrimPrefix(strings.ToLower(typ), "application/") != tokenType {
		return parsedToken{}, invalid("typ is not at+jwt")
	}
	if header.KeyID == "" {
		return parsedToken{}, invalid("kid is missing")
	}
	return parsedToken{parsed, header.KeyID}, nil
}

// isCompact refuses base64url that is not canonical (RFC 7515, section 2: no padding, line breaks or spaces), so that a token has one
// form only.
func isCompact(token string) bool {
	if len(token) > maxTokenSize || strings.Count(token, ".") != 2 || strings.ContainsAny(token, "\r\n") {
		return false
	}
	var into [maxTokenSize]byte
	for part := range strings.SplitSeq(token, ".") {
		if _, err := strictBase64.Decode(into[:], []byte(part)); err != nil || part == "" {
			return false
		}
	}
	return true
}

var strictBase64 = base64.RawURLEncoding.Strict()

// verify checks the signature, and returns the claims if the token has all that it must have.
func (t parsedToken) verify(key ed25519.PublicKey, c *Config) (Claims, error) {
	var p payload
	if err := t.Claims(key, &p); err != nil {
		return Claims{}, invalid("the signature or the form of a claim is wrong")
	}
	switch {
	case p.Subject == "" || p.ID == "" || p.IssuedAt == nil || p.NotBefore == nil || p.Expiry == nil:
		return Claims{}, invalid("a claim is missing")
	case p.Issuer != c.Issuer:
		return Claims{}, invalid("iss is another issuer")
	case !slices.ContainsFunc(p.Audience, func(a string) bool { return slices.Contains(c.Audiences, a) }):
		return Claims{}, invalid("aud is another audience")
	}
	return Claims{
		UserID: p.Subject, SessionID: p.SessionID, ID: p.ID, ClientID: p.ClientID, Issuer: c.Issuer,
		Audience: p.Audience, Scopes: strings.Fields(p.Scope),
		IssuedAt: p.IssuedAt.Time(), NotBefore: p.NotBefore.Time(), ExpiresAt: p.Expiry.Time(),
	}, nil
}

// checkTimes reports whether a token with these claims is valid at now.
func (c *Claims) checkTimes(now time.Time, leeway, lifetime time.Duration) error {
	early, late := now.Add(leeway), now.Add(-leeway)
	switch {
	case !late.Before(c.ExpiresAt):
		return invalid("expired")
	case !late.Before(c.IssuedAt.Add(lifetime)):
		return invalid("older than the lifetime of an access token")
	case early.Before(c.NotBefore) || early.Before(c.IssuedAt):
		return invalid("not valid yet")
	}
	return nil
}
