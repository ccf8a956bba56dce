package domain

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// TokenMaxLength is the most characters that any opaque token of the service has.
const TokenMaxLength = 256

const secretSize = 32

var errTokenLength = invalid("too_long", "is longer than 256 characters")

// Secret is 256 random bits. Only its hash is stored.
type Secret [secretSize]byte

// SecretHash is what is stored of a secret or of a token: its SHA-256. A random 256-bit value needs no slow hash.
type SecretHash [sha256.Size]byte

// NewSecret draws a secret from entropy.
func NewSecret(entropy io.Reader) (Secret, error) {
	var s Secret
	if _, err := io.ReadFull(entropy, s[:]); err != nil {
		return Secret{}, fmt.Errorf("draw a secret: %w", err)
	}
	return s, nil
}

// Hash is the secret's SHA-256.
func (s Secret) Hash() SecretHash { return sha256.Sum256(s[:]) }

// String hides the secret.
func (s Secret) String() string { return "[secret]" }

// GoString hides the secret from %#v.
func (s Secret) GoString() string { return s.String() }

// LinkPurpose is what a mailed one-time token is good for. A token of one purpose is worth nothing for another.
type LinkPurpose string

// The purposes of mailed tokens.
const (
	VerifyEmail        LinkPurpose = "verify_email"
	ResetPassword      LinkPurpose = "reset_password"
	ReverseTermination LinkPurpose = "reverse_termination"
)

// LinkPurposes lists every purpose, so that tests can walk them.
func LinkPurposes() []LinkPurpose {
	return []LinkPurpose{VerifyEmail, ResetPassword, ReverseTermination}
}

// Lifetimes of mailed tokens. One that reverses a termination lives for what is left of the grace.
const (
	VerificationLifetime = 24 * time.Hour
	ResetLifetime        = 30 * time.Minute
)

// prefix marks the tokens of a purpose, so that people and secret scanners recognise a leaked one.
func (p LinkPurpose) prefix() string {
	switch p {
	case ResetPassword:
		return "srst_"
	case ReverseTermination:
		return "srev_"
	default:
		return "svfy_"
	}
}

// LinkToken is a mailed one-time token in clear.
type LinkToken struct{ clear string }

// NewLinkToken draws a token of the purpose from entropy.
func NewLinkToken(purpose LinkPurpose, entropy io.Reader) (LinkToken, error) {
	secret, err := NewSecret(entropy)
	if err != nil {
		return LinkToken{}, err
	}
	return LinkToken{clear: purpose.prefix() + base64.RawURLEncoding.EncodeToString(secret[:])}, nil
}

// ParseLinkToken reads a token of the purpose. Anything else is ErrInvalidToken, and an empty one is asked for.
func ParseLinkToken(purpose LinkPurpose, s string) (LinkToken, error) {
	if s == "" {
		return LinkToken{}, errRequired
	}
	if len(s) > TokenMaxLength {
		return LinkToken{}, errTokenLength
	}
	encoded, ok := strings.CutPrefix(s, purpose.prefix())
	if b, err := decode(encoded); !ok || err != nil || len(b) != secretSize {
		return LinkToken{}, ErrInvalidToken
	}
	return LinkToken{clear: s}, nil
}

// Clear is the token itself, for the link.
func (t LinkToken) Clear() string { return t.clear }

// Hash covers the whole token, its purpose included.
func (t LinkToken) Hash() SecretHash { return sha256.Sum256([]byte(t.clear)) }

// String hides the token.
func (t LinkToken) String() string { return "[token]" }

// GoString hides the token from %#v.
func (t LinkToken) GoString() string { return t.String() }

// Link is what is stored of a mailed token.
type Link struct {
	Hash      SecretHash
	Purpose   LinkPurpose
	UserID    UserID
	ExpiresAt time.Time
}

// Link is what to store of a token made for user.
func (t LinkToken) Link(purpose LinkPurpose, user UserID, expiresAt time.Time) Link {
	return Link{Hash: t.Hash(), Purpose: purpose, UserID: user, ExpiresAt: expiresAt}
}

// RefreshGrant is what a refresh token stands for: one generation of one session, proven by the session's secret.
type RefreshGrant struct {
	Session    SessionID
	Generation uint32
	Secret     Secret
}

const (
	refreshPrefix      = "sref_"
	refreshPayloadSize = 16 + 4 + secretSize
)

// Payload is the part of a refresh token that its tag must cover.
func (g RefreshGrant) Payload() []byte {
	b := make([]byte, 0, refreshPayloadSize)
	b = append(b, g.Session.ID[:]...)
	b = binary.BigEndian.AppendUint32(b, g.Generation)
	return append(b, g.Secret[:]...)
}

// Token is the refresh token in clear: the payload and its tag.
func (g RefreshGrant) Token(tag []byte) string {
	return refreshPrefix + base64.RawURLEncoding.EncodeToString(append(g.Payload(), tag...))
}

// ParseRefreshToken splits a refresh token into its grant and tag. The grant is worth nothing before the tag is checked.
// What has not the form of a refresh token is ErrInvalidRefreshToken.
func ParseRefreshToken(s string) (grant RefreshGrant, tag []byte, err error) {
	if s == "" {
		return RefreshGrant{}, nil, errRequired
	}
	if len(s) > TokenMaxLength {
		return RefreshGrant{}, nil, errTokenLength
	}
	encoded, ok := strings.CutPrefix(s, refreshPrefix)
	b, err := decode(encoded)
	if !ok || err != nil || len(b) <= refreshPayloadSize {
		return RefreshGrant{}, nil, ErrInvalidRefreshToken
	}
	copy(grant.Session.ID[:], b)
	grant.Generation = binary.BigEndian.Uint32(b[16:])
	copy(grant.Secret[:], b[20:])
	return grant, b[refreshPayloadSize:], nil
}

var errLineBreak = errors.New("line break in base64")

// decode reads base64url without padding (RFC 4648, section 5). It refuses the line breaks that package base64 skips, so
// that each value has one writing.
func decode(s string) ([]byte, error) {
	if strings.ContainsAny(s, "\r\n") {
		return nil, errLineBreak
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil {
		return nil, fmt.Errorf("decode base64url: %w", err)
	}
	return b, nil
}
