package memory

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// Keyset is a ports.Keyset. Make it with NewKeyset or ParseKeyset.
type Keyset struct{ keys []keysetKey }

// keysetKey is one key with its secret.
type keysetKey struct {
	Use    string
	ID     uint32
	State  domain.KeysetKeyState
	Secret []byte
}

func (k keysetKey) name() string { return k.Use + strconv.FormatUint(uint64(k.ID), 10) }

// prefix is the prefix of the values that are made with the key.
func (k keysetKey) prefix() []byte { return binary.BigEndian.AppendUint32([]byte{'k'}, k.ID) }

// NewKeyset makes a keyset with one random primary key for each use.
func NewKeyset() Keyset { return Keyset{drawKeys(domain.KeysetKeyPrimary)} }

func drawKeys(state domain.KeysetKeyState) []keysetKey {
	var drawn []keysetKey
	for _, use := range []string{domain.KeysetAEAD, domain.KeysetMAC, domain.KeysetPepper} {
		random := make([]byte, 4+32)
		_, _ = rand.Read(random) // never fails
		drawn = append(drawn, keysetKey{Use: use, ID: binary.BigEndian.Uint32(random), State: state, Secret: random[4:]})
	}
	return drawn
}

// ParseKeyset reads what Marshal wrote.
func ParseKeyset(b []byte) (ports.Keyset, error) {
	var k Keyset
	if err := json.Unmarshal(b, &k.keys); err != nil {
		return nil, errors.New("not a keyset")
	}
	return k, nil
}

// Marshal returns the keyset with the keys in clear.
func (k Keyset) Marshal() ([]byte, error) { return json.Marshal(k.keys) } //nolint:gosec // it must contain the secrets

// Keys names the keys.
func (k Keyset) Keys() domain.KeysetKeys {
	var all domain.KeysetKeys
	for _, key := range k.keys {
		all = append(all, domain.KeysetKey{Name: key.name(), State: key.State})
	}
	return all
}

// Sealer encrypts with the primary key.
func (k Keyset) Sealer() ports.Sealer { return keysetSealer{k} }

// MAC computes tags with the primary key.
func (k Keyset) MAC() ports.MAC { return keysetMAC{k} }

// AuditSigner signs with a key of the primary MAC key.
func (k Keyset) AuditSigner() ports.AuditSigner {
	var s AuditSigner
	for _, key := range k.of(domain.KeysetMAC) {
		s = append(s, AuditKey{Name: key.name(), Secret: string(key.Secret)})
	}
	return s
}

// SealedPrefix is the prefix of the primary key that encrypts.
func (k Keyset) SealedPrefix() []byte { return k.of(domain.KeysetAEAD)[0].prefix() }

// TagPrefix is the prefix of the primary key that tags.
func (k Keyset) TagPrefix() []byte { return k.of(domain.KeysetMAC)[0].prefix() }

// SealedBy names the key of a sealed value.
func (Keyset) SealedBy(prefix []byte) string { return domain.KeysetAEAD + parsePrefix(prefix) }

// TaggedBy names the key of a tag.
func (Keyset) TaggedBy(prefix []byte) string { return domain.KeysetMAC + parsePrefix(prefix) }

func parsePrefix(b []byte) string {
	if len(b) < ports.KeyPrefixSize || b[0] != 'k' {
		return "unknown"
	}
	return strconv.FormatUint(uint64(binary.BigEndian.Uint32(b[1:])), 10)
}

// of returns the keys of a use, the primary one first.
func (k Keyset) of(use string) (all []keysetKey) {
	for _, key := range k.keys {
		switch {
		case key.Use != use:
		case key.State == domain.KeysetKeyPrimary:
			all = slices.Insert(all, 0, key)
		default:
			all = append(all, key)
		}
	}
	return all
}

// find returns the key of a use that made a value, and the value without its prefix.
func (k Keyset) find(use string, value []byte) (key keysetKey, rest []byte, ok bool) {
	for _, key := range k.of(use) {
		if len(value) >= ports.KeyPrefixSize && slices.Equal(value[:ports.KeyPrefixSize], key.prefix()) {
			return key, value[ports.KeyPrefixSize:], true
		}
	}
	return keysetKey{}, nil, false
}

// Add returns the keyset with next keys.
func (k Keyset) Add() (ports.Keyset, error) {
	if len(k.Keys().Names(domain.KeysetKeyNext)) > 0 {
		return nil, ports.ErrNextKeysExist
	}
	return Keyset{slices.Concat(k.keys, drawKeys(domain.KeysetKeyNext))}, nil
}

// Promote returns the keyset with its next keys as primary keys.
func (k Keyset) Promote(time.Time) (ports.Keyset, error) {
	if len(k.Keys().Names(domain.KeysetKeyNext)) == 0 {
		return nil, ports.ErrNoNextKeys
	}
	promoted := slices.Clone(k.keys)
	for i, key := range promoted {
		switch key.State {
		case domain.KeysetKeyNext:
			promoted[i].State = domain.KeysetKeyPrimary
		default:
			promoted[i].State = domain.KeysetKeyOld
		}
	}
	return Keyset{promoted}, nil
}

// Remove returns the keyset without an old key.
func (k Keyset) Remove(name string) (ports.Keyset, error) {
	if !slices.Contains(k.Keys().Names(domain.KeysetKeyOld), name) {
		return nil, fmt.Errorf("%w: %s", ports.ErrKeyNotOld, name)
	}
	return Keyset{slices.DeleteFunc(slices.Clone(k.keys), func(key keysetKey) bool { return key.name() == name })}, nil
}

// keysetSealer is the Sealer of a keyset.
type keysetSealer struct{ keyset Keyset }

func (k keysetKey) sealer() Sealer {
	block, _ := aes.NewCipher(k.Secret) // fails for a wrong size only, as does NewGCM
	aead, _ := cipher.NewGCMWithRandomNonce(block)
	return Sealer{aead}
}

// Seal encrypts with the primary key and puts its prefix in front.
func (s keysetSealer) Seal(plaintext []byte, context string) ([]byte, error) {
	primary := s.keyset.of(domain.KeysetAEAD)[0]
	sealed, err := primary.sealer().Seal(plaintext, context)
	return append(primary.prefix(), sealed...), err
}

// Open decrypts with the key that the prefix names.
func (s keysetSealer) Open(sealed []byte, context string) ([]byte, error) {
	key, rest, ok := s.keyset.find(domain.KeysetAEAD, sealed)
	if !ok {
		return nil, ports.ErrCannotOpen
	}
	return key.sealer().Open(rest, context)
}

// keysetMAC is the MAC of a keyset.
type keysetMAC struct{ keyset Keyset }

// Tag computes the tag under the primary key and puts its prefix in front.
func (m keysetMAC) Tag(purpose string, message []byte) ([]byte, error) {
	tags, err := m.Tags(purpose, message)
	return tags[0], err
}

// Tags computes the tags under every key, the primary one's first.
func (m keysetMAC) Tags(purpose string, message []byte) (tags [][]byte, err error) {
	for _, key := range m.keyset.of(domain.KeysetMAC) {
		tag, err := MAC(key.Secret).Tag(purpose, message)
		if err != nil {
			return nil, err
		}
		tags = append(tags, append(key.prefix(), tag...))
	}
	return tags, nil
}

// Verify checks the tag under the key that its prefix names.
func (m keysetMAC) Verify(purpose string, message, tag []byte) bool {
	key, rest, ok := m.keyset.find(domain.KeysetMAC, tag)
	return ok && MAC(key.Secret).Verify(purpose, message, rest)
}
