package domain

import "time"

// How long a terminated account waits for its erasure.
const (
	DefaultTerminationGrace = 14 * 24 * time.Hour
	// LongestTerminationGrace keeps the wait within the three months that a controller has at most to act on a request for
	// erasure (GDPR, article 12, paragraph 3).
	LongestTerminationGrace = 90 * 24 * time.Hour
)

// ReversibleUntil is when a terminated account's grace is over, from which on it is erased.
func (u User) ReversibleUntil(grace time.Duration) time.Time { return u.TerminatedAt.Add(grace) }

// IsReversible reports whether the owner of a terminated account may still get it back at now.
func (u User) IsReversible(grace time.Duration, now time.Time) bool {
	return u.IsTerminated && now.Before(u.ReversibleUntil(grace))
}
