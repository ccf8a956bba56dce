package jobs

import (
	"context"
	"sync"
	"time"
)

// releaseEvery is how often each replica releases the messages that wait since their email address was never verified.
const releaseEvery = time.Second

// startReleases releases waiting messages in the background, until the function that it returns is called.
func (c Config) startReleases(ctx context.Context) (end func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var running sync.WaitGroup
	running.Go(func() { c.releaseUnverified(ctx) })
	return func() {
		cancel()
		running.Wait()
	}
}

// releaseUnverified releases waiting messages until ctx ends. It is no job of the queue: at this interval the rows of finished
// jobs would outnumber all others.
func (c Config) releaseUnverified(ctx context.Context) {
	ticker := time.NewTicker(releaseEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		// An error ends this attempt only. The next one finds the same messages.
		if err := c.Mail.ReleaseUnverified(ctx); err != nil && ctx.Err() == nil {
			c.Logger.WarnContext(ctx, "waiting messages not released", "error", err)
		}
	}
}
