package jobs

import (
	"context"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"github.com/riverqueue/rivercontrib/otelriver"
	"go.opentelemetry.io/otel/metric/noop"
)

// middleware is what runs around each attempt: traces, if they are on, and the reports of attempts.
func (c Config) middleware() []rivertype.Middleware {
	reports := river.WorkerMiddlewareFunc(attempts{c}.run)
	if c.Traces == nil {
		return []rivertype.Middleware{reports}
	}
	return []rivertype.Middleware{
		river.WorkerMiddlewareFunc(c.continueTrace),
		otelriver.NewMiddleware(&otelriver.MiddlewareConfig{
			TracerProvider: c.Traces, MeterProvider: noop.NewMeterProvider(), EnableWorkSpanJobKindSuffix: true,
		}),
		reports,
	}
}

// continueTrace runs the job of a message in the trace of the request that enqueued it. Each attempt is a span of its own.
func (c Config) continueTrace(ctx context.Context, job *rivertype.JobRow, work func(context.Context) error) error {
	if job.Kind == (messageArgs{}).Kind() {
		ctx = c.ContinueTrace(ctx, job.EncodedArgs)
	}
	return work(ctx)
}
