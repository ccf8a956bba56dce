package tink

import (
	"encoding/binary"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/mac"
	tinkapi "github.com/tink-crypto/tink-go/v2/tink"

	"github.com/siriusys/user-management-service/ports"
)

// sealer is a ports.Sealer: the context is the associated data of an AEAD (RFC 5116).
type sealer struct{ aead tinkapi.AEAD }

// Seal encrypts plaintext for the context.
func (s sealer) Seal(plaintext []byte, context string) ([]byte, error) {
	sealed, err := s.aead.Encrypt(plaintext, []byte(context))
	if err != nil {
		return nil, fmt.Errorf("encrypt: %w", err)
	}
	return sealed, nil
}

// Open decrypts what Seal encrypted for the context.
func (s sealer) Open(sealed []byte, context string) ([]byte, error) {
	plaintext, err := s.aead.Decrypt(sealed, []byte(context))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ports.ErrCannotOpen, err)
	}
	return plaintext, nil
}

// tagger is a ports.MAC: HMAC-SHA-256 (RFC 2104), the full 256 bits after a prefix with the key's id.
type tagger struct {
	mac tinkapi.MAC
	// byKey has a MAC for every key, that of the primary key first.
	byKey []tinkapi.MAC
}

func newTagger(handle *keyset.Handle) (tagger, error) {
	all, err := mac.New(handle)
	if err != nil {
		return tagger{}, fmt.Errorf("make a MAC: %w", err)
	}
	t := tagger{mac: all, byKey: []tinkapi.MAC{all}}
	info := handle.KeysetInfo()
	for _, key := range info.GetKeyInfo() {
		if key.GetKeyId() == info.GetPrimaryKeyId() {
			continue
		}
		one, err := withPrimary(handle, key.GetKeyId())
		if err != nil {
			return tagger{}, err
		}
		t.byKey = append(t.byKey, one)
	}
	return t, nil
}

// withPrimary returns a MAC that computes its tags with the key of that id.
func withPrimary(handle *keyset.Handle, id uint32) (tinkapi.MAC, error) {
	manager := keyset.NewManagerFromHandle(handle)
	if err := manager.SetPrimary(id); err != nil {
		return nil, fmt.Errorf("select a MAC key: %w", err)
	}
	selected, err := manager.Handle()
	if err != nil {
		return nil, fmt.Errorf("select a MAC key: %w", err)
	}
	one, err := mac.New(selected)
	if err != nil {
		return nil, fmt.Errorf("make a MAC: %w", err)
	}
	return one, nil
}

// Tag computes the tag under the primary key.
func (t tagger) Tag(purpose string, message []byte) ([]byte, error) {
	tag, err := t.mac.ComputeMAC(bind(purpose, message))
	if err != nil {
		return nil, fmt.Errorf("compute a tag: %w", err)
	}
	return tag, nil
}

// Tags computes the tags under every key, that of the primary key first.
func (t tagger) Tags(purpose string, message []byte) ([][]byte, error) {
	tags := make([][]byte, len(t.byKey))
	for i, one := range t.byKey {
		tag, err := one.ComputeMAC(bind(purpose, message))
		if err != nil {
			return nil, fmt.Errorf("compute a tag: %w", err)
		}
		tags[i] = tag
	}
	return tags, nil
}

// Verify checks the tag under the key that its prefix names.
func (t tagger) Verify(purpose string, message, tag []byte) bool {
	return t.mac.VerifyMAC(tag, bind(purpose, message)) == nil
}

// bind encodes purpose and message so that no other pair has the same encoding.
func bind(purpose string, message []byte) []byte {
	b := make([]byte, 0, 4+len(purpose)+len(message))
	b = binary.BigEndian.AppendUint32(b, uint32(len(purpose)))
	b = append(b, purpose...)
	return append(b, message...)
}
