package postgres

import (
	"context"
	"time"
)

// clockReadings is how often one measurement reads the database's clock. The first reading may also prepare its statement.
const clockReadings = 4

// ClockOffset is a measurement of the database's clock.
type ClockOffset struct {
	// Ahead is how far the database's clock is ahead of the other one; negative if it is behind.
	Ahead time.Duration
	// Uncertainty is how far Ahead may be wrong: half of the round trip.
	Uncertainty time.Duration
}

// MeasureClock compares the database's clock with now. Like NTP (RFC 5905, section 8), it assumes that a reading was taken in the middle
// of its round trip, and takes the reading with the shortest one.
func (s *Store) MeasureClock(ctx context.Context, now func() time.Time) (ClockOffset, error) {
	conn, err := s.pool.Acquire(ctx) // the wait for a connection is no part of a round trip
	if err != nil {
		return ClockOffset{}, mapError(err)
	}
	defer conn.Release()
	var best ClockOffset
	for i := range clockReadings {
		var reading time.Time
		before := now()
		if err := conn.QueryRow(ctx, "SELECT clock_timestamp()").Scan(&reading); err != nil {
			return ClockOffset{}, mapError(err)
		}
		half := now().Sub(before) / 2
		if i == 0 || half < best.Uncertainty {
			best = ClockOffset{Ahead: reading.Sub(before.Add(half)), Uncertainty: half}
		}
	}
	return best, nil
}
