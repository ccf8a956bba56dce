package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/siriusys/user-management-service/ports"
)

// attempts reports how attempts to run a job end, for jobs of all kinds. River reports only those that are retried. The errors of
// the use cases and of the mail adapter contain no personal data.
type attempts struct{ Config }

// run names the attempt in its result, so that the database can refuse the result of an attempt that was rescued meanwhile.
func (a attempts) run(ctx context.Context, job *rivertype.JobRow, work func(context.Context) error) error {
	if err := river.MetadataSet(ctx, "result_of", job.AttemptedAt); err != nil {
		return fmt.Errorf("name the attempt: %w", err)
	}
	err := work(ctx)
	if _, isCancelled := errors.AsType[*rivertype.JobCancelError](err); isCancelled {
		a.cancelled(ctx, job, err)
	}
	return err
}

// cancelled reports a job that can never succeed. River does not pass it to an error handler.
func (a attempts) cancelled(ctx context.Context, job *rivertype.JobRow, err error) {
	a.Metrics.JobCancelled(job.Kind)
	if errors.Is(err, ports.ErrMessageRejected) {
		a.Logger.LogAttrs(ctx, slog.LevelWarn, "message rejected by the mail server", a.attrs(job, err)...)
		return
	}
	a.Logger.LogAttrs(ctx, slog.LevelWarn, "job cancelled", a.attrs(job, err)...)
}

// HandleError reports a failed attempt and leaves the retry to the policy.
func (a attempts) HandleError(ctx context.Context, job *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	if job.Attempt >= job.MaxAttempts {
		a.discarded(ctx, job, err)
		return nil
	}
	a.Logger.LogAttrs(ctx, slog.LevelWarn, "job failed", a.attrs(job, err)...)
	return nil
}

// HandlePanic reports the attempt with its stack and leaves the retry to the policy.
func (a attempts) HandlePanic(ctx context.Context, job *rivertype.JobRow, panicked any, trace string) *river.ErrorHandlerResult {
	err := fmt.Errorf("panic: %v", panicked)
	a.Logger.LogAttrs(ctx, slog.LevelError, "job panicked", append(a.attrs(job, err), slog.String("stack", trace))...)
	if job.Attempt >= job.MaxAttempts {
		a.discarded(ctx, job, err)
	}
	return nil
}

// discarded reports a job that failed for the last time.
func (a attempts) discarded(ctx context.Context, job *rivertype.JobRow, err error) {
	a.Metrics.JobDiscarded(job.Kind)
	a.Logger.LogAttrs(ctx, slog.LevelWarn, "job discarded", a.attrs(job, err)...)
}

// rescued reports a job of a runner that fell silent.
func (a attempts) rescued(ctx context.Context, rescued ports.RescuedJob) {
	job := &rivertype.JobRow{ID: rescued.ID, Kind: rescued.Kind, Attempt: rescued.Attempt, EncodedArgs: rescued.Args}
	if rescued.IsDiscarded {
		a.discarded(ctx, job, errRunnerSilent)
		return
	}
	a.Logger.LogAttrs(ctx, slog.LevelWarn, "job rescued", a.attrs(job, errRunnerSilent)...)
}

var errRunnerSilent = errors.New("the runner of the job fell silent, or the job ran for too long")

// attrs are the fields of a log line about an attempt. A message also has its template and, if a mail server refused it, the code.
func (a attempts) attrs(job *rivertype.JobRow, err error) []slog.Attr {
	attrs := []slog.Attr{slog.Int64("job", job.ID), slog.String("kind", job.Kind), slog.Int("attempt", job.Attempt)}
	if job.Kind == (messageArgs{}).Kind() {
		if request, readErr := a.ReadMessage(job.EncodedArgs); readErr == nil {
			attrs = append(attrs, slog.String("template", string(request.Template)))
		}
	}
	if reply, ok := errors.AsType[*ports.MailReplyError](err); ok {
		attrs = append(attrs, slog.String("code", reply.Code))
	}
	return append(attrs, slog.Any("error", err))
}
