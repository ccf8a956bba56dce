package domain

import "time"

// RateLimitScope is what a rate limit counts.
type RateLimitScope string

// The scopes of rate limits.
const (
	// ScopePassword counts wrong passwords in a row for one email address by the clients of one wide network without a known
	// device, ScopeDevice those of one known device.
	ScopePassword RateLimitScope = "password"
	ScopeDevice   RateLimitScope = "password_device"
	// ScopeAttempts and ScopeDeviceAttempts count all attempts of the same, right or wrong.
	ScopeAttempts       RateLimitScope = "attempts"
	ScopeDeviceAttempts RateLimitScope = "attempts_device"
	// ScopeShare counts the same in a row as ScopePassword, and bounds what one wide network contributes to ScopeMonthly.
	ScopeShare RateLimitScope = "password_share"
	// ScopeDaily and ScopeMonthly count wrong passwords for one email address by all clients without a known device.
	ScopeDaily   RateLimitScope = "password_day"
	ScopeMonthly RateLimitScope = "password_month"
	// ScopePasswordClient, ScopePasswordSite and ScopePasswordNetwork count wrong passwords without a known device from one network,
	// by its level: IPv4 /32 or IPv6 /64; IPv6 /56; IPv4 /24 or IPv6 /48.
	ScopePasswordClient  RateLimitScope = "password_client"
	ScopePasswordSite    RateLimitScope = "password_site"
	ScopePasswordNetwork RateLimitScope = "password_network"
	// ScopeRequestClient, ScopeRequestSite and ScopeRequestNetwork count signups and requests for a message in the same way.
	ScopeRequestClient  RateLimitScope = "request_client"
	ScopeRequestSite    RateLimitScope = "request_site"
	ScopeRequestNetwork RateLimitScope = "request_network"
	// ScopeMessageDevice counts the messages that one known device requests outside of the spacing.
	ScopeMessageDevice RateLimitScope = "message_device"
)

// RateLimit limits how often something may happen. With a MinBackoff it counts events in a row: each event at or beyond Limit
// blocks the counter, twice as long each time. Without a MinBackoff it counts in fixed windows, and a full counter is blocked
// until its window ends. Every block ends by time.
type RateLimit struct {
	Scope   RateLimitScope
	Subject string // whom the limit applies to: a keyed pseudonym or a random id
	Part    string // distinguishes the counters of one subject
	// Limit is the number of events that blocks the counter.
	Limit int
	// Window is the length of a fixed window or, with a MinBackoff, how long after its last event a counter expires.
	Window time.Duration
	// MinBackoff is how long the counter is blocked at the limit, MaxBackoff the longest that it is blocked.
	MinBackoff, MaxBackoff time.Duration
	// CountsSuccess: an attempt counts although the password was right.
	CountsSuccess bool
}

// Counter is the stored state of a rate limit. The zero value has counted nothing.
type Counter struct {
	Count        int
	BlockedUntil time.Time
	ExpiresAt    time.Time
}

// Spend counts one event at now, unless the counter is blocked. A window begins with the first event that was not refunded:
// otherwise its end would reveal when the account holder gave the right password.
func (r RateLimit) Spend(c Counter, now time.Time) (after Counter, spent bool) {
	if c.Count == 0 || !now.Before(c.ExpiresAt) {
		c = Counter{ExpiresAt: now.Add(r.Window)}
	}
	if now.Before(c.BlockedUntil) {
		return c, false
	}
	c.Count++
	if r.MinBackoff > 0 {
		c.ExpiresAt = now.Add(r.Window)
	}
	if c.Count >= r.Limit {
		c.BlockedUntil = r.blockedUntil(c, now)
	}
	return c, true
}

// Refund removes one event that was counted but did not happen.
func (r RateLimit) Refund(c Counter) Counter {
	c.Count = max(c.Count-1, 0)
	if c.Count < r.Limit {
		c.BlockedUntil = time.Time{}
	}
	return c
}

// Succeed returns the counter after the attempt that it counted turned out to be right: events in a row begin again at 0, and a
// window loses this one event. A counter that CountsSuccess does not change.
func (r RateLimit) Succeed(c Counter) Counter {
	switch {
	case r.CountsSuccess:
		return c
	case r.MinBackoff > 0:
		return Counter{ExpiresAt: c.ExpiresAt}
	default:
		return r.Refund(c)
	}
}

// IsShared reports whether unrelated clients share the counter.
func (r RateLimit) IsShared() bool {
	switch r.Scope {
	case ScopePasswordClient, ScopePasswordSite, ScopePasswordNetwork, ScopeRequestClient, ScopeRequestSite, ScopeRequestNetwork:
		return true
	default:
		return false
	}
}

// backoffDoublings keeps the shift in blockedUntil from overflowing. It is far above the doublings that reach any MaxBackoff.
const backoffDoublings = 20

func (r RateLimit) blockedUntil(c Counter, now time.Time) time.Time {
	if r.MinBackoff == 0 {
		return c.ExpiresAt
	}
	return now.Add(min(r.MinBackoff<<min(c.Count-r.Limit, backoffDoublings), r.MaxBackoff))
}

// Decision is the result of spending from several rate limits: all of them are spent, or none.
type Decision struct {
	Allowed bool
	// Scope is that of the first limit that refused, or of the first limit if none refused; empty without limits.
	Scope RateLimitScope
	// Count is the first limit's count, this event included; 0 if refused.
	Count int
	// Limit and Remaining are those of the first limit that refused, or of the first limit if none refused.
	Limit, Remaining int
	// BlockedUntil is when the client can try again; zero if it need not wait.
	BlockedUntil time.Time
}

// NewDecision summarizes the counters after spending from the limits. refused is the index of the first limit that refused,
// or -1.
func NewDecision(limits []RateLimit, counters []Counter, refused int) Decision {
	if len(limits) == 0 {
		return Decision{Allowed: true}
	}
	if refused < 0 {
		r, c := limits[0], counters[0]
		return Decision{
			Allowed: true, Scope: r.Scope, Count: c.Count,
			Limit: r.Limit, Remaining: max(r.Limit-c.Count, 0), BlockedUntil: c.BlockedUntil,
		}
	}
	r, c := limits[refused], counters[refused]
	return Decision{Scope: r.Scope, Limit: r.Limit, BlockedUntil: c.BlockedUntil}
}

// RateLimitPolicy sets the rate limits. A limit of 0 is disabled.
type RateLimitPolicy struct {
	// Attempts is how many wrong passwords in a row, for one email address and from one wide network, start the backoff from
	// MinBackoff to MaxBackoff.
	Attempts               int
	MinBackoff, MaxBackoff time.Duration
	// DailyFailures and MonthlyFailures are how many wrong passwords the clients without a known device may send for one email
	// address in a day and in 30 days. DeviceFailures is how many in a row a known device may send; then it must wait for 30 days or
	// become known again, by a password reset. MonthlyFailures and DeviceFailures together are at most 100 (NIST SP 800-63B-4,
	// section 3.2.2).
	DailyFailures, MonthlyFailures, DeviceFailures int
	// NetworkShare is how many wrong passwords in a row one wide network may send; then it must wait for 30 days. Without it, one
	// client that waits out each block would use the MonthlyFailures up and keep the account holder's new devices out.
	NetworkShare int
	// AttemptsPerWindow is how many attempts, right or wrong, there may be within a Window for one email address, from one wide
	// network or from one known device: right ones cost a password hash, too.
	AttemptsPerWindow int
	// NetworkFailures is how many wrong passwords the clients without a known device of the narrowest network may send within a
	// Window. NetworkRequests is the same for signups and requests for a message.
	NetworkFailures, NetworkRequests int
	Window                           time.Duration
	// MessageBurst is how many messages of one template an email address receives in a day before they are spaced
	// (MessageSpacing).
	MessageBurst int
	// DeviceMessages is how many messages the known devices of a user may request in a day outside of the spacing.
	DeviceMessages int
	// UnverifiedPerMinute is how many messages a minute are sent to email addresses that were never verified (UnverifiedPace).
	UnverifiedPerMinute int
}

const (
	day   = 24 * time.Hour
	month = 30 * day
)

// DefaultRateLimitPolicy applies unless the settings say otherwise.
func DefaultRateLimitPolicy() RateLimitPolicy {
	return RateLimitPolicy{
		Attempts: 5, MinBackoff: 30 * time.Second, MaxBackoff: time.Hour, DailyFailures: 50, MonthlyFailures: 80, NetworkShare: 20,
		DeviceFailures: 20, AttemptsPerWindow: 30, NetworkFailures: 100, NetworkRequests: 100, Window: 10 * time.Minute,
		MessageBurst: 3, DeviceMessages: 5, UnverifiedPerMinute: 120,
	}
}

// PasswordAttempt is one try of a password: for which email address, and from which device or network.
type PasswordAttempt struct {
	// Account is the keyed pseudonym of the email address for rate limits. It equals none that an account stores, so that the counters
	// that outlive an erased account do not show who signs up again.
	Account string
	// Device is set if the attempt comes from a known device. The device then has counters of its own and spends from no
	// other, so that other clients cannot lock the account holder out.
	Device DeviceID
	// Networks are the keyed pseudonyms of the client's NetworkLevels, the narrowest first.
	Networks []string
}

// Network is the pseudonym of the client's narrowest network.
func (a PasswordAttempt) Network() string {
	if len(a.Networks) == 0 {
		return ""
	}
	return a.Networks[0]
}

// WideNetwork is the pseudonym of the client's widest network.
func (a PasswordAttempt) WideNetwork() string {
	if len(a.Networks) == 0 {
		return ""
	}
	return a.Networks[len(a.Networks)-1]
}

// PasswordAttempt returns the limits that the attempt spends from. The first one is shown to the client: it counts only what the
// client's own network or device did, so it reveals nothing of others.
func (p RateLimitPolicy) PasswordAttempt(a PasswordAttempt) []RateLimit {
	subject := a.Account
	if !a.Device.IsZero() {
		device := string(a.Device.ID[:])
		return enabled(
			RateLimit{
				Scope: ScopeDevice, Subject: subject, Part: device, Limit: p.DeviceFailures, Window: month, MinBackoff: month, MaxBackoff: month,
			},
			RateLimit{
				Scope: ScopeDeviceAttempts, Subject: subject, Part: device, Limit: p.AttemptsPerWindow, Window: p.Window, CountsSuccess: true,
			},
		)
	}
	return append(enabled(
		RateLimit{
			Scope: ScopePassword, Subject: subject, Part: a.WideNetwork(), Limit: p.Attempts, Window: month,
			MinBackoff: p.MinBackoff, MaxBackoff: p.MaxBackoff,
		},
		RateLimit{
			Scope: ScopeAttempts, Subject: subject, Part: a.WideNetwork(), Limit: p.AttemptsPerWindow, Window: p.Window, CountsSuccess: true,
		},
		RateLimit{
			Scope: ScopeShare, Subject: subject, Part: a.WideNetwork(), Limit: p.NetworkShare, Window: month,
			MinBackoff: month, MaxBackoff: month,
		},
		RateLimit{Scope: ScopeDaily, Subject: subject, Limit: p.DailyFailures, Window: day},
		RateLimit{Scope: ScopeMonthly, Subject: subject, Limit: p.MonthlyFailures, Window: month},
	), p.failures(a.Networks)...)
}

func (p RateLimitPolicy) failures(networks []string) []RateLimit {
	return p.hierarchy(networks, p.NetworkFailures, ScopePasswordClient, ScopePasswordSite, ScopePasswordNetwork)
}

// Request returns the limits that a signup or a request for a message spends from, for the networks of PasswordAttempt.
func (p RateLimitPolicy) Request(networks []string) []RateLimit {
	return p.hierarchy(networks, p.NetworkRequests, ScopeRequestClient, ScopeRequestSite, ScopeRequestNetwork)
}

// Shares of the hierarchy: a network's limit is that of one of its parts times the share, so that one part cannot use up what
// its neighbors need. An IPv6 customer has a /56 as often as a /64, so a /64 may use half of its /56.
const (
	networkShare = 8
	siteShare    = 2
)

// hierarchy returns a limit for each level of the networks, which multiplies that of the narrowest one.
func (p RateLimitPolicy) hierarchy(networks []string, narrowest int, client, site, network RateLimitScope) []RateLimit {
	at := func(level int, scope RateLimitScope, limit int) RateLimit {
		return RateLimit{Scope: scope, Subject: networks[level], Limit: limit, Window: p.Window}
	}
	switch len(networks) {
	case 0:
		return nil
	case 1: // unknown
		return enabled(at(0, client, narrowest))
	case 2: // IPv4
		return enabled(at(0, client, narrowest), at(1, network, networkShare*narrowest))
	default: // IPv6
		return enabled(
			at(0, client, narrowest), at(1, site, siteShare*narrowest), at(2, network, networkShare*siteShare*narrowest),
		)
	}
}

// DeviceMessage returns the limits that a message outside of the spacing spends from, which a known device of the user requested. All
// devices of the user share it: a thief who knows the password could make many.
func (p RateLimitPolicy) DeviceMessage(user UserID) []RateLimit {
	return enabled(RateLimit{Scope: ScopeMessageDevice, Subject: string(user.ID[:]), Limit: p.DeviceMessages, Window: day})
}

func enabled(limits ...RateLimit) []RateLimit {
	var set []RateLimit
	for _, r := range limits {
		if r.Limit > 0 {
			set = append(set, r)
		}
	}
	return set
}

// RateLimitState is what a client sees of the limit that counted its request. The zero value is that of no limit.
type RateLimitState struct {
	Limit, Remaining int
	// RetryAfter is how long the client must wait; 0 if it need not.
	RetryAfter time.Duration
}

// State is the state of the limit at now.
func (d Decision) State(now time.Time) RateLimitState {
	return RateLimitState{Limit: d.Limit, Remaining: d.Remaining, RetryAfter: max(d.BlockedUntil.Sub(now), 0)}
}

// Succeed is the decision after the attempt that it counted turned out to be right. It was Allowed for these limits.
func (d Decision) Succeed(limits []RateLimit) Decision {
	if len(limits) == 0 {
		return d
	}
	after := limits[0].Succeed(Counter{Count: d.Count, BlockedUntil: d.BlockedUntil})
	d.Count, d.Remaining, d.BlockedUntil = after.Count, max(d.Limit-after.Count, 0), after.BlockedUntil
	return d
}

// RateLimitError is an error together with the state of the limit that it was counted in.
type RateLimitError struct {
	Err *Error
	RateLimitState
}

// Error returns the text of Err.
func (e *RateLimitError) Error() string { return e.Err.Error() }

// Unwrap lets errors.Is and errors.As find Err.
func (e *RateLimitError) Unwrap() error { return e.Err }

// Error joins err to the state of the limit at now.
func (d Decision) Error(err *Error, now time.Time) *RateLimitError {
	return &RateLimitError{Err: err, RateLimitState: d.State(now)}
}

// Refusal is the error of a decision that is not Allowed.
func (d Decision) Refusal(now time.Time) *RateLimitError {
	return d.Error(ErrTooManyAttempts, now)
}
