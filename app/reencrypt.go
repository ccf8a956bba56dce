package app

import (
	"context"
	"fmt"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

const (
	// reencryptBatch is how many users one transaction rewrites: few, so that a login waits only briefly for one of them.
	reencryptBatch = 100
	// messagesPoll is how often the pending messages under old indexes are counted.
	messagesPoll = 200 * time.Millisecond
)

// Reencrypted is how much a re-encryption rewrote.
type Reencrypted struct{ SigningKeys, Users int }

// Reencrypt rewrites everything that is stored under other keys than the primary ones, in batches, while the service runs. Password
// hashes get the primary pepper when their users next log in. First it waits until the messages are sent that contain only
// old indexes of an email address; it calls waiting once if there are any. If it is stopped, the next call continues where it
// stopped. Errors: ErrOldWriters.
func (k *Keyset) Reencrypt(ctx context.Context, waiting func(messages int)) (done Reencrypted, err error) {
	replicas, err := k.running(ctx)
	if err != nil {
		return Reencrypted{}, err
	}
	primary := k.keys.Keys().Names(domain.KeysetKeyPrimary)
	for _, r := range replicas {
		if !r.WritesOnlyWith(primary) {
			return Reencrypted{}, ErrOldWriters
		}
	}
	if err := k.awaitMessages(ctx, waiting); err != nil {
		return Reencrypted{}, err
	}
	if done.SigningKeys, err = k.data.ReencryptSigningKeys(ctx, k.keys); err != nil {
		return done, fmt.Errorf("re-encrypt the signing keys: %w", err)
	}
	for {
		users, err := k.reencryptUsers(ctx)
		done.Users += users
		if err != nil {
			return done, err
		}
		if users == 0 { // users that changed during a pass are found by the next one
			break
		}
	}
	return done, k.recordReencryption(ctx)
}

// awaitMessages waits until every pending message can find its user after the re-encryption.
func (k *Keyset) awaitMessages(ctx context.Context, waiting func(messages int)) error {
	for first := true; ; first = false {
		n, err := k.data.CountMessages(ctx, k.keys)
		if err != nil {
			return fmt.Errorf("count the messages under old indexes: %w", err)
		}
		if n == 0 {
			return nil
		}
		if first {
			waiting(n)
		}
		if err := k.wait(ctx, messagesPoll); err != nil {
			return err
		}
	}
}

// reencryptUsers is one pass over all users.
func (k *Keyset) reencryptUsers(ctx context.Context) (users int, err error) {
	pseudonyms, after := NewPseudonyms(k.keys.MAC()), domain.UserID{}
	index := func(e domain.Email) (domain.EmailIndex, error) {
		indexes, err := pseudonyms.Email(e)
		if err != nil {
			return "", err
		}
		return indexes.Primary(), nil
	}
	for {
		last, found, err := k.data.ReencryptUsers(ctx, k.keys, index, after, reencryptBatch)
		if err != nil {
			return users, fmt.Errorf("re-encrypt users: %w", err)
		}
		users += found
		if found < reencryptBatch {
			return users, nil
		}
		after = last
	}
}

// recordReencryption leaves a checkpoint of the audit log that the primary key signs. It covers all entries that
// earlier checkpoints cover, so the old keys can be removed.
func (k *Keyset) recordReencryption(ctx context.Context) error {
	if err := k.audit.Record(ctx, domain.AuditEvent{ID: k.newID(), At: k.now(), Kind: domain.AuditReencrypted}); err != nil {
		return fmt.Errorf("record the re-encryption: %w", err)
	}
	return k.extendAuditChain(ctx)
}
