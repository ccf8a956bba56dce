package domain

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// ErrInvalidClient: another service did not authenticate itself (RFC 6749, section 5.2).
var ErrInvalidClient = &Error{
	Kind: Unauthenticated, Code: "invalid_client",
	Text: "The service credential is missing or wrong. Send the client id and the secret by HTTP Basic authentication.",
}

// ServiceCredential authenticates another service, for introspection and revocations. It contains the hash of a secret, never
// the secret.
type ServiceCredential struct {
	clientID string
	secret   SecretHash
}

const clientIDMaxLength = 64

var errServiceCredential = errors.New("must be a client id of at most 64 letters, digits, dots, hyphens and underscores, a colon, " +
	"and the SHA-256 of the secret in 64 hexadecimal digits")

// NewServiceSecret draws a secret of 256 bits for another service, in clear. By its prefix, people and secret scanners
// recognize a leaked one.
func NewServiceSecret(entropy io.Reader) (string, error) {
	secret, err := NewSecret(entropy)
	if err != nil {
		return "", err
	}
	return "ssvc_" + base64.RawURLEncoding.EncodeToString(secret[:]), nil
}

// NewServiceCredential returns the credential of a client and its secret. The secret must be 256 random bits, since it is
// stored as a fast hash. The error says what is wrong with the client id.
func NewServiceCredential(clientID, secret string) (ServiceCredential, error) {
	if err := checkClientID(clientID); err != nil {
		return ServiceCredential{}, err
	}
	return ServiceCredential{clientID: clientID, secret: sha256.Sum256([]byte(secret))}, nil
}

// ParseServiceCredential reads what String returns. The error does not quote the text, which may contain a secret by mistake.
func ParseServiceCredential(s string) (ServiceCredential, error) {
	clientID, digits, _ := strings.Cut(s, ":")
	hash, err := hex.DecodeString(digits)
	if err != nil || len(hash) != sha256.Size || checkClientID(clientID) != nil {
		return ServiceCredential{}, errServiceCredential
	}
	return ServiceCredential{clientID: clientID, secret: SecretHash(hash)}, nil
}

func checkClientID(s string) error {
	outside := strings.IndexFunc(s, isOutsideClientID)
	switch {
	case s == "":
		return errors.New("the client id is empty")
	case outside >= 0:
		r, _ := utf8.DecodeRuneInString(s[outside:])
		return fmt.Errorf("the client id contains the character %q; use only the letters A to Z, digits, dots, hyphens and underscores", r)
	case len(s) > clientIDMaxLength:
		return fmt.Errorf("the client id is %d characters long; use at most %d", len(s), clientIDMaxLength)
	default:
		return nil
	}
}

func isOutsideClientID(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '.' && r != '-' && r != '_'
}

// String is the credential as the settings contain it: the client id, a colon, and the secret's SHA-256 in hexadecimal.
func (c ServiceCredential) String() string { return c.clientID + ":" + hex.EncodeToString(c.secret[:]) }

// ClientID names the service. A service may have several credentials, so that it can change its secret without interruption.
func (c ServiceCredential) ClientID() string { return c.clientID }

// ServiceCredentials are all credentials in use.
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
