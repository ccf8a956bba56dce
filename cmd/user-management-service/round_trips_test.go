package main

import (
	"context"
	"net/http"
	"testing"

	"github.com/siriusys/user-management-service/adapters/devinbox"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest/wire"
)

// What clients ask for most asks the database as few times as it can, with every limit set.
func TestRoundTripsOfOperations(t *testing.T) {
	t.Parallel()
	counter, err := wire.Start(context.Background(), pgtest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(counter.Close)
	inbox, err := devinbox.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = inbox.Close() })
	s := startOn(t, counter.URL(), devKeyset(t), inbox, "NETWORK_FAILURES=1000", "SERVICE_FAILURES=1000", "NETWORK_REQUESTS=1000", "SERVICE_REQUESTS=1000")
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
			latest = s.post(t, "/login", m{"email": "ada@example.com", "password": goodPassword}).tokens(t)
			s.do(t, request{method: http.MethodPost, path: "/logout", token: latest.AccessToken}).want(t, http.StatusNoContent)
		}},
	} {
		if got := leastTrips(t, counter, op.do); got > op.most {
			t.Errorf("%s: %d round trips, want %d at most", op.name, got, op.most)
		}
	}
}

// leastTrips is the least number of round trips of several tries: what the service does in the background only adds to it.
func leastTrips(t *testing.T, counter *wire.Counter, do func(t *testing.T)) (least int64) {
	t.Helper()
	for n := range 8 {
		before := counter.Trips()
		do(t)
		if taken := counter.Trips() - before; n == 0 || taken < least {
			least = taken
		}
	}
	return least
}
