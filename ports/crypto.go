package ports

import (
	"context"
	"errors"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// ErrUnknownHash: a password hash is of no form that can be checked, or costs too much.
var ErrUnknownHash = errors.New("unknown password hash")

// PasswordHasher hashes passwords, slowly on purpose.
type PasswordHasher interface {
	// Ready reports domain.ErrBusy if so many hashes are waiting that one more would be refused now. It promises nothing to
	// the next call.
	Ready() error
	// Hash returns a salted hash of p. Two calls never return the same.
	// Errors: domain.ErrBusy if too many hashes are waiting; ctx's error.
	Hash(ctx context.Context, p domain.Password) (domain.PasswordHash, error)
	// Verify reports whether p is the password of h, and whether h should be replaced because it was made with other
	// parameters than Hash uses now. The zero h matches nothing and costs as much time as any other.
	// Errors: domain.ErrBusy if too many hashes are waiting; ctx's error; another if h cannot be read.
	Verify(ctx context.Context, p domain.Password, h domain.PasswordHash) (match Match, err error)
	// Recognize reports whether Verify can check passwords against a hash that another system made, at a bearable cost.
	// ErrUnknownHash if not.
	Recognize(h domain.PasswordHash) error
}

// Match is the outcome of checking a password.
type Match struct {
	OK    bool // the password is right
	Stale bool // and its hash should be made anew
}

// AccessTokens signs and verifies access tokens (RFC 9068).
type AccessTokens interface {
	// Sign returns the JWT of c, signed with the key that signs at c.IssuedAt.
	Sign(c domain.AccessClaims) (string, error)
	// Verify returns the claims of a token that this service signed for itself, with the one algorithm in use, and that
	// is valid at now. Every other token is domain.ErrInvalidAccessToken. It calls nobody whom a token names.
	Verify(token string, now time.Time) (domain.AccessClaims, error)
	// PublicKeys is the JWK Set (RFC 7517, section 5) by which others verify the tokens, as JSON.
	PublicKeys() ([]byte, error)
}

// SigningKeys keeps the keys that sign access tokens, sealed, for all replicas. A call records the events given in the same
// breath if it changed something.
type SigningKeys interface {
	// All returns the keys; of two, the one that signs later comes first.
	All(ctx context.Context) ([]domain.SigningKey, error)
	// Add stores k if the key of the id newest still comes first in All; the empty newest says that there is no key yet.
	// ErrConflict otherwise, so that of simultaneous calls one stores its key.
	Add(ctx context.Context, k domain.SigningKey, newest string, events ...domain.AuditEvent) error
	// Remove removes a key. Having none of that id is no error.
	Remove(ctx context.Context, id string, events ...domain.AuditEvent) error
	// Replace removes a key and stores k in the same moment. ErrNotFound if there is no such key; k is not stored then, so
	// that of simultaneous calls one succeeds.
	Replace(ctx context.Context, id string, k domain.SigningKey, events ...domain.AuditEvent) error
}

// ErrUnsealable: what was sealed was changed, belongs elsewhere, or its key is gone.
var ErrUnsealable = errors.New("cannot be unsealed")

// Sealer encrypts what lies in storage.
type Sealer interface {
	// Seal encrypts and authenticates plaintext so that Open returns it for the same context only. Two calls never
	// return the same.
	Seal(plaintext []byte, context string) ([]byte, error)
	// Open returns what was sealed in context. ErrUnsealable if it was changed or sealed in another context.
	Open(sealed []byte, context string) ([]byte, error)
}

// MAC computes keyed tags of messages. A purpose keeps the tags of one use worthless for another.
type MAC interface {
	// Tag returns the tag of message under the current key: the same for the same purpose and message.
	Tag(purpose string, message []byte) ([]byte, error)
	// Tags returns the tags of message under every key in use; the first is the current key's.
	Tags(purpose string, message []byte) ([][]byte, error)
	// Verify reports, in constant time, whether tag is a tag of message for purpose under any key in use.
	Verify(purpose string, message, tag []byte) bool
}

// BreachedPasswords knows passwords that were found in breaches of other services.
type BreachedPasswords interface {
	// Contains reports whether p is known to be breached. With an error it is not known; the password then passes, since a
	// signup must not depend on somebody else's service.
	Contains(ctx context.Context, p domain.Password) (bool, error)
}
