package app

import (
	"context"
	"fmt"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// erasedAtOnce bounds one transaction of EraseTerminated.
const erasedAtOnce = 100

// EraseTerminated erases what is personal of every account whose grace after its termination is over, and tells each batch
// to erased once it is durable. The accounts' ids and times stay, so that what refers to them keeps its meaning; their
// addresses are free again.
func (a *App) EraseTerminated(ctx context.Context, erased func([]domain.UserID)) error {
	// The notice of the termination must have had the time to go out, and the other services to read that the sessions ended.
	wait := max(a.TerminationGrace, a.Sessions.AccessToken+domain.RevocationSettling)
	for n := erasedAtOnce; n == erasedAtOnce; {
		now := a.Now()
		var ids []domain.UserID
		err := a.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) (err error) {
			if ids, err = r.Accounts.EraseTerminated(ctx, now.Add(-wait), erasedAtOnce, now); err != nil || len(ids) == 0 {
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

// erasures are the events of erasures. They name no address: nothing leads from what is erased to it.
func (a *App) erasures(ids []domain.UserID) []domain.AuditEvent {
	events := make([]domain.AuditEvent, len(ids))
	for i, id := range ids {
		events[i] = a.event(domain.AuditErased, domain.AuditEvent{UserID: id})
	}
	return events
}
