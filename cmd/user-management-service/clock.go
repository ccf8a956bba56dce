package main

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres"
)

// maxClockOffset is the largest difference of clocks that is corrected. Beyond it, it is unknown which clock is wrong, and a service
// with a wrong clock would remove sessions and erase accounts too early. It is the one that Kerberos accepts, and signing keys tolerate it.
const maxClockOffset = 5 * time.Minute

// machineClock reads the clocks of the machine: the time of day, which NTP or an administrator may set, and the time since some moment,
// which never changes its pace, but may stop while the machine is suspended.
type machineClock func() (timeOfDay time.Time, uptime time.Duration)

func newMachineClock() machineClock {
	begun := time.Now()
	return func() (time.Time, time.Duration) {
		reading := time.Now()
		return reading.Round(0), reading.Sub(begun)
	}
}

// sharedClock is the clock of a replica. It follows the database's clock, so that the replicas agree. In between it adds uptime: a change
// of the machine's time of day has no effect (docs/decisions/0050-follow-the-clock-of-the-database.md).
type sharedClock struct {
	machine machineClock
	course  atomic.Pointer[course]
}

// newSharedClock returns a clock that shows the machine's time of day until it is started.
func newSharedClock(machine machineClock) *sharedClock {
	timeOfDay, uptime := machine()
	c := &sharedClock{machine: machine}
	c.course.Store(&course{from: timeOfDay, since: uptime})
	return c
}

// Now is UTC, in microseconds, which is the precision of the database.
func (c *sharedClock) Now() time.Time {
	current := c.course.Load()
	_, uptime := c.machine()
	return current.at(uptime).UTC().Truncate(time.Microsecond)
}

// course is how time goes on from a moment.
type course struct {
	from       time.Time
	since      time.Duration // the uptime at from
	correction time.Duration // is added gradually
}

// at is the time at an uptime. While it is corrected, time passes at half or at one and a half of its pace, so it never goes back.
func (c *course) at(uptime time.Duration) time.Time {
	elapsed := uptime - c.since
	most := elapsed / 2
	return c.from.Add(elapsed + min(max(c.correction, -most), most))
}

// start sets the clock to the database's, before anything has used it. It returns an error if the clocks differ too much.
func (c *sharedClock) start(measured postgres.ClockOffset) error {
	if measured.Ahead.Abs() > maxClockOffset {
		return fmt.Errorf("the clock of the database is %s the one of this machine: correct the one that is wrong", relation(measured.Ahead))
	}
	c.step(measured.Ahead)
	return nil
}

// adjust corrects the clock by a measurement, and reports whether it follows the database's clock.
func (c *sharedClock) adjust(measured postgres.ClockOffset) bool {
	timeOfDay, uptime := c.machine()
	now := c.course.Load().at(uptime)
	ahead := measured.Ahead
	twoAgree := now.Add(ahead).Sub(timeOfDay).Abs() <= maxClockOffset // of the database, the machine and the service
	switch {
	case ahead.Abs() <= measured.Uncertainty: // the clocks may agree
	case ahead > maxClockOffset && twoAgree: // the machine was suspended
		c.step(ahead)
	case ahead.Abs() <= maxClockOffset || twoAgree: // never a step back: what was signed would be from the future
		c.course.Store(&course{from: now, since: uptime, correction: ahead})
	default: // such as a new primary with a wrong clock
		return false
	}
	return true
}

// step changes the time immediately.
func (c *sharedClock) step(by time.Duration) {
	_, uptime := c.machine()
	c.course.Store(&course{from: c.course.Load().at(uptime).Add(by), since: uptime})
}

// ofMachine is how far the database's clock is ahead of the machine's time of day, by a measurement of this clock.
func (c *sharedClock) ofMachine(measured postgres.ClockOffset) time.Duration {
	timeOfDay, uptime := c.machine()
	return c.course.Load().at(uptime).Add(measured.Ahead).Sub(timeOfDay)
}

// relation is "3s ahead of" or "3s behind".
func relation(ahead time.Duration) string {
	if ahead < 0 {
		return ahead.Abs().Round(time.Millisecond).String() + " behind"
	}
	return ahead.Round(time.Millisecond).String() + " ahead of"
}
