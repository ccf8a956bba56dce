// Package jwt signs and verifies access tokens. They are JWTs in the profile of RFC 9068, and EdDSA with Ed25519 (RFC 8037) is
// their only algorithm.
package jwt

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jws"
	"github.com/lestrrat-go/jwx/v2/jwt"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

const (
	tokenType = "at+jwt" // RFC 9068, section 2.1
	// maxSize is the size of the largest token that is parsed, in bytes. The service's own tokens have about 600.
	maxSize = 4 << 10
	// clockSkew is how far the clocks of two replicas may differ when one verifies a token that the other has just signed.
	clockSkew = 5 * time.Second
)

// The claims that RFC 7519 does not define.
const (
	clientIDClaim  = "client_id" // RFC 8693, section 4.3
	sessionIDClaim = "sid"       // OpenID Connect Front-Channel Logout 1.0, section 3
)

// payload contains the claims of a token, with times in whole seconds.
type payload struct {
	Issuer    string   `json:"iss"`
	Audience  []string `json:"aud"`
	Subject   string   `json:"sub"`
	ID        string   `json:"jti"`
	IssuedAt  int64    `json:"iat"`
	NotBefore int64    `json:"nbf"`
	ExpiresAt int64    `json:"exp"`
	ClientID  string   `json:"client_id"`
	SessionID string   `json:"sid"`
}

// Config contains the claims that all tokens share, and the keys. Every field must be set.
type Config struct {
	Issuer   string // iss
	Audience string // aud
	ClientID string // client_id

	// Keys are shared by all replicas. Open and Reload read them. A token with an unknown key also causes a read, but at most
	// one every 5 seconds.
	Keys   ports.SigningKeys
	Policy domain.SigningKeyPolicy
	Now    func() time.Time
}

// AccessTokens is a ports.AccessTokens.
type AccessTokens struct {
	config   Config
	keys     atomic.Pointer[keys]
	reloads  reloadLimiter
	verified verifiedTokens
}

// Open reads the keys. There must be at least one.
func Open(ctx context.Context, c Config) (*AccessTokens, error) {
	verified, err := newVerifiedTokens(maxVerified)
	if err != nil {
		return nil, err
	}
	t := &AccessTokens{config: c, verified: verified}
	return t, t.Reload(ctx)
}

// ReadPublicKeys returns the JWK Set of the published, active and retired keys.
func (t *AccessTokens) ReadPublicKeys() ([]byte, error) { return bytes.Clone(t.keys.Load().set), nil }

// Sign returns the JWT of c, signed with the key that signs at c.IssuedAt.
func (t *AccessTokens) Sign(c domain.AccessClaims) (string, error) {
	kid, private := t.keys.Load().signing(c.IssuedAt)
	// The claims are a struct, because jwx's builder takes longer than everything else here but the signature.
	claims, err := json.Marshal(payload{
		Issuer: t.config.Issuer, Audience: []string{t.config.Audience}, Subject: c.UserID.String(), ID: c.ID,
		IssuedAt: c.IssuedAt.Unix(), NotBefore: c.IssuedAt.Unix(), ExpiresAt: c.ExpiresAt.Unix(),
		ClientID: t.config.ClientID, SessionID: c.SessionID.String(),
	})
	if err != nil {
		return "", fmt.Errorf("encode the claims: %w", err)
	}
	headers := jws.NewHeaders()
	for name, value := range map[string]string{jws.TypeKey: tokenType, jws.KeyIDKey: kid} {
		if err := headers.Set(name, value); err != nil {
			return "", fmt.Errorf("set the header %s: %w", name, err)
		}
	}
	signed, err := jws.Sign(claims, jws.WithKey(jwa.EdDSA, private, jws.WithProtectedHeaders(headers)))
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	return string(signed), nil
}

// Verify returns the claims of a token that this service signed for itself and that is valid at now. It checks the signature
// of a repeated token only once.
func (t *AccessTokens) Verify(token string, now time.Time) (domain.AccessClaims, error) {
	digest := sha256.Sum256([]byte(token))
	if claims, ok := t.verified.find(digest, t.keys.Load(), now); ok {
		return claims, nil
	}
	kid, err := kidOf(token)
	if err != nil {
		return domain.AccessClaims{}, fmt.Errorf("%w: %w", domain.ErrInvalidAccessToken, err)
	}
	claims, err := t.verify(token, kid, now)
	if err != nil {
		return domain.AccessClaims{}, fmt.Errorf("%w: %w", domain.ErrInvalidAccessToken, err)
	}
	t.verified.add(digest, verified{claims: claims, kid: kid, at: now})
	return claims, nil
}

// kidOf returns the kid of a token that has the form of this service's tokens.
func kidOf(token string) (string, error) {
	if err := checkForm(token); err != nil {
		return "", err
	}
	message, err := jws.ParseString(token)
	if err != nil {
		return "", errors.New("not a JWS")
	}
	return checkHeader(message)
}

func (t *AccessTokens) verify(token, kid string, now time.Time) (domain.AccessClaims, error) {
	public, known := t.keys.Load().public(kid, now)
	if !known {
		t.reloadFor(kid, now)
		public, known = t.keys.Load().public(kid, now)
	}
	if !known {
		return domain.AccessClaims{}, errors.New("signed with an unknown key")
	}
	options := []jwt.ParseOption{
		jwt.WithKey(jwa.EdDSA, public), jwt.WithPedantic(true), jwt.WithAcceptableSkew(clockSkew), jwt.WithTruncation(0),
		jwt.WithClock(jwt.ClockFunc(func() time.Time { return now })),
		jwt.WithIssuer(t.config.Issuer), jwt.WithAudience(t.config.Audience),
	}
	for _, claim := range requiredClaims {
		options = append(options, jwt.WithRequiredClaim(claim))
	}
	parsed, err := jwt.ParseString(token, options...)
	if err != nil {
		return domain.AccessClaims{}, errors.New("signature or claims are not valid")
	}
	// The skew applies only to tokens that seem to come from the future. It does not extend the lifetime of a token.
	if !now.Before(parsed.Expiration()) {
		return domain.AccessClaims{}, errors.New("expired")
	}
	// The service's tokens have one audience, so it did not sign a token with several.
	if len(parsed.Audience()) != 1 {
		return domain.AccessClaims{}, errors.New("does not have exactly one audience")
	}
	return claimsOf(parsed)
}

var requiredClaims = []string{
	jwt.SubjectKey, jwt.JwtIDKey, jwt.IssuedAtKey, jwt.NotBeforeKey, jwt.ExpirationKey, clientIDClaim, sessionIDClaim,
}

// checkHeader returns the kid of a token whose header has the form of this service's headers. The service neither writes nor
// uses key material in a header, so it refuses a token with any.
func checkHeader(m *jws.Message) (kid string, err error) {
	if len(m.Signatures()) != 1 {
		return "", errors.New("does not have exactly one signature")
	}
	header, err := m.Signatures()[0].ProtectedHeaders().AsMap(context.Background())
	if err != nil {
		return "", errors.New("the header cannot be read")
	}
	for name := range header {
		if name != jws.AlgorithmKey && name != jws.TypeKey && name != jws.KeyIDKey {
			return "", errors.New("the header has members other than alg, typ and kid")
		}
	}
	if header[jws.AlgorithmKey] != jwa.EdDSA {
		return "", errors.New("the algorithm is not EdDSA")
	}
	// A media type is case-insensitive, and may include "application/" (RFC 7515, section 4.1.9).
	typ, _ := header[jws.TypeKey].(string)
	if !strings.EqualFold(strings.TrimPrefix(strings.ToLower(typ), "application/"), tokenType) {
		return "", errors.New("not an access token")
	}
	kid, _ = header[jws.KeyIDKey].(string)
	return kid, nil
}

func claimsOf(t jwt.Token) (domain.AccessClaims, error) {
	user, err := domain.ParseID(t.Subject())
	if err != nil {
		return domain.AccessClaims{}, errors.New("sub is not a user ID")
	}
	sid, _ := t.Get(sessionIDClaim)
	text, _ := sid.(string)
	session, err := domain.ParseID(text)
	if err != nil {
		return domain.AccessClaims{}, errors.New("sid is not a session ID")
	}
	return domain.AccessClaims{
		Caller: domain.Caller{UserID: domain.UserID{ID: user}, SessionID: domain.SessionID{ID: session}},
		ID:     t.JwtID(), IssuedAt: t.IssuedAt(), ExpiresAt: t.Expiration(),
	}, nil
}
