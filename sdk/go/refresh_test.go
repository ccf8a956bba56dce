package accounts

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// loggedIn returns a client whose access token has expired.
func loggedIn(t *testing.T, f *fakeService, store TokenStore) *Client {
	t.Helper()
	c := f.client(t, store)
	if err := c.LogIn(t.Context(), "ada@example.com", "secret"); err != nil {
		t.Fatal(err)
	}
	time.Sleep(fakeLifetime) // of the bubble
	return c
}

func inBubble(t *testing.T, test func(t *testing.T, f *fakeService)) {
	synctest.Test(t, func(t *testing.T) { test(t, &fakeService{}) })
}

func readProfile(t *testing.T, c *Client) {
	t.Helper()
	if _, err := c.ReadProfile(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestConcurrentCallsShareOneRefresh(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, f *fakeService) {
		c := loggedIn(t, f, NewMemoryStore())
		f.before = delay("/token/refresh", time.Second)
		var calls sync.WaitGroup
		for range 50 {
			calls.Go(func() { readProfile(t, c) })
		}
		calls.Wait()
		if f.refreshes != 1 {
			t.Errorf("%d refreshes, want 1", f.refreshes)
		}
	})
}

func TestConcurrentCallsShareOneFailure(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, f *fakeService) {
		c := loggedIn(t, f, NewMemoryStore())
		requests := 0
		f.before = func(w http.ResponseWriter, r *http.Request) bool {
			requests++
			time.Sleep(time.Second) // of the bubble: the others arrive
			respondProblem(w, http.StatusInternalServerError, "internal_error")
			return true
		}
		var calls sync.WaitGroup
		for range 50 {
			calls.Go(func() {
				if _, err := c.ReadProfile(t.Context()); !hasCode(err, "internal_error") {
					t.Errorf("got %v", err)
				}
			})
		}
		calls.Wait()
		if requests != 1 {
			t.Errorf("%d requests, want 1", requests)
		}
	})
}

// delay holds each request to the path for that long, or until its client gives up.
func delay(path string, d time.Duration) func(http.ResponseWriter, *http.Request) bool {
	return func(_ http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != path {
			return false
		}
		select {
		case <-time.After(d):
			return false
		case <-r.Context().Done():
			return true
		}
	}
}

func TestALostResponseIsRequestedAgainWithinTheReuseInterval(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, f *fakeService) {
		c := loggedIn(t, f, NewMemoryStore())
		f.lose = func(r *http.Request) bool { return r.URL.Path == "/token/refresh" && f.refreshes == 1 }
		readProfile(t, c)
		if f.refreshes != 2 || f.revoked {
			t.Errorf("%d refreshes, revoked: %v", f.refreshes, f.revoked)
		}
	})
}

// A connection can also stay silent. The client gives up early enough.
func TestASilentResponseIsRequestedAgainWithinTheReuseInterval(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, f *fakeService) {
		c := loggedIn(t, f, NewMemoryStore())
		f.lose = func(r *http.Request) bool {
			if r.URL.Path == "/token/refresh" && f.refreshes == 1 {
				<-r.Context().Done()
				return true
			}
			return false
		}
		readProfile(t, c)
		if f.refreshes != 2 || f.revoked {
			t.Errorf("%d refreshes, revoked: %v", f.refreshes, f.revoked)
		}
	})
}

func TestACanceledCallDoesNotLoseTheRefreshedTokens(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, f *fakeService) {
		c := loggedIn(t, f, NewMemoryStore())
		f.lose = func(r *http.Request) bool {
			if r.URL.Path == "/token/refresh" {
				time.Sleep(time.Second) // the service has rotated the token, and the response is on its way
			}
			return false
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()
		if _, err := c.ReadProfile(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		time.Sleep(2 * reuseInterval)
		readProfile(t, c)
		if f.refreshes != 1 {
			t.Errorf("%d refreshes, want 1", f.refreshes)
		}
	})
}

// A process that starts again, or runs beside another one, may have read tokens that are older than the stored ones.
func TestTheStoreIsReadBeforeARefresh(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, f *fakeService) {
		path := filepath.Join(t.TempDir(), "tokens")
		first := loggedIn(t, f, NewFileStore(path))
		second := f.client(t, NewFileStore(path))
		stale, err := first.store.Load(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		readProfile(t, second)
		time.Sleep(2 * reuseInterval)
		if _, err := first.sharedRefresh(t.Context(), stale.Access); err != nil {
			t.Error(err)
		}
		readProfile(t, first)
		if f.refreshes != 1 {
			t.Errorf("%d refreshes, want 1: the second process finds the tokens of the first", f.refreshes)
		}
	})
}

// A refused token is replaced, and the call repeated once.
func TestARefusedAccessTokenIsReplaced(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, f *fakeService) {
		c := loggedIn(t, f, NewMemoryStore())
		c.now = func() time.Time { return time.Now().Add(-time.Hour) } // the clock was set back
		if err := c.LogIn(t.Context(), "ada@example.com", "secret"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(fakeLifetime)
		readProfile(t, c)
		if f.refreshes != 1 {
			t.Errorf("%d refreshes, want 1", f.refreshes)
		}
	})
}

func TestAWrongPasswordDoesNotRefresh(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, f *fakeService) {
		c := f.client(t, nil)
		if err := c.LogIn(t.Context(), "ada@example.com", "secret"); err != nil {
			t.Fatal(err)
		}
		f.before = func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path != "/terminate" {
				return false
			}
			respondProblem(w, http.StatusUnauthorized, "invalid_credentials")
			return true
		}
		if err := c.TerminateAccount(t.Context(), "wrong"); !hasCode(err, "invalid_credentials") {
			t.Errorf("got %v", err)
		}
		if f.refreshes != 0 {
			t.Errorf("%d refreshes, want none", f.refreshes)
		}
	})
}

func TestTheEndOfTheSessionLeavesOnlyTheDeviceToken(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, f *fakeService) {
		store := NewMemoryStore()
		c := loggedIn(t, f, store)
		f.revoked = true
		_, err := c.ReadProfile(t.Context())
		if !errors.Is(err, ErrNotLoggedIn) || !hasCode(err, "invalid_refresh_token") {
			t.Errorf("got %v", err)
		}
		if tokens, _ := store.Load(t.Context()); tokens != (Tokens{Device: "device"}) {
			t.Error("the tokens of the session are still stored, or the device token is gone")
		}
		if _, err := c.ReadProfile(t.Context()); !errors.Is(err, ErrNotLoggedIn) || f.refreshes != 1 {
			t.Errorf("got %v after %d refreshes: without a refresh token there is nothing to send", err, f.refreshes)
		}
		if err := c.LogOut(t.Context()); err != nil {
			t.Errorf("a logout after the end: %v", err)
		}
	})
}

func TestAFailedRefreshKeepsTheTokens(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, f *fakeService) {
		c := loggedIn(t, f, NewMemoryStore())
		f.before = func(w http.ResponseWriter, r *http.Request) bool {
			respondProblem(w, http.StatusServiceUnavailable, "unavailable")
			return true
		}
		if _, err := c.ReadProfile(t.Context()); !hasCode(err, "unavailable") {
			t.Errorf("got %v", err)
		}
		f.before = nil
		readProfile(t, c)
	})
}
