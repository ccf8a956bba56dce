package main

import (
	"context"
	"fmt"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres"
)

const (
	// measureClockEvery bounds how long a replica differs from the others after the database's clock has changed.
	measureClockEvery = 30 * time.Second
	// measureClockTimeout bounds one measurement, so that a connection that died silently blocks nothing.
	measureClockTimeout = 5 * time.Second
	// warnedOffset is beyond what machines with NTP differ by.
	warnedOffset = 2 * time.Second
)

// startClock returns the clock of the replica, which follows the database's until stop is called. If the configuration has a clock,
// startClock returns that.
func startClock(ctx context.Context, c Config, store *postgres.Store) (now func() time.Time, stop func(), err error) {
	if c.Now != nil {
		return c.Now, func() {}, nil
	}
	f := clockFollower{Config: c, store: store, clock: newSharedClock(c.MachineClock)}
	if err := f.start(ctx); err != nil {
		return nil, nil, err
	}
	stop = inBackground(ctx, func(ctx context.Context) { every(ctx, c.MeasureClockEvery, nil, func() { f.follow(ctx) }) })
	return f.clock.Now, stop, nil
}

// clockFollower makes a clock follow the database's, and reports how far that is ahead of the machine's.
type clockFollower struct {
	Config
	store *postgres.Store
	clock *sharedClock
	// warnedOf is the offset of the last warning; zero if the clocks agree.
	warnedOf time.Duration
}

func (f *clockFollower) start(ctx context.Context) error {
	measured, err := measureClock(ctx, f.store, f.clock)
	if err != nil {
		return err
	}
	if err := f.clock.start(measured); err != nil {
		return err
	}
	f.report(ctx, measured.Ahead, true)
	return nil
}

// follow measures once. After a failure, the clock goes on as before.
func (f *clockFollower) follow(ctx context.Context) {
	measured, err := measureClock(ctx, f.store, f.clock)
	if err != nil {
		if ctx.Err() == nil {
			f.Logger.WarnContext(ctx, "clock offset not measured", "error", err)
		}
		return
	}
	offset := f.clock.ofMachine(measured)
	f.report(ctx, offset, f.clock.adjust(measured))
}

// report warns once of each change of a large offset.
func (f *clockFollower) report(ctx context.Context, offset time.Duration, isFollowed bool) {
	f.Metrics.ClockOffset(offset)
	switch isLarge := offset.Abs() > warnedOffset; {
	case isLarge && (offset-f.warnedOf).Abs() > warnedOffset:
		f.Logger.WarnContext(ctx, "clock differs from the database's", "offset_s", offset.Seconds(), "followed", isFollowed)
		f.warnedOf = offset
	case !isLarge && f.warnedOf != 0:
		f.Logger.InfoContext(ctx, "clock agrees with the database's", "offset_s", offset.Seconds())
		f.warnedOf = 0
	}
}

// measureClock measures how far the database's clock is ahead of a clock.
func measureClock(ctx context.Context, store *postgres.Store, clock *sharedClock) (postgres.ClockOffset, error) {
	ctx, cancel := context.WithTimeout(ctx, measureClockTimeout)
	defer cancel()
	measured, err := store.MeasureClock(ctx, clock.Now)
	if err != nil {
		return postgres.ClockOffset{}, fmt.Errorf("measure the clock of the database: %w", err)
	}
	return measured, nil
}
