package domain

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"strings"
)

// ErrInvalidClient: another service did not prove who it is (RFC 6749, section 5.2).
var ErrInvalidClient = &Error{Kind: Unauthenticated, Code: "invalid_client", Text: "The service credential is missing or wrong."}

// ServiceCredential lets another service ask about tokens. It holds the hash of a secret, never the secret.
type ServiceCredential struct {
	clientID string
	secret   SecretHash
}

const clientIDMaxLength = 64

var errServiceCredential = errors.New("must be a client id of at most 64 letters, digits, dots, hyphens and underscores, a colon, " +
	"and the SHA-256 of the secret in 64 hexadecimal digits")

// NewServiceSecret draws a secret of 256 bits for another service, in clear. Its prefix tells people and secret scanners
// what leaked.
func NewServiceSecret(entropy io.Reader) (string, error) {
	secret, err := NewSecret(entropy)
	if err != nil {
		return "", err
	}
	return "ssvc_" + base64.RawURLEncoding.EncodeToString(secret[:]), nil
}

// NewServiceCredential is the credential of a client and its secret. The secret must be random and of 256 bits: its hash is
// a fast one.
func NewServiceCredential(clientID, secret string) (ServiceCredential, error) {
	c := ServiceCredential{clientID: clientID, secret: sha256.Sum256([]byte(secret))}
	return ParseServiceCredential(c.String())
}

// ParseServiceCredential reads what String writes. The error does not repeat the text, which may hold a secret by mistake.
func ParseServiceCredential(s string) (ServiceCredential, error) {
	clientID, digits, _ := strings.Cut(s, ":")
	hash, err := hex.DecodeString(digits)
	if err != nil || len(hash) != sha256.Size || clientID == "" || len(clientID) > clientIDMaxLength || strings.ContainsFunc(clientID, outsideClientID) {
		return ServiceCredential{}, errServiceCredential
	}
	return ServiceCredential{clientID: clientID, secret: SecretHash(hash)}, nil
}

func outsideClientID(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '.' && r != '-' && r != '_'
}

// String is the credential as the settings hold it: the client id, a colon, and the secret's SHA-256 in hexadecimal.
func (c ServiceCredential) String() string { return c.clientID + ":" + hex.EncodeToString(c.secret[:]) }

// ClientID names the service. Several credentials may name one, so that it can change its secret without a gap.
func (c ServiceCredential) ClientID() string { return c.clientID }

// ServiceCredentials are all that are in use.
type ServiceCredentials []ServiceCredential

// Match reports whether secret is one of the client's. It takes the same time whether or not the client is known.
func (cs ServiceCredentials) Match(clientID, secret string) bool {
	id, hash := sha256.Sum256([]byte(clientID)), sha256.Sum256([]byte(secret))
	match := 0
	for _, c := range cs {
		own := sha256.Sum256([]byte(c.clientID))
		match |= subtle.ConstantTimeCompare(id[:], own[:]) & subtle.ConstantTimeCompare(hash[:], c.secret[:])
	}
	return match == 1
}
