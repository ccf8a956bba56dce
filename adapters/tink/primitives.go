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

// Open decrypts what was sealed for the context.
func (s sealer) Open(sealed []byte, context string) ([]byte, error) {
	plaintext, err := s.aead.Decrypt(sealed, []byte(context))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ports.ErrUnsealable, err)
	}
	return plaintext, nil
}

// tagger is a ports.MAC: HMAC-SHA-256 (RFC 2104), its full 256 bits behind the key's id.
type tagger struct {
	mac tinkapi.MAC
	// each has a MAC for every key, the current one first.
	each []tinkapi.MAC
}

func newTagger(handle *keyset.Handle) (tagger, error) {
	all, err := mac.New(handle)
	if err != nil {
		return tagger{}, fmt.Errorf("make a MAC: %w", err)
	}
	t := tagger{mac: all, each: []tinkapi.MAC{all}}
	info := handle.KeysetInfo()
	for _, key := range info.GetKeyInfo() {
		if key.GetKeyId() == info.GetPrimaryKeyId() {
			continue
		}
		one, err := withPrimary(handle, key.GetKeyId())
		if err != nil {
			return tagger{}, err
		}
		t.each = append(t.each, one)
	}
	return t, nil
}

// withPrimary is a MAC that makes its tags with the key of that id.
func withPrimary(handle *keyset.Handle, id uint32) (tinkapi.MAC, error) {
	manager := keyset.NewManagerFromHandle(handle)
	if err := manager.SetPrimary(id); err != nil {
		return nil, fmt.Errorf("choose a MAC key: %w", err)
	}
	chosen, err := manager.Handle()
	if err != nil {
		return nil, fmt.Errorf("choose a MAC key: %w", err)
	}
	one, err := mac.New(chosen)
	if err != nil {
		return nil, fmt.Errorf("make a MAC: %w", err)
	}
	return one, nil
}

// Tag computes the tag under the current key.
func (t tagger) Tag(purpose string, message []byte) ([]byte, error) {
	tag, err := t.mac.ComputeMAC(bind(purpose, message))
	if err != nil {
		return nil, fmt.Errorf("compute a tag: %w", err)
	}
	return tag, nil
}

// Tags computes the tags under every key, the current one's first.
func (t tagger) Tags(purpose string, message []byte) ([][]byte, error) {
	tags := make([][]byte, len(t.each))
	for i, one := range t.each {
		tag, err := one.ComputeMAC(bind(purpose, message))
		if err != nil {
			return nil, fmt.Errorf("compute a tag: %w", err)
		}
		tags[i] = tag
	}
	return tags, nil
}

// Verify checks the tag under the key that it names.
func (t tagger) Verify(purpose string, message, tag []byte) bool {
	return t.mac.VerifyMAC(tag, bind(purpose, message)) == nil
}

// bind puts purpose and message together so that no other pair gives the same bytes.
func bind(purpose string, message []byte) []byte {
	b := make([]byte, 0, 4+len(purpose)+len(message))
	b = binary.BigEndian.AppendUint32(b, uint32(len(purpose))) //nolint:gosec // a purpose is a short constant
	b = append(b, purpose...)
	return append(b, message...)
}
