package app

import (
	"context"
	"fmt"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

const (
	// countsSettle is how long after its end an hour is still counted: longer than a request, and than the clocks of two replicas
	// differ.
	countsSettle = 5 * time.Minute
	// countsBatch bounds one transaction of RecordAuditCounts.
	countsBatch = 1000
)

// RecordAuditCounts records how many wrong passwords each network sent in the hours that are over, except one alone, which has
// its event. These events contain no user.
func (a *Accounts) RecordAuditCounts(ctx context.Context) error {
	before := domain.AuditHour(a.now().Add(-countsSettle))
	for taken := countsBatch; taken == countsBatch; {
		err := a.store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
			counts, err := r.Audit.TakeCounts(ctx, before, countsBatch)
			if taken = len(counts); err != nil || taken == 0 {
				return err
			}
			var events []domain.AuditEvent
			for _, c := range counts {
				if c.Count > 1 {
					events = append(events, a.events.new(c.Kind, domain.AuditEvent{Network: c.Network, Count: c.Count}))
				}
			}
			return r.Audit.Record(ctx, events...)
		})
		if err != nil {
			return fmt.Errorf("record the counts of audit events: %w", err)
		}
	}
	return nil
}
