package jobs

import (
	"context"

	"github.com/riverqueue/river"

	"github.com/siriusys/user-management-service/app"
)

// cleanUpArgs asks for one round of cleaning up.
type cleanUpArgs struct{}

// Kind is the job's name in the queue.
func (cleanUpArgs) Kind() string { return "clean_up" }

type cleanUpWorker struct {
	river.WorkerDefaults[cleanUpArgs]
	app *app.App
}

// Work removes what nobody can use any more.
func (w *cleanUpWorker) Work(ctx context.Context, _ *river.Job[cleanUpArgs]) error {
	return w.app.CleanUp(ctx)
}
