package domain

import "time"

// Limits of the grace period, the time between the termination of an account and its erasure.
const (
	DefaultTerminationGrace = 14 * 24 * time.Hour
	// TerminationGraceMax keeps the grace period within the three months that a controller has at most to act on a request for
	// erasure (GDPR, article 12, paragraph 3).
	TerminationGraceMax = 90 * 24 * time.Hour
)

// CancellableUntil is when a terminated account's grace period ends. From then on the account may be erased.
func (u User) CancellableUntil(grace time.Duration) time.Time { return u.TerminatedAt.Add(grace) }

// IsCancellable reports whether the account holder can still cancel the termination at now.
func (u User) IsCancellable(grace time.Duration, now time.Time) bool {
	return u.IsTerminated && now.Before(u.CancellableUntil(grace))
}
