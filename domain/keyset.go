package domain

import (
	"slices"
	"strings"
)

// KeysetKey is the public part of one key of the keyset: its name and its state.
type KeysetKey struct {
	// Name is the key's use and id, such as "aead:1234", "mac:1234" or "pepper:ab12".
	Name  string
	State KeysetKeyState
}

// The uses of keys, which are the prefixes of their names. The names are stored with the leases of replicas.
const (
	KeysetAEAD   = "aead:"   // encrypts stored values
	KeysetMAC    = "mac:"    // tags email indexes, refresh tokens, device tokens and audit checkpoints
	KeysetPepper = "pepper:" // part of every password hash
)

// KeysetKeyState is a key's state of use. Every key of a keyset reads the values that were written with it.
type KeysetKeyState string

// The states of a key.
const (
	KeysetKeyPrimary KeysetKeyState = "primary" // writes new values
	KeysetKeyNext    KeysetKeyState = "next"    // was added and not promoted yet
	KeysetKeyOld     KeysetKeyState = "old"     // was primary before another key was promoted
	// KeysetKeyMissing: stored values name the key, but the keyset does not contain it. The service cannot read those values.
	KeysetKeyMissing KeysetKeyState = "MISSING"
)

// IsMAC reports whether the key computes tags.
func (k KeysetKey) IsMAC() bool { return strings.HasPrefix(k.Name, KeysetMAC) }

// KeysetKeys are keys of one keyset.
type KeysetKeys []KeysetKey

// Names returns the names of the keys in any of the states, in the order of the keys.
func (all KeysetKeys) Names(states ...KeysetKeyState) []string {
	names := []string{}
	for _, k := range all {
		if slices.Contains(states, k.State) {
			names = append(names, k.Name)
		}
	}
	return names
}

// KeysetReplica is a running replica of the service and the names of the keys in its keyset.
type KeysetReplica struct {
	ID ID
	// Reads are the keys that the replica can read with, Writes those that it writes new values with.
	Reads, Writes []string
}

// CanRead reports whether the replica can read what was written with any of the keys.
func (r KeysetReplica) CanRead(keys []string) bool { return containsAll(r.Reads, keys) }

// WritesOnlyWith reports whether the replica writes new values with no other key than these.
func (r KeysetReplica) WritesOnlyWith(keys []string) bool { return containsAll(keys, r.Writes) }

func containsAll(all, some []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(all, s) })
}
