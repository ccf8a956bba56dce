package ports

import (
	"context"
	"errors"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// Errors of PasswordHasher.Recognize.
var (
	// ErrUnknownHash: Verify cannot check passwords against a hash of that form.
	ErrUnknownHash = errors.New("unknown password hash")
	// ErrCostlyHash: a verification would cost too much time or memory.
	ErrCostlyHash = errors.New("costly password hash")
)

// PasswordHasher hashes passwords, slowly on purpose.
type PasswordHasher interface {
	// Ready returns nil if the queue has room for one more hash of the waiter now. It promises nothing for the next call.
	// Errors: domain.ErrBusy if the queue is full.
	Ready(w domain.HashWaiter) error
	// Hash returns a salted hash of p. Two hashes of one password differ.
	// Errors: domain.ErrBusy if the queue is full; ctx's error.
	Hash(ctx context.Context, w domain.HashWaiter, p domain.Password) (domain.PasswordHash, error)
	// HashWithSalt returns the hash of p with the given salt, of 16 bytes. Two hashes of one password and salt are equal while the
	// parameters and the pepper are.
	// Errors: those of Hash.
	HashWithSalt(ctx context.Context, w domain.HashWaiter, p domain.Password, salt []byte) (domain.PasswordHash, error)
	// Verify reports whether p is the password of h, and whether h is outdated. The zero h matches no password and costs as much
	// time as any other that this service made. A hash that another system made also matches p as it was received, which costs
	// twice its time if that is not NFC. A hash that Recognize refuses as ErrCostlyHash matches no password, at the cost of the zero h.
	// Errors: domain.ErrBusy if the queue is full; ctx's error; another one, which does not contain h, if h cannot be read.
	Verify(ctx context.Context, w domain.HashWaiter, p domain.Password, h domain.PasswordHash) (match Match, err error)
	// VerifyAny finds the first of several hashes whose password p is, or returns -1 as index. Hashes that differ only in their
	// result, because they share algorithm, parameters, pepper and salt, cost one hash together. The cost does not depend on
	// which of them matches, if any. Without hashes it costs as much as one.
	// Errors: those of Verify.
	VerifyAny(
		ctx context.Context, w domain.HashWaiter, p domain.Password, hashes []domain.PasswordHash,
	) (index int, match Match, err error)
	// Recognize returns nil if Verify can check passwords against h, which another system may have made, at an acceptable cost.
	// Errors: ErrUnknownHash; ErrCostlyHash.
	Recognize(h domain.PasswordHash) error
}

// Match is the outcome of a password check.
type Match struct {
	OK       bool // the password is right
	Outdated bool // and the hash should be replaced: it was made with other parameters than Hash uses now
}

// AccessTokens signs and verifies access tokens (RFC 9068).
type AccessTokens interface {
	// Sign returns the JWT of c, signed with the key that is active at c.IssuedAt.
	Sign(c domain.AccessClaims) (string, error)
	// Verify returns the claims of a token that this service signed for itself with the one algorithm in use, and that is valid at
	// now. It follows no URL that a token contains.
	// Errors: domain.ErrInvalidAccessToken for every other token.
	Verify(token string, now time.Time) (domain.AccessClaims, error)
	// ReadPublicKeys returns the JWK Set (RFC 7517, section 5) with which others verify the tokens, as JSON.
	ReadPublicKeys() ([]byte, error)
}

// SigningKeys stores the keys that sign access tokens, encrypted, shared by all replicas. A method records its audit events in
// the same transaction if it changed something.
type SigningKeys interface {
	// List returns the keys. A key that signs later comes first.
	List(ctx context.Context) ([]domain.SigningKey, error)
	// Add stores k if the key with the id newest comes first in List, or if newest is empty and there is no key. Of concurrent calls
	// with the same newest, one succeeds.
	// Errors: ErrConflict if another key comes first.
	Add(ctx context.Context, k domain.SigningKey, newest string, events ...domain.AuditEvent) error
	// Remove removes a key. An unknown id is no error.
	Remove(ctx context.Context, id string, events ...domain.AuditEvent) error
	// Replace removes a key and stores k, atomically. Of concurrent calls for one key, one succeeds.
	// Errors: ErrNotFound if there is no such key; k is not stored then.
	Replace(ctx context.Context, id string, k domain.SigningKey, events ...domain.AuditEvent) error
}

// ErrCannotOpen: the sealed value was changed, belongs to another context, or its key was removed.
var ErrCannotOpen = errors.New("cannot be decrypted")

// Sealer encrypts stored values.
type Sealer interface {
	// Seal encrypts and authenticates plaintext so that Open returns it for the same context only. Two calls never return the
	// same value.
	Seal(plaintext []byte, context string) ([]byte, error)
	// Open decrypts a value that was sealed in context.
	// Errors: ErrCannotOpen if the value was changed, or sealed in another context or with a key that this Sealer lacks.
	Open(sealed []byte, context string) ([]byte, error)
}

// MAC computes keyed tags of messages. A tag for one purpose is not valid for another.
type MAC interface {
	// Tag returns the tag of message under the primary key. It is the same for the same purpose and message.
	Tag(purpose string, message []byte) ([]byte, error)
	// Tags returns the tags of message under every key, the primary key's first.
	Tags(purpose string, message []byte) ([][]byte, error)
	// Verify reports, in constant time, whether tag is a tag of message for purpose under any key.
	Verify(purpose string, message, tag []byte) bool
}

// BreachedPasswords looks up passwords that were found in breaches of other services.
type BreachedPasswords interface {
	// Contains reports whether p is known to be breached. With an error, it is not known whether it is. The caller then accepts
	// the password: a signup must not depend on another service.
	// Errors: ctx's error; any other if the source cannot be read.
	Contains(ctx context.Context, p domain.Password) (bool, error)
}
