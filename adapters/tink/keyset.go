// Package tink seals what lies in storage and computes keyed tags, with keysets of Google Tink
// (https://developers.google.com/tink). A ciphertext and a tag name the key they were made with, so that keys can rotate.
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

	"github.com/siriusys/user-management-service/ports"
)

// pepperSize is the size of a pepper in bytes: as many as the HMAC-SHA-256 that uses it gives out (RFC 2104, section 3).
const pepperSize = 32

// Pepper is a key that goes into every password hash and is kept apart from the hashes (OWASP ASVS 5.0, 11.4).
type Pepper struct {
	ID  string `json:"id"`
	Key []byte `json:"key"`
}

// Keyset holds the keys of one deployment. Make it with Generate, Parse or ReadFile.
type Keyset struct {
	file    file
	sealing *keyset.Handle
	tagging *keyset.Handle
	aead    tinkapi.AEAD
	mac     tagger
}

// file is a keyset as it is written down.
type file struct {
	// Development marks keys that were made for a developer's machine and must not guard anything real.
	Development bool            `json:"development"`
	CreatedAt   time.Time       `json:"created_at"`
	AEAD        json.RawMessage `json:"aead"`
	MAC         json.RawMessage `json:"mac"`
	// Peppers has the current one first.
	Peppers []Pepper `json:"peppers"`
	Next    *next    `json:"next,omitempty"`
}

// Generate makes new keys.
func Generate(development bool, now time.Time) (*Keyset, error) {
	// A 192-bit nonce is safe to draw at random for as many values as a key will ever seal (C2SP XAES-256-GCM).
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
		return nil, fmt.Errorf("make a key: %w", err)
	}
	return write(handle)
}

// Parse reads what Marshal wrote. Errors hold nothing of the keys.
func Parse(b []byte) (*Keyset, error) {
	var f file
	if err := json.Unmarshal(b, &f); err != nil {
		return nil, errors.New("not a keyset in JSON")
	}
	return open(f)
}

// Marshal writes the keys down, in clear.
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
		return nil, errors.New("the keyset's member aead holds no AEAD keys")
	}
	tagging, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(f.MAC)))
	if err != nil {
		return nil, errors.New("the keyset's member mac cannot be read")
	}
	if k.mac, err = newTagger(tagging); err != nil {
		return nil, errors.New("the keyset's member mac holds no MAC keys")
	}
	k.sealing, k.tagging = sealing, tagging
	if len(f.Peppers) == 0 {
		return nil, errors.New("the keyset's member peppers is empty")
	}
	for _, p := range f.Peppers {
		if p.ID == "" || len(p.Key) != pepperSize {
			return nil, errors.New("the keyset's member peppers holds a pepper without id or of a wrong size")
		}
	}
	return k, checkNext(f)
}

func checkNext(f file) error {
	if f.Next != nil && !slices.ContainsFunc(f.Peppers, func(p Pepper) bool { return p.ID == f.Next.Pepper }) {
		return errors.New("the keyset's member next names a pepper that is not there")
	}
	return nil
}

// Development reports whether the keys were made for a developer's machine.
func (k *Keyset) Development() bool { return k.file.Development }

// Peppers are the peppers, the current one first.
func (k *Keyset) Peppers() []Pepper { return k.file.Peppers }

// Sealer encrypts what lies in storage.
func (k *Keyset) Sealer() ports.Sealer { return sealer{k.aead} }

// MAC computes keyed tags.
func (k *Keyset) MAC() ports.MAC { return k.mac }

// String hides the keys.
func (k *Keyset) String() string { return "[keyset]" }

// GoString hides the keys from %#v.
func (k *Keyset) GoString() string { return k.String() }
