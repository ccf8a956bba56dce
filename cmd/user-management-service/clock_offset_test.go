package main

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/adapters/metrics"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/ports/porttest/await"
)

// shiftedMachine is the real machine, with other clocks.
type shiftedMachine struct {
	read              machineClock
	timeOfDay, uptime atomic.Int64 // added to the real ones
}

func newShiftedMachine(timeOfDay time.Duration) *shiftedMachine {
	m := &shiftedMachine{read: newMachineClock()}
	m.timeOfDay.Store(int64(timeOfDay))
	return m
}

func (m *shiftedMachine) clock() (time.Time, time.Duration) {
	timeOfDay, uptime := m.read()
	return timeOfDay.Add(time.Duration(m.timeOfDay.Load())), uptime + time.Duration(m.uptime.Load())
}

// wantDatabaseTime logs in, and compares the time in the access token, in seconds, with the database's clock.
func wantDatabaseTime(t *testing.T, s *service) {
	t.Helper()
	before := s.databaseTime(t).Truncate(time.Second)
	issued := issuedAt(t, s.logIn(t, "ada@example.com", goodPassword))
	if after := s.databaseTime(t).Add(time.Second); issued.Before(before) || issued.After(after) {
		t.Errorf("a token was issued at %v, by the database's clock between %v and %v", issued, before, after)
	}
}

func (s *service) databaseTime(t *testing.T) (now time.Time) {
	t.Helper()
	s.scan(t, "SELECT clock_timestamp()", &now)
	return now
}

// The machines of two replicas differ by two minutes. What one replica issues is valid at the other, from and until the same time.
func TestReplicasOnMachinesWithOtherClocksAgree(t *testing.T) {
	t.Parallel()
	database, keyset, inbox := pgtest.New(t), devKeyset(t), newInbox(t)
	var replicas []*service
	for _, shift := range []time.Duration{time.Minute, -time.Minute} {
		replicas = append(replicas, startWith(t, database, keyset, inbox, nil, func(c *Config) {
			c.MachineClock = newShiftedMachine(shift).clock
			c.PublicURL, c.TokenIssuer = "https://accounts.example.com", "https://accounts.example.com"
		}))
	}
	replicas[0].user(t, "ada@example.com")
	for i, here := range replicas {
		there := replicas[1-i]
		wantDatabaseTime(t, here)
		pair := here.logIn(t, "ada@example.com", goodPassword)
		there.me(t, pair.AccessToken).want(t, http.StatusOK)
		there.post(t, "/token/refresh", m{"refresh_token": pair.RefreshToken}).want(t, http.StatusOK)
		if lines := here.warnings(t, "clock differs from the database's"); len(lines) != 1 || lines[0]["followed"] != true {
			t.Errorf("the warnings are %v", lines)
		}
	}
}

func TestAReplicaDoesNotStartWithAVeryDifferentClock(t *testing.T) {
	t.Parallel()
	_, config := configOn(t, pgtest.New(t), devKeyset(t), newInbox(t))
	config.MachineClock = newShiftedMachine(10 * time.Minute).clock
	if err := Run(await.Context(t), config); err == nil || !strings.Contains(err.Error(), "behind the one of this machine") {
		t.Errorf("Run ended with %v", err)
	}
}

// clockOffset is the metric, as Prometheus reads it.
func clockOffset(t *testing.T, m *metrics.Metrics) time.Duration {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	match := regexp.MustCompile(`(?m)^user_management_clock_offset_seconds (.*)$`).FindStringSubmatch(w.Body.String())
	if match == nil {
		t.Fatal("the metric is missing")
	}
	seconds, err := strconv.ParseFloat(match[1], 64)
	if err != nil {
		t.Fatal(err)
	}
	return time.Duration(seconds * float64(time.Second))
}

// An administrator changes the clock of the machine and corrects it, which the service does not notice in its time. Then the machine is
// suspended.
func TestTheServiceFollowsTheDatabasesClock(t *testing.T) {
	t.Parallel()
	machine, values := newShiftedMachine(0), metrics.New()
	s := startWith(t, pgtest.New(t), devKeyset(t), newInbox(t), nil, func(c *Config) {
		c.MachineClock, c.MeasureClockEvery, c.Metrics = machine.clock, time.Millisecond, values
	})
	s.user(t, "ada@example.com")
	for i, change := range []time.Duration{time.Minute, -2 * time.Hour} {
		machine.timeOfDay.Store(int64(change))
		eventually(t, "the metric", func() bool { return (clockOffset(t, values) + change).Abs() < 30*time.Second })
		wantDatabaseTime(t, s)
		machine.timeOfDay.Store(0)
		eventually(t, "the metric", func() bool { return clockOffset(t, values).Abs() < 30*time.Second })
		eventually(t, "the warning", func() bool { return len(s.warnings(t, "clock differs from the database's")) == i+1 })
	}
	machine.uptime.Store(int64(-time.Hour))
	eventually(t, "a step of the clock", func() bool {
		return s.databaseTime(t).Sub(issuedAt(t, s.logIn(t, "ada@example.com", goodPassword))) < time.Minute
	})
}

// issuedAt is the time in an access token, in seconds.
func issuedAt(t *testing.T, pair tokens) time.Time {
	t.Helper()
	seconds, ok := claims(t, pair.AccessToken)["iat"].(float64)
	if !ok {
		t.Fatal("the token has no iat")
	}
	return time.Unix(int64(seconds), 0)
}
