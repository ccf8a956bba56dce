package main

import (
	"strings"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres"
)

// fakeMachine is a machine beside a database, of which the test sets all clocks.
type fakeMachine struct {
	timeOfDay, database time.Time
	uptime              time.Duration
}

func newFakeMachine() *fakeMachine {
	noon := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	return &fakeMachine{timeOfDay: noon, database: noon, uptime: time.Hour}
}

func (m *fakeMachine) read() (time.Time, time.Duration) { return m.timeOfDay, m.uptime }

func (m *fakeMachine) pass(d time.Duration) {
	m.timeOfDay, m.database, m.uptime = m.timeOfDay.Add(d), m.database.Add(d), m.uptime+d
}

// offset is an exact measurement.
func (m *fakeMachine) offset(c *sharedClock) postgres.ClockOffset {
	return postgres.ClockOffset{Ahead: m.database.Sub(c.Now())}
}

// startedClock is a clock that agrees with the database.
func (m *fakeMachine) startedClock(t *testing.T) *sharedClock {
	t.Helper()
	c := newSharedClock(m.read)
	if err := c.start(m.offset(c)); err != nil {
		t.Fatal(err)
	}
	return c
}

func wantNow(t *testing.T, c *sharedClock, want time.Time) {
	t.Helper()
	if got := c.Now(); !got.Equal(want) {
		t.Errorf("the clock shows %v, want %v", got, want)
	}
}

func TestTheClockStartsWithTheDatabases(t *testing.T) {
	t.Parallel()
	for _, offset := range []time.Duration{0, time.Minute, -time.Minute, maxClockOffset, -maxClockOffset} {
		m := newFakeMachine()
		m.database = m.database.Add(offset)
		c := m.startedClock(t)
		wantNow(t, c, m.database)
		m.pass(time.Hour)
		wantNow(t, c, m.database)
	}
}

func TestTheClockDoesNotStartIfTheClocksDifferTooMuch(t *testing.T) {
	t.Parallel()
	for offset, want := range map[time.Duration]string{
		maxClockOffset + time.Second: "is 5m1s ahead of the one of this machine", -time.Hour: "is 1h0m0s behind the one of this machine",
	} {
		m := newFakeMachine()
		m.database = m.database.Add(offset)
		c := newSharedClock(m.read)
		if err := c.start(m.offset(c)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", offset, err, want)
		}
	}
}

func TestSettingTheMachinesClockHasNoEffect(t *testing.T) {
	t.Parallel()
	m := newFakeMachine()
	c := m.startedClock(t)
	for _, change := range []time.Duration{time.Minute, -2 * time.Minute, 24 * time.Hour} {
		m.timeOfDay = m.timeOfDay.Add(change)
		wantNow(t, c, m.database)
		if got, want := c.ofMachine(m.offset(c)), m.database.Sub(m.timeOfDay); got != want {
			t.Errorf("the offset of the machine is %v, want %v", got, want)
		}
	}
}

// A correction changes the pace: time neither jumps nor goes back.
func TestACorrectionIsGradual(t *testing.T) {
	t.Parallel()
	for _, change := range []time.Duration{10 * time.Second, -10 * time.Second, maxClockOffset, -maxClockOffset} {
		m := newFakeMachine()
		c := m.startedClock(t)
		m.database = m.database.Add(change)
		before := c.Now()
		for end := m.uptime + 2*change.Abs(); m.uptime < end; {
			if !c.adjust(m.offset(c)) { // also while a correction is in progress
				t.Fatal("the database's clock is not followed")
			}
			m.pass(time.Second)
			if passed := c.Now().Sub(before); passed != time.Second/2 && passed != 3*time.Second/2 {
				t.Fatalf("%v passed in a second", passed)
			}
			before = c.Now()
		}
		wantNow(t, c, m.database)
		m.pass(time.Hour)
		wantNow(t, c, m.database)
	}
}

func TestADifferenceWithinTheUncertaintyIsNotCorrected(t *testing.T) {
	t.Parallel()
	m := newFakeMachine()
	c := m.startedClock(t)
	if !c.adjust(postgres.ClockOffset{Ahead: time.Second, Uncertainty: time.Second}) {
		t.Error("the database's clock is not followed")
	}
	m.pass(time.Hour)
	wantNow(t, c, m.database)
}

// The uptime of a suspended machine stands still. The time of day is right when the machine resumes.
func TestTheClockStepsAfterTheMachineWasSuspended(t *testing.T) {
	t.Parallel()
	m := newFakeMachine()
	c := m.startedClock(t)
	uptime := m.uptime
	m.pass(8 * time.Hour)
	m.uptime = uptime
	if !c.adjust(m.offset(c)) {
		t.Error("the database's clock is not followed")
	}
	wantNow(t, c, m.database)
}

// After a failover, the clock of the new primary may be wrong. Running replicas keep the time that they agree on.
func TestAWrongClockOfTheDatabaseIsNotFollowed(t *testing.T) {
	t.Parallel()
	for _, wrong := range []time.Duration{time.Hour, -time.Hour} {
		m := newFakeMachine()
		c := m.startedClock(t)
		m.database = m.database.Add(wrong)
		if c.adjust(m.offset(c)) {
			t.Error("the database's clock is followed")
		}
		wantNow(t, c, m.timeOfDay)
	}
}

// A database whose clock goes wrong in small steps takes the service along. When its clock is right again, time slows down until the
// service is, too: it never goes back.
func TestTheClockNeverGoesBack(t *testing.T) {
	t.Parallel()
	m := newFakeMachine()
	c := m.startedClock(t)
	for range 2 {
		m.database = m.database.Add(4 * time.Minute)
		c.adjust(m.offset(c))
		m.pass(time.Hour)
	}
	m.database = m.timeOfDay
	for before, end := c.Now(), m.uptime+time.Hour; m.uptime < end; before = c.Now() {
		if !c.adjust(m.offset(c)) {
			t.Fatal("the database's clock is not followed")
		}
		m.pass(time.Second)
		if c.Now().Before(before) {
			t.Fatalf("time went back by %v", before.Sub(c.Now()))
		}
	}
	wantNow(t, c, m.database)
}
