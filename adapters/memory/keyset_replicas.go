package memory

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// KeysetReplicas is a ports.KeysetReplicas. Make it with NewKeysetReplicas.
type KeysetReplicas struct {
	mu      sync.Mutex
	running map[domain.ID]leased
	// written is the latest time at which a replica that left, or whose lease ended, may have written with a key, by the
	// key's name.
	written map[string]time.Time
}

type leased struct {
	domain.KeysetReplica
	until time.Time
}

// NewKeysetReplicas makes an empty set of replicas.
func NewKeysetReplicas() *KeysetReplicas {
	return &KeysetReplicas{running: map[domain.ID]leased{}, written: map[string]time.Time{}}
}

// Announce stores a replica or renews its lease.
func (k *KeysetReplicas) Announce(_ context.Context, r domain.KeysetReplica, now time.Time, lease time.Duration) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	announced, known := k.running[r.ID]
	if !known {
		announced.KeysetReplica = r
	}
	announced.until = now.Add(lease)
	k.running[r.ID] = announced
	k.remove(domain.ID{}, now)
	return nil
}

// Leave removes a replica.
func (k *KeysetReplicas) Leave(_ context.Context, id domain.ID, now time.Time) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.remove(id, now)
	return nil
}

// remove removes the replica of that id and those whose leases have ended, and records until when they may have written.
func (k *KeysetReplicas) remove(id domain.ID, now time.Time) {
	for _, r := range k.running {
		if r.ID != id && !r.until.Before(now) {
			continue
		}
		delete(k.running, r.ID)
		last := r.until
		if now.Before(last) {
			last = now
		}
		for _, name := range r.Writes {
			if last.After(k.written[name]) {
				k.written[name] = last
			}
		}
	}
}

// ListRunning lists the replicas whose leases have not ended.
func (k *KeysetReplicas) ListRunning(_ context.Context, now time.Time) (running []domain.KeysetReplica, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, id := range slices.SortedFunc(maps.Keys(k.running), func(a, b domain.ID) int { return bytes.Compare(a[:], b[:]) }) {
		if k.running[id].until.After(now) {
			running = append(running, k.running[id].KeysetReplica)
		}
	}
	return running, nil
}

// lastWritten returns the latest time at which a replica that left may have written with a key, or now if none with that key
// has left.
func (k *KeysetReplicas) lastWritten(keyName string, now time.Time) time.Time {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.remove(domain.ID{}, now)
	if last, known := k.written[keyName]; known {
		return last
	}
	return now
}
