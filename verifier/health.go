package verifier

import "time"

// Outcome is the result of a Verify.
type Outcome string

// The outcomes.
const (
	Accepted    Outcome = "accepted"
	Invalid     Outcome = "invalid"
	Revoked     Outcome = "revoked"
	Unavailable Outcome = "unavailable"
)

// Health is the state of a Verifier.
type Health struct {
	// Err is nil while Verify accepts valid tokens, and otherwise says why it does not.
	Err error
	// IsStale reports that the feed of revocations is older than MaxStaleness, or was never read. With FailOpen, Err is nil then.
	IsStale bool
	// Staleness is how long ago the feed was complete, or 0 if it was never read.
	Staleness time.Duration
	// FeedErr is why the connection to the feed is interrupted, and KeysErr why the last read of the keys failed.
	FeedErr, KeysErr error
	// Revocations is the number of revoked sessions in memory, Keys that of public keys.
	Revocations, Keys int
}

// Metrics receives what a Verifier does. Its methods are called by many goroutines and must return quickly.
type Metrics interface {
	// Verified is called with the outcome of each Verify.
	Verified(Outcome)
	// Checked is called every second while Run runs.
	Checked(Health)
}

type noMetrics struct{}

func (noMetrics) Verified(Outcome) {}
func (noMetrics) Checked(Health)   {}
