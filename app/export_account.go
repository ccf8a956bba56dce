package app

import (
	"context"

	"github.com/siriusys/user-management-service/domain"
)

// exportMax is how many sessions, links and events an export contains at most, the newest first. No real account has more.
const exportMax = 10_000

// ExportAccount returns all data that is stored about the caller.
// Errors: domain.ErrInvalidAccessToken; domain.ErrTooManyAttempts in a *domain.RateLimitError.
func (a *Accounts) ExportAccount(ctx context.Context, c domain.Caller) (domain.Export, error) {
	event, err := a.events.ofCaller(domain.AuditExported, c)
	if err != nil {
		return domain.Export{}, err
	}
	if err := a.limiter.spendExport(ctx, c.UserID); err != nil {
		return domain.Export{}, err
	}
	export, err := a.store.Repos().Accounts.ExportAccount(ctx, c, exportMax, event, a.now())
	if err != nil {
		return domain.Export{}, mapNotFound(err, domain.ErrInvalidAccessToken)
	}
	return export, nil
}
