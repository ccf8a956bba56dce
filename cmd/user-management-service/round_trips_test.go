package main

import (
	"context"
	"net/http"
	"testing"

	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest/wireproxy"
)

// The most frequent operations need the least number of round trips to the database, with every rate limit set.
func TestRoundTripsOfOperations(t *testing.T) {
	t.Parallel()
	for _, prepared := range []string{"on", "off"} {
		t.Run("prepared statements "+prepared, func(t *testing.T) {
			t.Parallel()
			wantFewRoundTrips(t, "DATABASE_PREPARED_STATEMENTS="+prepared)
		})
	}
}

func wantFewRoundTrips(t *testing.T, setting string) {
	t.Helper()
	counter, err := wireproxy.Start(context.Background(), pgtest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(counter.Close)
	inbox := newInbox(t)
	s := startOn(
		t, counter.URL(), devKeyset(t), inbox,
		"NETWORK_FAILURES=1000", "NETWORK_REQUESTS=1000", setting,
	)
	mine := s.user(t, "ada@example.com")
	s.settle(t)
	device, latest := mine.DeviceToken, mine
	for _, op := range []struct {
		name string
		most int64
		do   func(t *testing.T)
	}{
		{"login from a known device", 2, func(t *testing.T) {
			s.post(t, "/login", m{"email": "ada@example.com", "password": goodPassword, "device_token": device}).tokens(t)
		}},
		{"me", 1, func(t *testing.T) { s.me(t, mine.AccessToken).want(t, http.StatusOK) }},
		{"introspect", 1, func(t *testing.T) { s.introspect(t, mine.AccessToken).want(t, http.StatusOK) }},
		{"refresh", 1, func(t *testing.T) {
			mine = s.post(t, "/token/refresh", m{"refresh_token": mine.RefreshToken}).tokens(t)
		}},
		{"login from a new device, then logout", 3, func(t *testing.T) {
			latest = s.logIn(t, "ada@example.com", goodPassword)
			s.logOut(t, latest)
		}},
	} {
		if got := leastTrips(t, counter, op.do); got > op.most {
			t.Errorf("%s: %d round trips, want at most %d", op.name, got, op.most)
		}
	}
}

// leastTrips is the least number of round trips of several attempts, since background work of the service adds to some.
func leastTrips(t *testing.T, counter *wireproxy.Proxy, do func(t *testing.T)) (least int64) {
	t.Helper()
	for n := range 8 {
		before := counter.Trips()
		do(t)
		if trips := counter.Trips() - before; n == 0 || trips < least {
			least = trips
		}
	}
	return least
}
