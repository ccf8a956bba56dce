package argon2id

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"

	"golang.org/x/crypto/argon2"
)

// ErrWrongHash: an implementation computed another hash than Argon2id's.
var ErrWrongHash = errors.New("computes wrong Argon2id hashes")

// referenceProof is a hash of the reference implementation's test suite (P-H-C/phc-winner-argon2, test.c: Argon2id, version 0x13,
// one lane).
const (
	referenceTime = 2
	referenceSize = 256 // KiB
	referenceKey  = "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe"
)

// The random hash is large enough for a segment to need two blocks of addresses, and has passes that overwrite blocks.
const (
	randomTime = 3
	randomSize = 1024 // KiB
)

// Proven returns i if it computes a published hash, and the hash of a random password as golang.org/x/crypto computes it. Else it
// returns the generic implementation and ErrWrongHash. It takes a few milliseconds. It detects wrong hashes, not crashes: an
// instruction that the processor does not execute ends the process.
func Proven(i Implementation) (Implementation, error) {
	if err := i.prove(); err != nil {
		return Implementation{}, fmt.Errorf("%s %w", i, err)
	}
	return i, nil
}

// prove computes both hashes in one memory, as consecutive hashes of the service do.
func (i Implementation) prove() error {
	m := NewMemory(i, randomSize)
	defer m.Wipe()
	reference := m.Key([]byte("password"), []byte("somesalt"), referenceTime, referenceSize, 1, 32)
	if hex.EncodeToString(reference) != referenceKey {
		return fmt.Errorf("%w: of the reference implementation's password", ErrWrongHash)
	}
	password, salt := []byte(rand.Text()), []byte(rand.Text())
	want := argon2.IDKey(password, salt, randomTime, randomSize, 1, 32)
	if !bytes.Equal(m.Key(password, salt, randomTime, randomSize, 1, 32), want) {
		return fmt.Errorf("%w: of a random password", ErrWrongHash)
	}
	return nil
}
