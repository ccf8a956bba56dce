package verifier

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// checkInterval is the interval of Metrics.Checked.
const checkInterval = time.Second

// lifecycle lets Run run once, and Close end it.
type lifecycle struct {
	closed  context.Context
	close   context.CancelFunc
	running *atomic.Bool
	ended   chan struct{}
}

func newLifecycle() lifecycle {
	closed, closeIt := context.WithCancel(context.Background())
	return lifecycle{closed: closed, close: closeIt, running: &atomic.Bool{}, ended: make(chan struct{})}
}

// Run keeps the public keys and the revocations current until ctx is cancelled or Close is called, and then returns nil. Without it,
// Verify refuses all tokens. It retries after every error. A second call is an error.
func (v *Verifier) Run(ctx context.Context) error {
	if v.lifecycle.running.Swap(true) {
		return errors.New("verifier: Run was already called")
	}
	defer close(v.lifecycle.ended)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(v.lifecycle.closed, cancel)()
	var all sync.WaitGroup
	all.Go(func() { v.keys.run(ctx, v.reportKeys) })
	all.Go(func() { v.follower.run(ctx) })
	all.Go(func() { v.checkHealth(ctx) })
	all.Wait()
	v.keys.remote.http.CloseIdleConnections()
	return nil
}

// Close ends Run and waits for it. It is not needed if the context of Run is cancelled.
func (v *Verifier) Close() {
	v.lifecycle.close()
	if v.lifecycle.running.Load() {
		<-v.lifecycle.ended
	}
}

func (v *Verifier) checkHealth(ctx context.Context) {
	ticker := time.NewTicker(checkInterval)
	defer ticker.Stop()
	for {
		v.revocations.purge(v.now())
		v.config.Metrics.Checked(v.Health())
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// reportFeed logs each change between an interrupted and a complete feed once.
func (v *Verifier) reportFeed(err error) {
	before := v.feedErr.Swap(&err)
	switch isFirst := before == nil; {
	case err == nil && (isFirst || *before != nil):
		v.config.Logger.Info("feed of revocations connected", "revocations", v.revocations.count())
	case err != nil && (isFirst || *before == nil):
		v.config.Logger.Warn("feed of revocations interrupted", "error", err)
	}
}

// reportKeys logs each change between a failed and a successful read of the keys once.
func (v *Verifier) reportKeys(err error) {
	before := v.keysErr.Swap(&err)
	switch isFirst := before == nil; {
	case err == nil && !isFirst && *before != nil:
		v.config.Logger.Info("public keys read again", "keys", v.keys.count())
	case err != nil && (isFirst || *before == nil):
		v.config.Logger.Warn("public keys not read, the previous ones stay in use", "error", err)
	}
}
