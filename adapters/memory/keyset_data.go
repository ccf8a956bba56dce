package memory

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// KeysetData is a ports.KeysetData over a Store. The Store does not encrypt, so KeysetData only records which key each value
// would be encrypted with. Make it with NewKeysetData.
type KeysetData struct {
	view     view
	writer   ports.Keyset
	replicas *KeysetReplicas

	mu sync.Mutex
	// reencrypted is the prefix of the key of each row that is no longer under the primary key of writer, by the row's id.
	reencrypted map[string][]byte
	corrupt     map[domain.UserID]bool
}

// NewKeysetData treats everything in the store as written with the primary keys of writer.
func NewKeysetData(s *Store, writer ports.Keyset, replicas *KeysetReplicas) *KeysetData {
	return &KeysetData{
		view: view{store: s}, writer: writer, replicas: replicas,
		reencrypted: map[string][]byte{}, corrupt: map[domain.UserID]bool{},
	}
}

// Corrupt makes a user's values impossible to decrypt.
func (d *KeysetData) Corrupt(id domain.UserID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.corrupt[id] = true
}

// prefixOf is the prefix of the encrypted values of a row.
func (d *KeysetData) prefixOf(row string) []byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	if prefix, known := d.reencrypted[row]; known {
		return prefix
	}
	return d.writer.SealedPrefix()
}

func (d *KeysetData) reencrypt(row string, k ports.Keyset) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.reencrypted[row] = k.SealedPrefix()
}

// sealedColumns is how many encrypted values a user has: email address, full name, state or province.
const sealedColumns = 3

// pepperID finds the pepper's id in a PHC string (https://github.com/P-H-C/phc-string-format).
var pepperID = regexp.MustCompile(`,keyid=([A-Za-z0-9+/]+)`)

// CountValues counts what would be encrypted with each key.
func (d *KeysetData) CountValues(_ context.Context, k ports.Keyset) (map[string]int, error) {
	counts := map[string]int{}
	err := d.view.do(func(s *state) error {
		for _, u := range s.users {
			counts[k.SealedBy(d.prefixOf(u.ID.String()))] += sealedColumns
			counts[k.TaggedBy([]byte(u.EmailIndex))]++
			match := pepperID.FindStringSubmatch(string(u.PasswordHash))
			if match == nil {
				continue
			}
			id, err := base64.RawStdEncoding.DecodeString(match[1])
			if err != nil {
				return fmt.Errorf("read the pepper's id of the user %s: %w", u.ID, err)
			}
			counts[domain.KeysetPepper+string(id)]++
		}
		for _, key := range s.keys {
			counts[k.SealedBy(d.prefixOf(key.ID))]++
		}
		return nil
	})
	return counts, err
}

// CountSessions counts the sessions whose newest refresh token may carry a tag of a key.
func (d *KeysetData) CountSessions(_ context.Context, keyName string, now time.Time) (n int, err error) {
	until := d.replicas.lastWritten(keyName, now)
	err = d.view.do(func(s *state) error {
		for _, session := range s.sessions {
			if session.IsLive(now) && !session.RotatedAt.After(until) {
				n++
			}
		}
		return nil
	})
	return n, err
}

// CountMessages counts the messages that would find no user.
func (d *KeysetData) CountMessages(_ context.Context, k ports.Keyset) (n int, err error) {
	err = d.view.do(func(s *state) error {
		underPrimary := func(i domain.EmailIndex) bool { return bytes.HasPrefix([]byte(i), k.TagPrefix()) }
		for _, m := range s.messages {
			if len(m.EmailIndexes) > 0 && !slices.ContainsFunc(m.EmailIndexes, underPrimary) {
				n++
			}
		}
		return nil
	})
	return n, err
}

// ReencryptUsers stores the new indexes and records the new keys.
func (d *KeysetData) ReencryptUsers(
	_ context.Context, k ports.Keyset, index func(domain.Email) (domain.EmailIndex, error), after domain.UserID, limit int,
) (domain.UserID, int, error) {
	batch := d.findUnderOldKeys(k, after, limit)
	indexes := map[domain.UserID]domain.EmailIndex{}
	for _, u := range batch {
		if d.isCorrupt(u.ID) {
			return after, 0, fmt.Errorf("user %s: %w", u.ID, ports.ErrCannotOpen)
		}
		var err error
		if indexes[u.ID], err = index(u.Email); err != nil {
			return after, 0, fmt.Errorf("user %s: %w", u.ID, err)
		}
		after = u.ID
	}
	err := d.view.do(func(s *state) error {
		for _, u := range batch {
			if s.users[u.ID] != u {
				continue // changed since it was read
			}
			u.EmailIndex = indexes[u.ID]
			s.users[u.ID] = u
			d.reencrypt(u.ID.String(), k)
		}
		return nil
	})
	return after, len(batch), err
}

func (d *KeysetData) isCorrupt(id domain.UserID) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.corrupt[id]
}

func (d *KeysetData) findUnderOldKeys(k ports.Keyset, after domain.UserID, limit int) (found []domain.User) {
	byID := func(a, b domain.UserID) int { return bytes.Compare(a.ID[:], b.ID[:]) }
	_ = d.view.do(func(s *state) error {
		for _, id := range slices.SortedFunc(maps.Keys(s.users), byID) {
			u := s.users[id]
			isDone := bytes.Equal(d.prefixOf(id.String()), k.SealedPrefix()) && bytes.HasPrefix([]byte(u.EmailIndex), k.TagPrefix())
			if byID(id, after) > 0 && !isDone && len(found) < limit {
				found = append(found, u)
			}
		}
		return nil
	})
	return found
}

// ReencryptSigningKeys records the new key of each signing key.
func (d *KeysetData) ReencryptSigningKeys(_ context.Context, k ports.Keyset) (found int, err error) {
	err = d.view.do(func(s *state) error {
		for _, key := range s.keys {
			if !bytes.Equal(d.prefixOf(key.ID), k.SealedPrefix()) {
				d.reencrypt(key.ID, k)
				found++
			}
		}
		return nil
	})
	return found, err
}
