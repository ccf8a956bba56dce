package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"github.com/siriusys/user-management-service/ports"
)

// messageArgs are the arguments of a message's job. Config.ReadMessage reads them, since the outbox wrote them.
type messageArgs struct{}

// Kind is the job's name in the queue.
func (messageArgs) Kind() string { return "message" }

// sendMessage composes and sends one message. River cancels the job of a message that a mail server rejects; the log reports
// it, and an operator can still list and retry it. It snoozes the job of a message that is postponed, which uses up no attempt.
func (c Config) sendMessage(ctx context.Context, job *river.Job[messageArgs]) error {
	request, err := c.ReadMessage(job.EncodedArgs)
	if err != nil {
		return err
	}
	// The time of creation keeps ids distinct when a database is set up again.
	id := fmt.Sprintf("%d-%d", job.ID, job.CreatedAt.UnixMicro())
	err = c.Mail.SendMessage(ctx, id, request)
	if errors.Is(err, ports.ErrMessageRejected) {
		return river.JobCancel(err)
	}
	if postponed, ok := errors.AsType[*ports.PostponedError](err); ok {
		return river.JobSnooze(max(time.Until(postponed.Until), 0))
	}
	return err
}
