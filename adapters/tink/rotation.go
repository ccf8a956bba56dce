package tink

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/mac"
)

// next are the keys that were added and wait to be promoted.
type next struct {
	AEAD   uint32 `json:"aead"`
	MAC    uint32 `json:"mac"`
	Pepper string `json:"pepper"`
}

// KeyState is what a key of a keyset does.
type KeyState string

// The states of a key. Every key reads what was made with it; the state says whether it makes more.
const (
	KeyCurrent KeyState = "current" // what is written is written with it
	KeyNext    KeyState = "next"    // it was added, and becomes current when it is promoted
	KeyOld     KeyState = "old"     // it was current
)

// Key names one key of a keyset.
type Key struct {
	// Name is aead:ID, mac:ID or pepper:ID.
	Name  string
	State KeyState
}

// The uses of keys, the first part of their names.
const (
	aeadUse   = "aead:"
	macUse    = "mac:"
	pepperUse = "pepper:"
)

var (
	// ErrNextExists: keys were added before and are not promoted yet.
	ErrNextExists = errors.New("keys were added already; promote them first")
	// ErrNoNext: there are no keys that were added and not promoted.
	ErrNoNext = errors.New("no key waits to be promoted; add keys first")
	// ErrNotOld: the key is current or next, or is not in the keyset.
	ErrNotOld = errors.New("no old key of that name")
)

// SealedBy names the key that a sealed value was sealed with, by its first bytes (Tink's output prefix).
func SealedBy(sealed []byte) string { return aeadUse + prefixed(sealed) }

// TaggedBy names the key that a tag was made with, by its first bytes.
func TaggedBy(tag []byte) string { return macUse + prefixed(tag) }

// PepperedBy names a pepper.
func PepperedBy(id string) string { return pepperUse + id }

// markSize is the length of Tink's output prefix: a version byte and the key's id in network order.
const markSize = 5

func prefixed(b []byte) string {
	if len(b) < markSize || b[0] != 1 {
		return "unknown"
	}
	return number(binary.BigEndian.Uint32(b[1:]))
}

func mark(id uint32) []byte { return binary.BigEndian.AppendUint32([]byte{1}, id) }

func number(id uint32) string { return strconv.FormatUint(uint64(id), 10) }

// SealMark is how every value begins that is sealed with the current key.
func (k *Keyset) SealMark() []byte { return mark(k.sealing.KeysetInfo().GetPrimaryKeyId()) }

// TagMark is how every tag begins that is made with the current key.
func (k *Keyset) TagMark() []byte { return mark(k.tagging.KeysetInfo().GetPrimaryKeyId()) }

// Keys names all keys of the keyset.
func (k *Keyset) Keys() []Key {
	var keys []Key
	waiting := next{}
	if k.file.Next != nil {
		waiting = *k.file.Next
	}
	add := func(name string, isCurrent, isNext bool) {
		state := KeyOld
		switch {
		case isCurrent:
			state = KeyCurrent
		case isNext:
			state = KeyNext
		}
		keys = append(keys, Key{Name: name, State: state})
	}
	for _, info := range k.sealing.KeysetInfo().GetKeyInfo() {
		add(aeadUse+number(info.GetKeyId()), info.GetKeyId() == k.sealing.KeysetInfo().GetPrimaryKeyId(), info.GetKeyId() == waiting.AEAD)
	}
	for _, info := range k.tagging.KeysetInfo().GetKeyInfo() {
		add(macUse+number(info.GetKeyId()), info.GetKeyId() == k.tagging.KeysetInfo().GetPrimaryKeyId(), info.GetKeyId() == waiting.MAC)
	}
	for i, p := range k.file.Peppers {
		add(pepperUse+p.ID, i == 0, p.ID == waiting.Pepper)
	}
	return keys
}

// Add returns the keyset with a new key for each use, which reads from now on and writes once it is promoted.
// Errors: ErrNextExists.
func (k *Keyset) Add() (*Keyset, error) {
	if k.file.Next != nil {
		return nil, ErrNextExists
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

// Promote returns the keyset with the keys current that were added. Errors: ErrNoNext.
func (k *Keyset) Promote() (*Keyset, error) {
	if k.file.Next == nil {
		return nil, ErrNoNext
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
	f.Next = nil
	return open(f)
}

// Remove returns the keyset without an old key. What was made with it can then never be read again. Errors: ErrNotOld.
func (k *Keyset) Remove(name string) (*Keyset, error) {
	if !slices.Contains(k.Keys(), Key{Name: name, State: KeyOld}) {
		return nil, fmt.Errorf("%w: %s", ErrNotOld, name)
	}
	f := k.file
	if id, ok := strings.CutPrefix(name, pepperUse); ok {
		f.Peppers = slices.DeleteFunc(slices.Clone(f.Peppers), func(p Pepper) bool { return p.ID == id })
		return open(f)
	}
	use, digits, _ := strings.Cut(name, ":")
	id, err := strconv.ParseUint(digits, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", ErrNotOld, name)
	}
	of, into := k.sealing, &f.AEAD
	if use+":" == macUse {
		of, into = k.tagging, &f.MAC
	}
	if *into, err = edit(of, func(m *keyset.Manager) error { return m.Delete(uint32(id)) }); err != nil { //nolint:gosec // parsed as 32 bits
		return nil, err
	}
	return open(f)
}

// edit returns the keys of a handle after a change, as they are written down.
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

// IsMAC reports whether a key's name is that of a MAC key.
func IsMAC(name string) bool { return strings.HasPrefix(name, macUse) }
