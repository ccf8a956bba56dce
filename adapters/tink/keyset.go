// Package tink encrypts stored values and computes keyed tags with keysets of Google Tink (https://developers.google.com/tink).
// A ciphertext and a tag begin with the id of their key, so that keys can rotate.
package tink

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/mac"
	tinkpb "github.com/tink-crypto/tink-go/v2/proto/tink_go_proto"
	tinkapi "github.com/tink-crypto/tink-go/v2/tink"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// pepperSize is the size of a pepper in bytes: the output size of the HMAC-SHA-256 that uses it (RFC 2104, section 3).
const pepperSize = 32

// Pepper is a key that goes into every password hash and is stored apart from the hashes (OWASP ASVS 5.0, 11.4).
type Pepper struct {
	ID  string `json:"id"`
	Key []byte `json:"key"`
}

// Keyset contains the keys of one deployment. Generate, Parse and ReadFile make it.
type Keyset struct {
	domain.Redacted

	file    file
	sealing *keyset.Handle
	tagging *keyset.Handle
	aead    tinkapi.AEAD
	mac     tagger
	audit   auditSigner
}

// file is the JSON of a keyset.
type file struct {
	// Development marks keys that were made for a developer's machine and must not protect production data.
	Development bool      `json:"development"`
	CreatedAt   time.Time `json:"created_at"`
	// PromotedAt is when the primary keys became primary; zero if they are the first ones.
	PromotedAt time.Time       `json:"promoted_at,omitzero"`
	AEAD       json.RawMessage `json:"aead"`
	MAC        json.RawMessage `json:"mac"`
	// Peppers has the primary one first.
	Peppers []Pepper `json:"peppers"`
	Next    *next    `json:"next,omitempty"`
}

// Generate makes new keys.
func Generate(development bool, now time.Time) (*Keyset, error) {
	// Random 192-bit nonces do not collide in practice, however many values a key encrypts (C2SP XAES-256-GCM).
	sealing, err := newHandle(aead.XAES256GCM192BitNonceKeyTemplate())
	if err != nil {
		return nil, err
	}
	tagging, err := newHandle(mac.HMACSHA256Tag256KeyTemplate())
	if err != nil {
		return nil, err
	}
	return open(file{Development: development, CreatedAt: now, AEAD: sealing, MAC: tagging, Peppers: []Pepper{newPepper()}})
}

func newPepper() Pepper {
	key, id := make([]byte, pepperSize), make([]byte, 4)
	_, _ = rand.Read(key) // never fails
	_, _ = rand.Read(id)
	return Pepper{ID: hex.EncodeToString(id), Key: key}
}

func newHandle(template *tinkpb.KeyTemplate) (json.RawMessage, error) {
	handle, err := keyset.NewHandle(template)
	if err != nil {
		return nil, fmt.Errorf("generate a key: %w", err)
	}
	return write(handle)
}

// Parse reads what Marshal wrote. Errors contain nothing of the keys.
func Parse(b []byte) (*Keyset, error) {
	var f file
	if err := json.Unmarshal(b, &f); err != nil {
		return nil, errors.New("not a keyset in JSON")
	}
	return open(f)
}

// Marshal returns the keyset as JSON, with the keys in clear.
func (k *Keyset) Marshal() ([]byte, error) {
	b, err := json.MarshalIndent(k.file, "", "  ")
	if err != nil {
		return nil, errors.New("the keyset cannot be written as JSON")
	}
	return append(b, '\n'), nil
}

func open(f file) (*Keyset, error) {
	k := &Keyset{file: f}
	sealing, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(f.AEAD)))
	if err != nil {
		return nil, errors.New("the keyset's member aead cannot be read")
	}
	if k.aead, err = aead.New(sealing); err != nil {
		return nil, errors.New("the keyset's member aead contains no AEAD keys")
	}
	tagging, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(f.MAC)))
	if err != nil {
		return nil, errors.New("the keyset's member mac cannot be read")
	}
	if k.mac, err = newTagger(tagging); err != nil {
		return nil, errors.New("the keyset's member mac contains no MAC keys")
	}
	if k.audit, err = newAuditSigner(k.mac); err != nil {
		return nil, errors.New("the keyset's member mac contains a key of another size")
	}
	k.sealing, k.tagging = sealing, tagging
	if len(f.Peppers) == 0 {
		return nil, errors.New("the keyset's member peppers is empty")
	}
	for _, p := range f.Peppers {
		if p.ID == "" || len(p.Key) != pepperSize {
			return nil, errors.New("the keyset's member peppers contains a pepper without an id or of the wrong size")
		}
	}
	return k, checkNext(f)
}

func checkNext(f file) error {
	if f.Next != nil && !slices.ContainsFunc(f.Peppers, func(p Pepper) bool { return p.ID == f.Next.Pepper }) {
		return errors.New("the keyset's member next names a pepper that member peppers lacks")
	}
	return nil
}

// Development reports whether the keys were made for a developer's machine.
func (k *Keyset) Development() bool { return k.file.Development }

// PrimarySince is when the primary keys were created or promoted.
func (k *Keyset) PrimarySince() time.Time {
	if !k.file.PromotedAt.IsZero() {
		return k.file.PromotedAt
	}
	return k.file.CreatedAt
}

// Peppers returns the peppers, the primary one first.
func (k *Keyset) Peppers() []Pepper { return k.file.Peppers }

// Sealer encrypts stored values.
func (k *Keyset) Sealer() ports.Sealer { return sealer{k.aead} }

// MAC computes keyed tags.
func (k *Keyset) MAC() ports.MAC { return k.mac }

// AuditSigner signs and verifies audit checkpoints.
func (k *Keyset) AuditSigner() ports.AuditSigner { return k.audit }
