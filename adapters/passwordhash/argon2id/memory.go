// Package argon2id computes Argon2id (RFC 9106) of one lane with the vector instructions of the processor, in reusable memory.
// Without such instructions, and for more lanes, it uses golang.org/x/crypto/argon2.
package argon2id

import "golang.org/x/crypto/argon2"

// Memory is the memory that hashes are computed in, one at a time: it is not safe for concurrent use. Consecutive hashes reuse
// it.
type Memory struct {
	implementation Implementation
	maxKept        uint32 // KiB
	// kept are the blocks for all hashes of at most maxKept KiB. used are the blocks that contain data of the last hash.
	kept, used []block
}

// NewMemory returns a memory that allocates nothing before the first hash and keeps at most size KiB after it. A larger hash
// allocates its own memory, which is released by the next Key or Wipe. With the generic implementation every hash allocates its
// own memory and releases it at its end.
func NewMemory(i Implementation, size uint32) *Memory {
	return &Memory{implementation: i, maxKept: size}
}

// Key computes a hash of length bytes in time passes over size KiB with the given number of lanes. It returns the same as
// argon2.IDKey of golang.org/x/crypto, and like it panics if there are no passes, lanes or bytes. Intermediate data stays in the
// memory until the next Key or Wipe.
func (m *Memory) Key(password, salt []byte, time, size uint32, lanes uint8, length uint32) []byte {
	if m.implementation.fill == nil || time == 0 || lanes != 1 || length == 0 {
		m.Wipe()
		return argon2.IDKey(password, salt, time, size, lanes, length)
	}
	blocks := m.allocate(max(size/slicesPerLane, minSegment) * slicesPerLane)
	l := &lane{kernel: m.implementation.kernel, passes: time, blocks: blocks}
	return l.key(password, salt, size, length)
}

// Wipe clears the data of the last hash. With the first blocks alone, an attacker could test passwords without filling a memory.
// Between two hashes of the same size a wipe is unnecessary, because the second writes to every block.
func (m *Memory) Wipe() {
	clear(m.used)
	m.used = nil
}

// allocate returns the blocks for a hash. They may contain data of the last one.
func (m *Memory) allocate(blocks uint32) []block {
	if int(blocks) != len(m.used) {
		m.Wipe()
		m.used = m.allocateZeroed(blocks)
	}
	return m.used
}

// allocateZeroed returns blocks that contain only zeros: kept ones if there are enough.
func (m *Memory) allocateZeroed(blocks uint32) []block {
	if int(blocks) <= len(m.kept) {
		return m.kept[:blocks]
	}
	made := make([]block, blocks)
	if blocks <= m.maxKept {
		m.kept = made
	}
	return made
}
