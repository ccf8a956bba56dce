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

// SecretHash is the SHA-256 of a secret or of a token, which is stored instead of it. A random 256-bit value needs no slow
// hash.
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

// Format hides the secret.
func (Secret) Format(s fmt.State, _ rune) { hide(s, "[secret]") }

// LinkPurpose is the purpose of a mailed one-time token. A token of one purpose is invalid for any other. The values are
// stored.
type LinkPurpose string

// The purposes of mailed tokens.
const (
	VerifyEmail       LinkPurpose = "verify_email"
	ResetPassword     LinkPurpose = "reset_password"
	CancelTermination LinkPurpose = "reverse_termination"
)

// LinkPurposes lists every purpose, so that tests can walk them.
func LinkPurposes() []LinkPurpose {
	return []LinkPurpose{VerifyEmail, ResetPassword, CancelTermination}
}

// Lifetimes of mailed tokens. That of a reset token is at least twice the gap after its message (MessageSpacing). A token that
// cancels a termination is valid for the rest of the grace period.
const (
	VerificationLifetime = 24 * time.Hour
	ResetMinLifetime     = time.Hour
	ResetMaxLifetime     = 8 * time.Hour
)

// prefix marks the tokens of a purpose, so that people and secret scanners recognize a leaked one.
func (p LinkPurpose) prefix() string {
	switch p {
	case ResetPassword:
		return "srst_"
	case CancelTermination:
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

// ParseLinkToken reads a token of the purpose. Anything else is ErrInvalidToken; an empty or too long text is a violation.
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

// Clear returns the token itself, for the link.
func (t LinkToken) Clear() string { return t.clear }

// Hash covers the whole token, its purpose included.
func (t LinkToken) Hash() SecretHash { return sha256.Sum256([]byte(t.clear)) }

// Format hides the token.
func (LinkToken) Format(s fmt.State, _ rune) { hide(s, "[token]") }

// Link is the stored form of a mailed token. It belongs to a user, or, if it verifies an email address, to the address.
type Link struct {
	Hash    SecretHash
	Purpose LinkPurpose
	// UserID is the user to whom the link was mailed; zero if the link belongs to an email address.
	UserID UserID
	// EmailIndex identifies the email address to which the link belongs. SealedEmail is the address as the message was sent to it,
	// sealed with the token. Both are empty if the link belongs to a user.
	EmailIndex  EmailIndex
	SealedEmail string
	ExpiresAt   time.Time
}

// Link returns the stored form of a token that was drawn for user.
func (t LinkToken) Link(purpose LinkPurpose, user UserID, expiresAt time.Time) Link {
	return Link{Hash: t.Hash(), Purpose: purpose, UserID: user, ExpiresAt: expiresAt}
}

// RefreshGrant is the content of a refresh token: one generation of one session, proved by the session's secret.
type RefreshGrant struct {
	Session    SessionID
	Generation uint32
	Secret     Secret
}

const (
	refreshPrefix      = "sref_"
	refreshPayloadSize = 16 + 4 + secretSize
)

// Payload returns the bytes that the tag of a refresh token covers.
func (g RefreshGrant) Payload() []byte {
	b := make([]byte, 0, refreshPayloadSize)
	b = append(b, g.Session.ID[:]...)
	b = binary.BigEndian.AppendUint32(b, g.Generation)
	return append(b, g.Secret[:]...)
}

// Token returns the refresh token in clear: the payload and its tag.
func (g RefreshGrant) Token(tag []byte) string {
	return refreshPrefix + base64.RawURLEncoding.EncodeToString(append(g.Payload(), tag...))
}

// ParseRefreshToken splits a refresh token into its grant and tag. The grant proves nothing before the tag is verified. A
// text without the form of a refresh token is ErrInvalidRefreshToken.
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
// that each value has exactly one encoding.
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
