package ports

import (
	"context"
	"errors"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// Errors that a Keyset promises.
var (
	// ErrNextKeysExist: keys were added earlier and are not promoted yet.
	ErrNextKeysExist = errors.New("keys were already added; promote them first")
	// ErrNoNextKeys: there are no keys that were added and not promoted.
	ErrNoNextKeys = errors.New("no added keys to promote; add keys first")
	// ErrKeyNotOld: the key is primary or next, or is not in the keyset.
	ErrKeyNotOld = errors.New("no old key of that name")
)

// KeyPrefixSize is the length, in bytes, of the prefix of a sealed value or a tag. The prefix identifies the key.
const KeyPrefixSize = 5

// Keyset contains the keys of one deployment. It never changes: Add, Promote and Remove return another one. Keysets of
// neighboring steps of a rotation read what the other writes, so that replicas with either can run side by side.
type Keyset interface {
	// Keys lists the keys. Each use has one primary key.
	Keys() domain.KeysetKeys
	// Sealer encrypts with the primary key and decrypts with every key.
	Sealer() Sealer
	// MAC computes tags with the primary key and verifies them with every key.
	MAC() MAC
	// AuditSigner signs audit checkpoints with a key that is derived from the primary MAC key, and verifies them with those of
	// every MAC key. The name of a derived key is that of its MAC key.
	AuditSigner() AuditSigner
	// SealedPrefix is the prefix of every value that Sealer seals, TagPrefix the prefix of every tag that MAC.Tag returns. Each is
	// KeyPrefixSize bytes long.
	SealedPrefix() []byte
	TagPrefix() []byte
	// SealedBy returns the name of the key that a value with this prefix was sealed with, TaggedBy the name of the key of a tag.
	// The keyset may lack that key. A prefix of another form has an unknown key: "aead:unknown", "mac:unknown".
	SealedBy(prefix []byte) string
	TaggedBy(prefix []byte) string
	// Add returns the keyset with one more key for each use, in the state next.
	// Errors: ErrNextKeysExist if there are next keys.
	Add() (Keyset, error)
	// Promote returns the keyset with its next keys as primary keys since now, and the primary ones as old keys.
	// Errors: ErrNoNextKeys if it has no next keys.
	Promote(now time.Time) (Keyset, error)
	// Remove returns the keyset without an old key. It can no longer read what was made with that key.
	// Errors: ErrKeyNotOld if the keyset has no old key of that name.
	Remove(name string) (Keyset, error)
	// Marshal returns the keyset as its file contains it, with the keys in clear.
	Marshal() ([]byte, error)
}

// KeysetReplicas stores the running replicas of the service, each with a lease and its keys.
type KeysetReplicas interface {
	// Announce stores a replica with a lease that begins now. Announcing it again renews the lease and leaves its keys unchanged.
	Announce(ctx context.Context, r domain.KeysetReplica, now time.Time, lease time.Duration) error
	// Leave removes a replica that no longer writes. Leaving again is no error.
	Leave(ctx context.Context, id domain.ID, now time.Time) error
	// ListRunning lists the replicas whose leases have not ended at now, by id. None is no error.
	ListRunning(ctx context.Context, now time.Time) ([]domain.KeysetReplica, error)
}

// KeysetData counts and re-encrypts what is stored under the keys of a keyset.
type KeysetData interface {
	// CountValues counts the encrypted values, email indexes and peppered password hashes by the name of the key that each was
	// made with. A key without any is left out. Erased users are not counted.
	CountValues(ctx context.Context, k Keyset) (map[string]int, error)
	// CountSessions counts the sessions whose newest refresh token may carry a tag of the MAC key of that name: those that are
	// live at now and were created or refreshed before the last replica that wrote with the key left or its lease ended. If no
	// such replica is known for the key, every session that is live at now counts.
	CountSessions(ctx context.Context, keyName string, now time.Time) (int, error)
	// CountMessages counts the pending messages that identify their recipients only by indexes under other keys than the primary
	// one of k. Once the users of the email address are re-encrypted, such a message finds none of them.
	CountMessages(ctx context.Context, k Keyset) (int, error)
	// ReencryptUsers rewrites, in one transaction, what at most limit users with ids above after have under other keys than the
	// primary ones of k, in the order of their ids. index computes the email index of an address under the primary key. Nothing
	// else about a user changes, and a disabled password stays disabled. ReencryptUsers returns the last id and how many users it
	// found; fewer than limit mean that the pass is complete. A user who is changed concurrently is left for the next pass.
	// Calling it again rewrites nothing twice, so a re-encryption can stop and continue at any time.
	// Errors: ErrCannotOpen if a value cannot be decrypted; index's error. No user of the batch is rewritten then.
	ReencryptUsers(
		ctx context.Context, k Keyset, index func(domain.Email) (domain.EmailIndex, error), after domain.UserID, limit int,
	) (last domain.UserID, found int, err error)
	// ReencryptSigningKeys rewrites the seeds of signing keys that are sealed with another key than the primary one of k, and
	// returns how many it found. Calling it again finds none.
	ReencryptSigningKeys(ctx context.Context, k Keyset) (found int, err error)
}
