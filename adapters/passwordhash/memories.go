package passwordhash

import (
	"sync"
	"time"

	"github.com/siriusys/user-management-service/adapters/passwordhash/argon2id"
)

// idleMemory is how long memory stays when nothing is hashed.
const idleMemory = time.Minute

// memories are those of the slots that compute nothing. There are never more than were in use at once.
type memories struct {
	implementation argon2id.Implementation
	size           uint32 // KiB
	mu             sync.Mutex
	idle           []*argon2id.Memory
	expiry         *time.Timer
}

func newMemories(i argon2id.Implementation, size uint32) *memories {
	m := &memories{implementation: i, size: size}
	m.expiry = time.AfterFunc(idleMemory, m.drop)
	return m
}

// take returns the memory that was used last, which the caches know best, or a new one.
func (m *memories) take() *argon2id.Memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.idle) == 0 {
		return argon2id.NewMemory(m.implementation, m.size)
	}
	last := m.idle[len(m.idle)-1]
	m.idle = m.idle[:len(m.idle)-1]
	return last
}

func (m *memories) put(memory *argon2id.Memory) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.idle = append(m.idle, memory)
	m.expiry.Reset(idleMemory)
}

// drop leaves what is idle to the garbage collector.
func (m *memories) drop() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.idle = nil
}
