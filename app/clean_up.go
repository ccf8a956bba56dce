package app

import (
	"context"
	"fmt"
	"time"
)

const (
	// abandonedAfter is how long a signup waits for its verification.
	abandonedAfter = 7 * 24 * time.Hour
	// expiredKept is how long ended sessions and expired links stay, so that a late use of one can still be told apart.
	expiredKept = 24 * time.Hour
	// cleanUpBatch bounds how much one statement removes, so that none runs long.
	cleanUpBatch = 1000
)

// CleanUp removes what nobody can use any more: abandoned signups, expired links, sessions past their absolute limit, ends
// of sessions that nobody reads of any more, and forgotten counts.
func (a *App) CleanUp(ctx context.Context) error {
	r, now := a.Store.Repos(), a.Now()
	sweeps := []struct {
		what   string
		before time.Time
		remove func(context.Context, time.Time, int) (int, error)
	}{
		{"abandoned signups", now.Add(-abandonedAfter), r.Accounts.RemoveAbandoned},
		{"expired links", now.Add(-expiredKept), r.Links.RemoveExpired},
		{"forgotten counts", now, r.Throttle.RemoveForgotten},
		{"ends of sessions", now.Add(-expiredKept), r.Sessions.ForgetEnds},
		{"expired sessions", now.Add(-expiredKept), r.Sessions.RemoveExpired},
	}
	for _, s := range sweeps {
		for removed := cleanUpBatch; removed == cleanUpBatch; {
			var err error
			if removed, err = s.remove(ctx, s.before, cleanUpBatch); err != nil {
				return fmt.Errorf("remove %s: %w", s.what, err)
			}
		}
	}
	return nil
}
