package argon2id

import (
	"encoding/binary"
	"hash"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/blake2b"
)

// typeID is the value y of Argon2id (RFC 9106, section 3.1).
const typeID = 2

// initialHash computes H_0 for one lane, without a secret or associated data (RFC 9106, section 3.2).
func initialHash(password, salt []byte, time, size, length uint32) []byte {
	h, _ := blake2b.New512(nil) // fails only if there is a key
	for _, n := range []uint32{1, length, size, time, argon2.Version, typeID} {
		writeUint32(h, n)
	}
	for _, input := range [][]byte{password, salt, nil, nil} {
		writeUint32(h, uint32(len(input)))
		_, _ = h.Write(input)
	}
	return h.Sum(nil)
}

// longHash fills out with H' of the concatenated inputs (RFC 9106, section 3.3).
func longHash(out []byte, inputs ...[]byte) {
	h := newHash(len(out))
	writeUint32(h, uint32(len(out)))
	for _, input := range inputs {
		_, _ = h.Write(input)
	}
	v := h.Sum(nil)
	for len(out) > blake2b.Size {
		out = out[copy(out, v[:blake2b.Size/2]):]
		h = newHash(len(out))
		_, _ = h.Write(v)
		v = h.Sum(v[:0])
	}
	copy(out, v)
}

func newHash(most int) hash.Hash {
	h, _ := blake2b.New(min(most, blake2b.Size), nil) // fails only if there is a key, or the size is 0
	return h
}

func writeUint32(h hash.Hash, n uint32) {
	_, _ = h.Write(binary.LittleEndian.AppendUint32(nil, n))
}
