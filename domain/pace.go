package domain

import "time"

// Pace lets Burst events pass immediately, and then one every Every: a token bucket. Its whole state is one time, until which the
// events that have passed have used it up (the generic cell rate algorithm, ITU-T I.371).
type Pace struct {
	Every time.Duration
	Burst int
}

// DueAt returns when the next event may pass; any time up to now means immediately.
func (p Pace) DueAt(usedUntil time.Time) time.Time {
	return usedUntil.Add(-time.Duration(p.Burst-1) * p.Every)
}

// Take lets one event pass at now, if it is due.
func (p Pace) Take(usedUntil, now time.Time) (after time.Time, passes bool) {
	if now.Before(p.DueAt(usedUntil)) {
		return usedUntil, false
	}
	if usedUntil.Before(now) {
		usedUntil = now
	}
	return usedUntil.Add(p.Every), true
}

// UnverifiedPace bounds the messages to email addresses that were never verified. Any client can cause them, to any address.
type UnverifiedPace struct {
	// All is the pace of the whole service.
	All Pace
	// Network is the pace of each wide network from which the messages are requested (WideNetwork).
	Network Pace
}

// UnverifiedPace returns the pace for a number of messages a minute. The service sends what it saved in 5 seconds without a wait,
// a network 20 messages.
func (p RateLimitPolicy) UnverifiedPace() UnverifiedPace {
	perMinute := p.UnverifiedPerMinute
	return UnverifiedPace{
		All:     Pace{Every: time.Minute / time.Duration(perMinute), Burst: max(perMinute/12, 1)},
		Network: Pace{Every: time.Minute, Burst: 20},
	}
}
