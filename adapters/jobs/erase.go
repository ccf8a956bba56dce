package jobs

import (
	"context"
	"log/slog"

	"github.com/riverqueue/river"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

// eraseArgs asks for the terminated accounts to be erased whose grace is over.
type eraseArgs struct{}

// Kind is the job's name in the queue.
func (eraseArgs) Kind() string { return "erase" }

type eraseWorker struct {
	river.WorkerDefaults[eraseArgs]
	app    *app.App
	logger *slog.Logger
}

// Work erases. It logs the ids: after a backup was restored, the log says who is to be erased again.
func (w *eraseWorker) Work(ctx context.Context, _ *river.Job[eraseArgs]) error {
	return w.app.EraseTerminated(ctx, func(erased []domain.UserID) {
		for _, id := range erased {
			w.logger.InfoContext(ctx, "account erased", "user", id.String())
		}
	})
}
