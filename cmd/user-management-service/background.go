package main

import (
	"context"
	"sync"
	"time"
)

// inBackground runs tasks until stop is called; the end of ctx does not stop them. stop waits for them.
func inBackground(ctx context.Context, tasks ...func(context.Context)) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var running sync.WaitGroup
	for _, task := range tasks {
		running.Go(func() { task(ctx) })
	}
	return func() {
		cancel()
		running.Wait()
	}
}

// wakeUp ends a wait before its time. Several calls of wake during one wait end it once.
type wakeUp chan struct{}

func newWakeUp() wakeUp { return make(wakeUp, 1) }

func (w wakeUp) wake() {
	select {
	case w <- struct{}{}:
	default: // already awake
	}
}

// every runs do after each interval and after each wake-up, until ctx ends. wake may be nil.
func every(ctx context.Context, interval time.Duration, wake <-chan struct{}, do func()) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-wake:
		}
		do()
	}
}
