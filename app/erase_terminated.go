package app

import (
	"context"
	"fmt"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// eraseBatch bounds one transaction of EraseTerminated.
const eraseBatch = 100

// EraseTerminated erases the personal data of every account whose grace period after its termination is over. It passes each
// batch to erased once the batch is durable. The ids and times of the accounts stay, so that references to them stay valid.
// The email addresses can sign up again.
func (a *Accounts) EraseTerminated(ctx context.Context, erased func([]domain.UserID)) error {
	// The notice of the termination needs time to be sent, and other services need time to read the revocations.
	wait := max(a.terminationGrace, a.tokens.revocationLifetime())
	for n := eraseBatch; n == eraseBatch; {
		now := a.now()
		var ids []domain.UserID
		err := a.store.InTx(ctx, func(ctx context.Context, r ports.Repos) (err error) {
			if ids, err = r.Accounts.EraseTerminated(ctx, now.Add(-wait), eraseBatch, now); err != nil || len(ids) == 0 {
				return err
			}
			return r.Audit.Record(ctx, a.erasures(ids)...)
		})
		if err != nil {
			return fmt.Errorf("erase terminated accounts: %w", err)
		}
		erased(ids)
		n = len(ids)
	}
	return nil
}

// erasures returns the events of erasures. They contain no email index: nothing leads from them to an email address.
func (a *Accounts) erasures(ids []domain.UserID) []domain.AuditEvent {
	events := make([]domain.AuditEvent, len(ids))
	for i, id := range ids {
		events[i] = a.events.new(domain.AuditErased, domain.AuditEvent{UserID: id})
	}
	return events
}
