package app

import (
	"context"
	"fmt"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// maxListedRevocations is how many revocations a page contains at most.
const maxListedRevocations = 1000

// RevocationPage is a page of the list of recent revocations.
type RevocationPage struct {
	Found []domain.Revocation
	// From is the beginning of the list: the access tokens of sessions revoked before it have expired.
	From time.Time
	// Settled is the time until which the list no longer changes.
	Settled time.Time
	// Next is the cursor of the next page. More reports that this page was full, so the next one can be read immediately.
	Next domain.RevocationCursor
	More bool
}

// ListRevocations returns the next page of the sessions revoked within the last lifetime of an access token, at most 1000.
// A reader that follows Next misses no revocation and finds those of the last minute again each time. A cursor from before
// the list's beginning reads from there.
func (a *Authentication) ListRevocations(ctx context.Context, since domain.RevocationCursor) (RevocationPage, error) {
	now := a.now()
	began := since.ReadingSince
	if began.IsZero() || began.After(now) {
		began = now
	}
	page := RevocationPage{
		From:    now.Add(-a.tokens.revocationLifetime()),
		Settled: began.Add(-domain.RevocationSettling),
	}
	after := since.After
	if after.At.Before(page.From) {
		after = domain.RevocationPosition{At: page.From}
	}
	var err error
	if page.Found, err = a.store.Repos().Sessions.ListRevocations(ctx, after, maxListedRevocations); err != nil {
		return RevocationPage{}, fmt.Errorf("list revocations: %w", err)
	}
	page.Next.After.At = page.Settled
	if n := len(page.Found); n == maxListedRevocations {
		page.More = true
		page.Next = domain.RevocationCursor{After: page.Found[n-1].Position(), ReadingSince: began}
	}
	return page, nil
}

// After returns the cursor for a reader that has read the page up to r and not further.
func (p RevocationPage) After(r domain.Revocation) domain.RevocationCursor {
	if p.Settled.Before(r.RevokedAt) {
		return domain.RevocationCursor{After: domain.RevocationPosition{At: p.Settled}}
	}
	return domain.RevocationCursor{After: r.Position()}
}
