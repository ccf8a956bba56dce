package jobs

import (
	"context"
	"encoding/hex"
	"log/slog"

	"github.com/riverqueue/river"

	"github.com/siriusys/user-management-service/app"
)

// sealAuditArgs asks for the audit events that came lately to be sealed.
type sealAuditArgs struct{}

// Kind is the job's name in the queue.
func (sealAuditArgs) Kind() string { return "seal_audit" }

type sealAuditWorker struct {
	river.WorkerDefaults[sealAuditArgs]
	app    *app.App
	logger *slog.Logger
}

// Work seals the audit log. It logs the new head: against a head that is kept elsewhere, a cut-off tail shows.
func (w *sealAuditWorker) Work(ctx context.Context, _ *river.Job[sealAuditArgs]) error {
	head, err := w.app.SealAudit(ctx)
	if err == nil && head.Position > 0 {
		w.logger.InfoContext(ctx, "audit log sealed", "position", head.Position, "chain", hex.EncodeToString(head.Chain[:]))
	}
	return err
}
