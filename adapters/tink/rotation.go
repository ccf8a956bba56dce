package tink

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/mac"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// next are the ids of the keys that were added and are not promoted yet.
type next struct {
	AEAD   uint32 `json:"aead"`
	MAC    uint32 `json:"mac"`
	Pepper string `json:"pepper"`
}

// SealedBy names the key that a value was sealed with, by its first bytes.
func (*Keyset) SealedBy(prefix []byte) string { return domain.KeysetAEAD + parsePrefix(prefix) }

// TaggedBy names the key that a tag was made with, by its first bytes.
func (*Keyset) TaggedBy(prefix []byte) string { return domain.KeysetMAC + parsePrefix(prefix) }

// prefixVersion begins Tink's output prefix; the key's id in network order follows
// (https://developers.google.com/tink/wire-format).
const prefixVersion = 1

func parsePrefix(b []byte) string {
	if len(b) < ports.KeyPrefixSize || b[0] != prefixVersion {
		return "unknown"
	}
	return formatID(binary.BigEndian.Uint32(b[1:]))
}

func formatPrefix(id uint32) []byte {
	return binary.BigEndian.AppendUint32([]byte{prefixVersion}, id)
}

func formatID(id uint32) string { return strconv.FormatUint(uint64(id), 10) }

// SealedPrefix is how every value begins that is sealed with the primary key.
func (k *Keyset) SealedPrefix() []byte { return formatPrefix(k.sealing.KeysetInfo().GetPrimaryKeyId()) }

// TagPrefix is how every tag begins that is made with the primary key.
func (k *Keyset) TagPrefix() []byte { return formatPrefix(k.tagging.KeysetInfo().GetPrimaryKeyId()) }

// Keys names all keys of the keyset.
func (k *Keyset) Keys() domain.KeysetKeys {
	var keys domain.KeysetKeys
	waiting := next{}
	if k.file.Next != nil {
		waiting = *k.file.Next
	}
	add := func(name string, isPrimary, isNext bool) {
		state := domain.KeysetKeyOld
		switch {
		case isPrimary:
			state = domain.KeysetKeyPrimary
		case isNext:
			state = domain.KeysetKeyNext
		}
		keys = append(keys, domain.KeysetKey{Name: name, State: state})
	}
	for _, info := range k.sealing.KeysetInfo().GetKeyInfo() {
		id := info.GetKeyId()
		add(domain.KeysetAEAD+formatID(id), id == k.sealing.KeysetInfo().GetPrimaryKeyId(), id == waiting.AEAD)
	}
	for _, info := range k.tagging.KeysetInfo().GetKeyInfo() {
		id := info.GetKeyId()
		add(domain.KeysetMAC+formatID(id), id == k.tagging.KeysetInfo().GetPrimaryKeyId(), id == waiting.MAC)
	}
	for i, p := range k.file.Peppers {
		add(domain.KeysetPepper+p.ID, i == 0, p.ID == waiting.Pepper)
	}
	return keys
}

// Add returns the keyset with a new key for each use. New values are made with it once it is promoted.
func (k *Keyset) Add() (ports.Keyset, error) {
	if k.file.Next != nil {
		return nil, ports.ErrNextKeysExist
	}
	f, waiting := k.file, next{}
	var err error
	f.AEAD, err = edit(k.sealing, func(m *keyset.Manager) (err error) {
		waiting.AEAD, err = m.Add(aead.XAES256GCM192BitNonceKeyTemplate())
		return err
	})
	if err != nil {
		return nil, err
	}
	f.MAC, err = edit(k.tagging, func(m *keyset.Manager) (err error) {
		waiting.MAC, err = m.Add(mac.HMACSHA256Tag256KeyTemplate())
		return err
	})
	if err != nil {
		return nil, err
	}
	pepper := newPepper()
	waiting.Pepper = pepper.ID
	f.Peppers = append(slices.Clone(f.Peppers), pepper)
	f.Next = &waiting
	return open(f)
}

// Promote returns the keyset with the added keys as primary keys since now.
func (k *Keyset) Promote(now time.Time) (ports.Keyset, error) {
	if k.file.Next == nil {
		return nil, ports.ErrNoNextKeys
	}
	f, waiting := k.file, *k.file.Next
	var err error
	if f.AEAD, err = edit(k.sealing, func(m *keyset.Manager) error { return m.SetPrimary(waiting.AEAD) }); err != nil {
		return nil, err
	}
	if f.MAC, err = edit(k.tagging, func(m *keyset.Manager) error { return m.SetPrimary(waiting.MAC) }); err != nil {
		return nil, err
	}
	at := slices.IndexFunc(k.file.Peppers, func(p Pepper) bool { return p.ID == waiting.Pepper })
	f.Peppers = slices.Concat(k.file.Peppers[at:at+1], k.file.Peppers[:at], k.file.Peppers[at+1:])
	f.Next, f.PromotedAt = nil, now
	return open(f)
}

// Remove returns the keyset without an old key. What was made with that key can never be read again.
func (k *Keyset) Remove(name string) (ports.Keyset, error) {
	if !slices.Contains(k.Keys(), domain.KeysetKey{Name: name, State: domain.KeysetKeyOld}) {
		return nil, fmt.Errorf("%w: %s", ports.ErrKeyNotOld, name)
	}
	f := k.file
	if id, ok := strings.CutPrefix(name, domain.KeysetPepper); ok {
		f.Peppers = slices.DeleteFunc(slices.Clone(f.Peppers), func(p Pepper) bool { return p.ID == id })
		return open(f)
	}
	use, digits, _ := strings.Cut(name, ":")
	id, err := strconv.ParseUint(digits, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", ports.ErrKeyNotOld, name)
	}
	of, into := k.sealing, &f.AEAD
	if use+":" == domain.KeysetMAC {
		of, into = k.tagging, &f.MAC
	}
	if *into, err = edit(of, func(m *keyset.Manager) error { return m.Delete(uint32(id)) }); err != nil {
		return nil, err
	}
	return open(f)
}

// edit changes the keys of a handle and returns them as the file contains them.
func edit(of *keyset.Handle, change func(*keyset.Manager) error) (json.RawMessage, error) {
	manager := keyset.NewManagerFromHandle(of)
	if err := change(manager); err != nil {
		return nil, fmt.Errorf("change the keys: %w", err)
	}
	changed, err := manager.Handle()
	if err != nil {
		return nil, fmt.Errorf("change the keys: %w", err)
	}
	return write(changed)
}

func write(handle *keyset.Handle) (json.RawMessage, error) {
	var b bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&b)); err != nil {
		return nil, fmt.Errorf("write a key: %w", err)
	}
	return b.Bytes(), nil
}
