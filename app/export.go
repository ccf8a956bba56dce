package app

import (
	"context"

	"github.com/siriusys/user-management-service/domain"
)

// exportedOfEach is how many sessions, links and events an export holds at most, the newest first. More than anybody has.
const exportedOfEach = 10_000

// ExportAccount returns everything that is kept about the caller. Errors: domain.ErrInvalidAccessToken.
func (a *App) ExportAccount(ctx context.Context, c domain.Caller) (domain.Export, error) {
	event, err := a.callersEvent(domain.AuditExported, c)
	if err != nil {
		return domain.Export{}, err
	}
	export, err := a.Store.Repos().Accounts.Export(ctx, c, exportedOfEach, event, a.Now())
	if err != nil {
		return domain.Export{}, lost(err, domain.ErrInvalidAccessToken)
	}
	return export, nil
}
