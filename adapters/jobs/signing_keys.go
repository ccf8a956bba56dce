package jobs

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"github.com/siriusys/user-management-service/app"
)

// signingKeysEvery is how often the signing keys are looked after. It is short against the time that a key is published
// ahead, and a successor that comes late only lets its predecessor sign longer.
const signingKeysEvery = 5 * time.Minute

// signingKeysArgs asks for what is due of the rotation of signing keys.
type signingKeysArgs struct{}

// Kind is the job's name in the queue.
func (signingKeysArgs) Kind() string { return "signing_keys" }

type signingKeysWorker struct {
	river.WorkerDefaults[signingKeysArgs]
	keys *app.SigningKeys
}

// Work publishes a successor in time and removes keys that are gone.
func (w *signingKeysWorker) Work(ctx context.Context, _ *river.Job[signingKeysArgs]) error {
	return w.keys.Keep(ctx)
}
