package accounts

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
)

// recorded are the requests of a test, and the waits between them.
type recorded struct {
	requests []*http.Request
	times    []time.Time
}

// answering answers the first requests with that status and Retry-After.
func (rec *recorded) answering(status int, retryAfter string, times int) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		rec.requests, rec.times = append(rec.requests, r), append(rec.times, time.Now())
		if len(rec.requests) > times {
			return false
		}
		if retryAfter != "" {
			w.Header().Set("Retry-After", retryAfter)
		}
		respondProblem(w, status, "busy")
		return true
	}
}

var signup = Signup{Email: "ada@example.com", FullName: "Ada Lovelace", Country: "DE", StateProvince: "DE-BY", Password: "correct horse"}

func TestRequestsAreRepeatedWhenTheServiceSaysSo(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			inBubble(t, func(t *testing.T, f *fakeService) {
				var rec recorded
				f.before = rec.answering(status, "3", 2)
				if err := f.client(t, nil).SignUp(t.Context(), signup); err != nil {
					t.Fatal(err)
				}
				if len(rec.requests) != 3 {
					t.Fatalf("%d requests, want 3", len(rec.requests))
				}
				if wait := rec.times[1].Sub(rec.times[0]); wait < 3*time.Second || wait > 4*time.Second {
					t.Errorf("waited %v, want 3 seconds and a tenth at most", wait)
				}
			})
		})
	}
}

func TestRepetitionsHaveABound(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status     int
		retryAfter string
		want       int
	}{
		"a wait longer than MaxWait":    {http.StatusTooManyRequests, "30", 1},
		"many waits":                    {http.StatusServiceUnavailable, "4", 3},
		"many attempts":                 {http.StatusServiceUnavailable, "", maxAttempts},
		"another status":                {http.StatusInternalServerError, "1", 1},
		"a redirect, to another server": {http.StatusTemporaryRedirect, "1", 1},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, f *fakeService) {
				var rec recorded
				busy := rec.answering(c.status, c.retryAfter, 100)
				f.before = func(w http.ResponseWriter, r *http.Request) bool {
					w.Header().Set("Location", "https://elsewhere.example/signup")
					return busy(w, r)
				}
				began := time.Now()
				err := f.client(t, nil).SignUp(t.Context(), signup)
				var problem *Problem
				if !errors.As(err, &problem) || problem.Status != c.status {
					t.Errorf("got %v", err)
				}
				if len(rec.requests) != c.want || time.Since(began) > defaultMaxWait {
					t.Errorf("%d requests in %v, want %d", len(rec.requests), time.Since(began), c.want)
				}
			})
		})
	}
}

func TestWithoutMaxWaitNothingIsRepeated(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, f *fakeService) {
		var rec recorded
		f.before = rec.answering(http.StatusServiceUnavailable, "1", 100)
		c, err := New(fakeURL, Options{HTTPClient: &http.Client{Transport: f}, MaxWait: -1})
		if err != nil {
			t.Fatal(err)
		}
		if err := c.SignUp(t.Context(), signup); !hasCode(err, "busy") || len(rec.requests) != 1 {
			t.Errorf("got %v after %d requests", err, len(rec.requests))
		}
	})
}

func TestAWaitEndsWithTheContext(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, f *fakeService) {
		var rec recorded
		f.before = rec.answering(http.StatusServiceUnavailable, "5", 100)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := f.client(t, nil).SignUp(ctx, signup)
		if !errors.Is(err, ctx.Err()) || !hasCode(err, "busy") {
			t.Errorf("got %v, want the context's error and the problem", err)
		}
	})
}

// An unknown outcome is repeated only where the service acts once.
func TestAfterABrokenConnection(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		call func(*testing.T, *Client) error
		want int
	}{
		"a signup has a key":          {func(t *testing.T, c *Client) error { return c.SignUp(t.Context(), signup) }, 2},
		"a login could count twice":   {func(t *testing.T, c *Client) error { return c.LogIn(t.Context(), "ada@example.com", "wrong") }, 1},
		"a request sends one message": {func(t *testing.T, c *Client) error { return c.RequestPasswordReset(t.Context(), "a@b.example") }, 1},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, f *fakeService) {
				var rec recorded
				f.before = rec.answering(0, "", 0)
				f.lose = func(*http.Request) bool { return len(rec.requests) == 1 }
				if err := c.call(t, f.client(t, nil)); (err == nil) != (c.want == 2) {
					t.Errorf("got %v", err)
				}
				if len(rec.requests) != c.want {
					t.Errorf("%d requests, want %d", len(rec.requests), c.want)
				}
			})
		})
	}
}

func TestAttemptsOfACallHaveOneIdempotencyKey(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, f *fakeService) {
		var rec recorded
		f.before = rec.answering(http.StatusServiceUnavailable, "1", 1)
		c := f.client(t, nil)
		for range 2 {
			if err := c.SignUp(t.Context(), signup); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.SignUp(WithIdempotencyKey(t.Context(), "mine"), signup); err != nil {
			t.Fatal(err)
		}
		var keys []string
		for _, r := range rec.requests {
			keys = append(keys, r.Header.Get("Idempotency-Key"))
		}
		if len(keys) != 4 || keys[0] != keys[1] || keys[1] == keys[2] || len(keys[0]) < 26 || keys[3] != `"mine"` {
			t.Errorf("the keys of two calls, the first of two attempts, and of one with its own: %q", keys)
		}
		for _, bad := range []string{"", "a\"b", "a\nb", "ä"} {
			if err := c.SignUp(WithIdempotencyKey(t.Context(), bad), signup); err == nil {
				t.Errorf("the key %q was sent", bad)
			}
		}
	})
}

func TestUserAgent(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, f *fakeService) {
		var rec recorded
		f.before = rec.answering(0, "", 0)
		if err := f.client(t, nil).SignUp(t.Context(), signup); err != nil {
			t.Fatal(err)
		}
		if got := rec.requests[0].UserAgent(); !strings.HasPrefix(got, "test/1 siriusys-accounts-go/") {
			t.Errorf("got %q", got)
		}
	})
}

func TestURLs(t *testing.T) {
	t.Parallel()
	for serviceURL, options := range map[string]Options{
		"https://accounts.siriusys.com": {}, "https://siriusys.com/accounts/": {}, "http://localhost:8080": {},
		"http://127.0.0.1:8080": {}, "http://[::1]:8080": {}, "http://accounts.internal": {AllowHTTP: true},
	} {
		if _, err := New(serviceURL, options); err != nil {
			t.Errorf("%s: %v", serviceURL, err)
		}
	}
	for _, serviceURL := range []string{
		"", "accounts.siriusys.com", "ftp://accounts.siriusys.com", "http://accounts.siriusys.com", "http://localhost.evil.example",
		"https://ada:hunter2@accounts.siriusys.com",
		"https://accounts.siriusys.com?token=hunter2", "https://accounts.siriusys.com#a", "https://%zz",
	} {
		_, err := New(serviceURL, Options{})
		if err == nil {
			t.Errorf("%q was accepted", serviceURL)
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the error repeats a secret: %v", err)
		}
	}
}
