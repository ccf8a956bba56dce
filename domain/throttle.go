package domain

import "time"

// BudgetScope is what a budget counts.
type BudgetScope string

// The scopes of budgets.
const (
	// ScopePassword counts wrong passwords in a row for one address, from strangers together or from one device.
	ScopePassword BudgetScope = "password"
	// ScopePasswordNetwork and ScopePasswordService count wrong passwords from one network, and all of them.
	ScopePasswordNetwork BudgetScope = "password_network"
	ScopePasswordService BudgetScope = "password_service"
	// ScopeRequestNetwork and ScopeRequestService count signups and requests for mail from one network, and all of them.
	ScopeRequestNetwork BudgetScope = "request_network"
	ScopeRequestService BudgetScope = "request_service"
	// ScopeMailBurst and ScopeMailDay count the letters of one kind to one address.
	ScopeMailBurst BudgetScope = "mail_burst"
	ScopeMailDay   BudgetScope = "mail_day"
)

// Budget limits how often something may happen. With a FirstBackoff it counts what happens in a row: each time at or beyond
// the limit it is closed for a while that doubles. Without one it counts in fixed windows and is closed until the window's
// end.
type Budget struct {
	Scope   BudgetScope
	Subject string // whose budget it is: a keyed pseudonym, empty for the whole service
	Part    string // tells apart the budgets of one subject
	// Limit is how often it may happen before the budget closes.
	Limit int
	// Window is the length of a window, or how long after the last time a row of times is forgotten.
	Window time.Duration
	// FirstBackoff is how long the budget is closed at the limit, LongestBackoff how long at most.
	FirstBackoff, LongestBackoff time.Duration
	// DisableAt is the count at which the budget closes until it is restored; 0 is never.
	DisableAt int
}

// Spending is what storage keeps of a budget. The zero value is an untouched one.
type Spending struct {
	Count       int
	ClosedUntil time.Time
	ForgottenAt time.Time
}

// Take counts one more at now, unless the budget is closed.
func (b Budget) Take(s Spending, now time.Time) (after Spending, taken bool) {
	if !now.Before(s.ForgottenAt) {
		s = Spending{ForgottenAt: now.Add(b.Window)}
	}
	if now.Before(s.ClosedUntil) || b.isDisabled(s.Count) {
		return s, false
	}
	s.Count++
	if b.FirstBackoff > 0 {
		s.ForgottenAt = now.Add(b.Window)
	}
	if s.Count >= b.Limit {
		s.ClosedUntil = b.closedUntil(s, now)
	}
	return s, true
}

// GiveBack takes back one that did not happen after all.
func (b Budget) GiveBack(s Spending) Spending {
	s.Count = max(s.Count-1, 0)
	if s.Count < b.Limit {
		s.ClosedUntil = time.Time{}
	}
	return s
}

// IsShared reports whether people who have nothing to do with one another count in the budget.
func (b Budget) IsShared() bool {
	switch b.Scope {
	case ScopePasswordNetwork, ScopePasswordService, ScopeRequestNetwork, ScopeRequestService:
		return true
	default:
		return false
	}
}

func (b Budget) isDisabled(count int) bool { return b.DisableAt > 0 && count >= b.DisableAt }

// backoffDoublings bounds the doubling, far beyond any LongestBackoff.
const backoffDoublings = 20

func (b Budget) closedUntil(s Spending, now time.Time) time.Time {
	if b.FirstBackoff == 0 {
		return s.ForgottenAt
	}
	return now.Add(min(b.FirstBackoff<<min(s.Count-b.Limit, backoffDoublings), b.LongestBackoff))
}

// Allowance is what came of taking from budgets: from all of them, or from none.
type Allowance struct {
	Granted bool
	// Disabled: refused until the budget is restored, however long one waits.
	Disabled bool
	// Count is how often the first budget was taken from, this time included; 0 if refused.
	Count int
	// Limit and Remaining are those of the first budget that refused, or of the first one if none did.
	Limit, Remaining int
	// ClosedUntil is when trying again makes sense, zero if it does right away.
	ClosedUntil time.Time
}

// NewAllowance sums up what taking from the budgets left of them. refused is the index of the first budget that refused, or -1.
func NewAllowance(budgets []Budget, left []Spending, refused int) Allowance {
	if len(budgets) == 0 {
		return Allowance{Granted: true}
	}
	if refused < 0 {
		b, s := budgets[0], left[0]
		return Allowance{Granted: true, Count: s.Count, Limit: b.Limit, Remaining: max(b.Limit-s.Count, 0), ClosedUntil: s.ClosedUntil}
	}
	b, s := budgets[refused], left[refused]
	return Allowance{Disabled: b.isDisabled(s.Count), Limit: b.Limit, ClosedUntil: s.ClosedUntil}
}

// ThrottlePolicy sets the budgets. A limit of 0 is none.
type ThrottlePolicy struct {
	// Failures is how many wrong passwords in a row an address, or a device, is allowed before it has to wait.
	Failures                     int
	FirstBackoff, LongestBackoff time.Duration
	// DisableAt is after how many wrong passwords in a row the password is worth nothing until it is reset
	// (NIST SP 800-63B-4, section 3.2.2: at most 100).
	DisableAt int
	// NetworkFailures and ServiceFailures are how many wrong passwords strangers may try in a Window from one network, and
	// altogether.
	NetworkFailures, ServiceFailures int
	// NetworkRequests and ServiceRequests are how many signups and requests for mail there may be in a Window.
	NetworkRequests, ServiceRequests int
	Window                           time.Duration
	// MailBurst and MailDay are how many letters of one kind an address gets in a MailWindow and in a day.
	MailBurst, MailDay int
	MailWindow         time.Duration
}

const (
	failuresRemembered = 30 * 24 * time.Hour
	day                = 24 * time.Hour
)

// DefaultThrottlePolicy is used unless the settings say otherwise.
func DefaultThrottlePolicy() ThrottlePolicy {
	return ThrottlePolicy{
		Failures: 5, FirstBackoff: 30 * time.Second, LongestBackoff: time.Hour, DisableAt: 100,
		NetworkFailures: 100, ServiceFailures: 10_000, NetworkRequests: 100, ServiceRequests: 10_000, Window: 10 * time.Minute,
		MailBurst: 3, MailDay: 10, MailWindow: 15 * time.Minute,
	}
}

// Guess says who tries a password and for whom.
type Guess struct {
	Address EmailIndex
	// Device is set if the guess comes from a device that has signed in before. It then has a budget of its own and is no
	// part of the others', so that strangers cannot lock the owner out.
	Device DeviceID
	// Network is the keyed pseudonym of the client's network.
	Network string
}

// Password is what a guess is counted in.
func (p ThrottlePolicy) Password(g Guess) []Budget {
	own := Budget{
		Scope: ScopePassword, Subject: string(g.Address), Limit: p.Failures, Window: failuresRemembered,
		FirstBackoff: p.FirstBackoff, LongestBackoff: p.LongestBackoff, DisableAt: p.DisableAt,
	}
	if !g.Device.IsZero() {
		own.Part = string(g.Device.ID[:])
		return []Budget{own}
	}
	return append([]Budget{own}, limited(
		Budget{Scope: ScopePasswordNetwork, Subject: g.Network, Limit: p.NetworkFailures, Window: p.Window},
		Budget{Scope: ScopePasswordService, Limit: p.ServiceFailures, Window: p.Window},
	)...)
}

// Requests is what a signup or a request for mail is counted in.
func (p ThrottlePolicy) Requests(network string) []Budget {
	return limited(
		Budget{Scope: ScopeRequestNetwork, Subject: network, Limit: p.NetworkRequests, Window: p.Window},
		Budget{Scope: ScopeRequestService, Limit: p.ServiceRequests, Window: p.Window},
	)
}

// Mail is what a letter to an address is counted in.
func (p ThrottlePolicy) Mail(address EmailIndex, template MailTemplate) []Budget {
	return limited(
		Budget{Scope: ScopeMailBurst, Subject: string(address), Part: string(template), Limit: p.MailBurst, Window: p.MailWindow},
		Budget{Scope: ScopeMailDay, Subject: string(address), Part: string(template), Limit: p.MailDay, Window: day},
	)
}

func limited(budgets ...Budget) []Budget {
	var set []Budget
	for _, b := range budgets {
		if b.Limit > 0 {
			set = append(set, b)
		}
	}
	return set
}

// Limited is a fault together with what is left of the budget that it was counted in.
type Limited struct {
	Fault            *Error
	Limit, Remaining int
	// RetryAfter is how long to wait, 0 for not at all.
	RetryAfter time.Duration
}

// Error is the fault's text.
func (l *Limited) Error() string { return l.Fault.Error() }

// Unwrap lets errors.Is and errors.As see the fault.
func (l *Limited) Unwrap() error { return l.Fault }

// Limited joins the fault to what the allowance leaves at now.
func (a Allowance) Limited(fault *Error, now time.Time) *Limited {
	return &Limited{Fault: fault, Limit: a.Limit, Remaining: a.Remaining, RetryAfter: max(a.ClosedUntil.Sub(now), 0)}
}

// Refusal is the fault of an allowance that was not granted.
func (a Allowance) Refusal(now time.Time) *Limited {
	if a.Disabled {
		return a.Limited(ErrPasswordDisabled, now)
	}
	return a.Limited(ErrTooManyAttempts, now)
}
