package ports

import "time"

// Backlog is what waits in the database, which all replicas share, and the age of the signing key.
type Backlog struct {
	Jobs []JobCount
	// UnchainedAge is how long the oldest audit event has waited for its chain entry; 0 if none waits.
	UnchainedAge time.Duration
	// SigningKeyAge is how long the active signing key has been signing.
	SigningKeyAge time.Duration
}

// JobCount counts the unfinished jobs of one kind in one state.
type JobCount struct {
	Kind, State string
	Count       int
	// OldestAge is how long ago the oldest of them was enqueued.
	OldestAge time.Duration
}
