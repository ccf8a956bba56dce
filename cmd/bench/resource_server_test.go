package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// startFakeResourceServer starts a server that responds to the nth request with an access token, from 1 on, with a status.
func startFakeResourceServer(t *testing.T, status func(n int64, access string) int) *resourceServer {
	t.Helper()
	var n atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(status(n.Add(1), strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")))
	}))
	t.Cleanup(s.Close)
	return &resourceServer{conn: &conn{address: s.Listener.Addr().String()}}
}

func TestAwaitEndsAtTheSecondStatus(t *testing.T) {
	t.Parallel()
	r := startFakeResourceServer(t, func(n int64, _ string) int {
		if n < 4 {
			return http.StatusOK
		}
		return http.StatusUnauthorized
	})
	// Three pauses of a millisecond.
	delay, err := r.await(context.Background(), "token", http.StatusOK, http.StatusUnauthorized)
	if err != nil || delay < 3*time.Millisecond {
		t.Errorf("%v, %v", delay, err)
	}
}

func TestAwaitFailsAtAnyOtherStatus(t *testing.T) {
	t.Parallel()
	r := startFakeResourceServer(t, func(int64, string) int { return http.StatusServiceUnavailable })
	if delay, err := r.await(context.Background(), "token", http.StatusOK, http.StatusUnauthorized); err == nil {
		t.Errorf("no error after %v", delay)
	}
}

func TestRequestsThatAreAcceptedAfterTheBoundAreCounted(t *testing.T) {
	t.Parallel()
	r := startFakeResourceServer(t, func(_ int64, access string) int {
		if access == "refused" {
			return http.StatusUnauthorized
		}
		return http.StatusOK
	})
	long := time.Now().Add(-2 * pollingGoal)
	revoked := &revokedTokens{
		at: r, tokens: []string{"refused", "accepted", "new"}, ends: []time.Time{long, long, time.Now().Add(time.Hour)},
	}
	if err := revoked.tryLate(); err != nil || revoked.late != 2 || revoked.accepted != 1 {
		t.Errorf("%d of %d accepted, %v; want 1 of 2", revoked.accepted, revoked.late, err)
	}
}
