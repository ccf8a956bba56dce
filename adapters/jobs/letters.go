package jobs

import (
	"context"
	"errors"
	"fmt"

	"github.com/riverqueue/river"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/ports"
)

type letterWorker struct {
	river.WorkerDefaults[ports.Letter]
	app *app.App
}

// Work writes one letter. One that a mail server refused for good is cancelled; it stays listed and can be retried by hand.
func (w *letterWorker) Work(ctx context.Context, job *river.Job[ports.Letter]) error {
	// With the time of its creation, so that ids stay apart when a database is set up anew.
	id := fmt.Sprintf("%d-%d", job.ID, job.CreatedAt.UnixMicro())
	err := w.app.WriteLetter(ctx, id, job.Args)
	if errors.Is(err, ports.ErrMailRefused) {
		return river.JobCancel(err)
	}
	return err
}
