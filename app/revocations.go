package app

import (
	"context"
	"fmt"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// revocationsListed is how many revocations a page shows at most.
const revocationsListed = 1000

// RevocationPage is a part of the list of sessions that ended lately.
type RevocationPage struct {
	Found []domain.Revocation
	// From is the beginning of the list: what ended before it has no token left that anybody accepts.
	From time.Time
	// Settled is until when the list does not change any more.
	Settled time.Time
	// Next is where to read on; at once, if More says that the page was full.
	Next domain.RevocationCursor
	More bool
}

// Revocations reads on in the list of sessions that ended within the last lifetime of an access token, at most 1000. No end
// is missed by following Next, and those of the last minute are found again each time. A cursor from before the list's
// beginning reads from there.
func (a *App) Revocations(ctx context.Context, since domain.RevocationCursor) (RevocationPage, error) {
	now := a.Now()
	began := since.ReadingSince
	if began.IsZero() || began.After(now) {
		began = now
	}
	page := RevocationPage{
		From:    now.Add(-a.Sessions.AccessToken - domain.RevocationSettling),
		Settled: began.Add(-domain.RevocationSettling),
	}
	after := since.After
	if after.At.Before(page.From) {
		after = domain.RevocationMark{At: page.From}
	}
	var err error
	if page.Found, err = a.Store.Repos().Sessions.Ended(ctx, after, revocationsListed); err != nil {
		return RevocationPage{}, fmt.Errorf("read the sessions that ended: %w", err)
	}
	page.Next.After.At = page.Settled
	if n := len(page.Found); n == revocationsListed {
		page.More = true
		page.Next = domain.RevocationCursor{After: page.Found[n-1].Mark(), ReadingSince: began}
	}
	return page, nil
}

// After is where to read on for one who has read the page up to r and not further.
func (p RevocationPage) After(r domain.Revocation) domain.RevocationCursor {
	if p.Settled.Before(r.EndedAt) {
		return domain.RevocationCursor{After: domain.RevocationMark{At: p.Settled}}
	}
	return domain.RevocationCursor{After: r.Mark()}
}
