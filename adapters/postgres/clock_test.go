package postgres_test

import (
	"context"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
)

func measureClock(t *testing.T, s *postgres.Store, now func() time.Time) postgres.ClockOffset {
	t.Helper()
	measured, err := s.MeasureClock(context.Background(), now)
	if err != nil {
		t.Fatal(err)
	}
	return measured
}

// The database may be on another machine, so its offset from this one's clock is unknown. A shift of that clock is known.
func TestMeasureClockFindsTheOffsetWithinItsUncertainty(t *testing.T) {
	t.Parallel()
	s := openAt(t, pgtest.New(t), memory.NewSealer())
	base := measureClock(t, s, time.Now)
	for _, shift := range []time.Duration{time.Hour, -time.Hour} {
		measured := measureClock(t, s, func() time.Time { return time.Now().Add(shift) })
		uncertainty := base.Uncertainty + measured.Uncertainty + time.Microsecond // the precision of the database
		if wrong := (base.Ahead - measured.Ahead - shift).Abs(); wrong > uncertainty || measured.Uncertainty <= 0 {
			t.Errorf("a clock that is %v ahead: %+v after %+v", shift, measured, base)
		}
	}
}

func TestMeasureClockUsesTheShortestRoundTrip(t *testing.T) {
	t.Parallel()
	s := openAt(t, pgtest.New(t), memory.NewSealer())
	reading := start
	trips := []time.Duration{10 * time.Second, time.Second, 2 * time.Millisecond, time.Minute}
	calls := 0
	measured := measureClock(t, s, func() time.Time {
		if calls++; calls%2 == 0 {
			reading = reading.Add(trips[calls/2-1])
		}
		return reading
	})
	if measured.Uncertainty != time.Millisecond {
		t.Errorf("the uncertainty is %v, want half of the shortest round trip", measured.Uncertainty)
	}
}
