// Package argon2id computes Argon2id (RFC 9106) of one lane with the vector instructions of the processor, in memory that is
// used again. Without them, and for more lanes, it leaves the work to golang.org/x/crypto/argon2.
package argon2id

import "golang.org/x/crypto/argon2"

// Memory is what hashes are computed in, one at a time: it must not be used by two goroutines at once. It stays from one hash
// to the next.
type Memory struct {
	implementation Implementation
	most           uint32
	// kept are blocks for any hash of at most most KiB, used those that hold something of the last one.
	kept, used []block
}

// NewMemory makes a memory that takes no space before the first hash, and at most size KiB after it. A hash of more KiB gets
// them for itself, until the next Key or Wipe; every hash of the generic implementation does, until its end.
func NewMemory(i Implementation, size uint32) *Memory { return &Memory{implementation: i, most: size} }

// Key is a hash of length bytes, made in time passes over size KiB by a number of lanes. It is what argon2.IDKey of
// golang.org/x/crypto returns, and panics as that does if there are no passes, lanes or bytes. What it is made from stays in the
// memory until the next Key or Wipe.
func (m *Memory) Key(password, salt []byte, time, size uint32, lanes uint8, length uint32) []byte {
	if m.implementation.fill == nil || time == 0 || lanes != 1 || length == 0 {
		m.Wipe()
		return argon2.IDKey(password, salt, time, size, lanes, length)
	}
	l := &lane{kernel: m.implementation.kernel, passes: time, blocks: m.space(max(size/slicesPerLane, leastSegment) * slicesPerLane)}
	return l.key(password, salt, size, length)
}

// Wipe removes what would let guesses at the last password be tested without filling a memory, as the first blocks do. Between
// two hashes of one size it would be in vain: the next one writes to every block.
func (m *Memory) Wipe() {
	clear(m.used)
	m.used = nil
}

// space is for a hash, which may find anything in it.
func (m *Memory) space(blocks uint32) []block {
	if int(blocks) != len(m.used) {
		m.Wipe()
		m.used = m.wiped(blocks)
	}
	return m.used
}

// wiped has blocks in which there are only zeros, kept ones if there are enough.
func (m *Memory) wiped(blocks uint32) []block {
	if int(blocks) <= len(m.kept) {
		return m.kept[:blocks]
	}
	made := make([]block, blocks)
	if blocks <= m.most {
		m.kept = made
	}
	return made
}
