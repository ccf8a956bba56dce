package verifier_test

import (
	"context"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/verifier"
	"github.com/siriusys/user-management-service/verifier/verifiertest"
)

func TestVerifyReturnsTheClaims(t *testing.T) {
	t.Parallel()
	f := start(t)
	token := f.service.Token(func(c verifiertest.Object) { c["scope"] = "orders:read orders:write" })
	now := f.clock.Now()
	want := verifier.Claims{
		UserID: verifiertest.UserID, SessionID: verifiertest.SessionID, ID: "0198f3c2-7a53-7000-8000-000000000000",
		ClientID: verifiertest.Audience, Issuer: f.service.URL, Audience: []string{verifiertest.Audience},
		Scopes: []string{"orders:read", "orders:write"}, IssuedAt: now, NotBefore: now, ExpiresAt: now.Add(5 * time.Minute),
	}
	for range 2 { // the second time from memory
		got, err := f.Verify(context.Background(), token)
		got.IssuedAt, got.NotBefore, got.ExpiresAt = got.IssuedAt.UTC(), got.NotBefore.UTC(), got.ExpiresAt.UTC()
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, %v; want %+v", got, err, want)
		}
	}
}

// The times of a token count with a leeway of 5 seconds, at its first use and later.
func TestTimesHaveALeeway(t *testing.T) {
	t.Parallel()
	f := start(t)
	from := func(iat, nbf, exp time.Duration) string {
		now := f.clock.Now()
		return f.service.Token(func(c verifiertest.Object) {
			c["iat"], c["nbf"], c["exp"] = now.Add(iat).Unix(), now.Add(nbf).Unix(), now.Add(exp).Unix()
		})
	}
	const s = time.Second
	for name, tt := range map[string]struct {
		token string
		want  error
	}{
		"now":                           {from(0, 0, s), nil},
		"issued 5 s ahead":              {from(5*s, 5*s, 300*s), nil},
		"issued 6 s ahead":              {from(6*s, 5*s, 300*s), verifier.ErrInvalidToken},
		"not before 6 s ahead":          {from(0, 6*s, 300*s), verifier.ErrInvalidToken},
		"expired 4 s ago":               {from(-300*s, -300*s, -4*s), nil},
		"expired 5 s ago":               {from(-300*s, -300*s, -5*s), verifier.ErrInvalidToken},
		"304 s old with a long exp":     {from(-304*s, -304*s, time.Hour), nil},
		"305 s old with a long exp":     {from(-305*s, -305*s, time.Hour), verifier.ErrInvalidToken},
		"fractional seconds, RFC 7519":  {f.service.Token(func(c verifiertest.Object) { c["nbf"] = float64(f.clock.Now().Unix()) + 0.5 }), nil},
		"a date far beyond all clocks":  {from(1<<62, 0, 300*s), verifier.ErrInvalidToken},
		"expired before it was issued?": {from(0, 0, -10*s), verifier.ErrInvalidToken},
	} {
		if err := f.verify(tt.token); tt.want == nil && err != nil || tt.want != nil && err == nil {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
	token := f.service.Token()
	f.want(token, nil)
	f.clock.advance(304 * s)
	f.eventually("the feed is fresh", func() bool { return f.Health().Err == nil })
	f.want(token, nil)
	f.clock.advance(s)
	f.eventually("the feed is fresh", func() bool { return f.Health().Err == nil })
	f.want(token, verifier.ErrInvalidToken)
}

func TestAKnownTokenIsRefusedWhileTheClockIsSetBack(t *testing.T) {
	t.Parallel()
	f := start(t)
	token := f.service.Token()
	f.want(token, nil)
	f.clock.advance(-6 * time.Second)
	f.want(token, verifier.ErrInvalidToken)
}

func TestARevokedSessionIsRefused(t *testing.T) {
	t.Parallel()
	f := prepare(t)
	const other = "0198f3c2-7a52-7d10-8c11-2b9e5a0c7d43"
	f.service.Revoke(other)
	f.run()
	token := f.service.Token()
	f.want(token, nil)
	f.want(f.service.Token(func(c verifiertest.Object) { c["sid"] = other }), verifier.ErrRevoked)
	f.service.Revoke(verifiertest.SessionID)
	f.eventually("the token is refused", func() bool { return f.verify(token) != nil })
	f.want(token, verifier.ErrRevoked)
	f.want(token, verifier.ErrInvalidToken)
	f.want(f.service.Token(), verifier.ErrRevoked)
}

func TestNothingIsAcceptedBeforeRun(t *testing.T) {
	t.Parallel()
	f := prepare(t)
	f.want(f.service.Token(), verifier.ErrUnavailable)
	if h := f.Health(); h.Err == nil || !h.IsStale {
		t.Errorf("%+v", h)
	}
	f.want("no token", verifier.ErrInvalidToken)
	open := prepare(t, func(c *verifier.Config) { c.FailOpen = true })
	open.want(open.service.Token(), nil)
}

func TestAStaleFeedFailsClosed(t *testing.T) {
	t.Parallel()
	f := start(t)
	token := f.service.Token()
	f.want(token, nil)
	f.service.Stop()
	f.eventually("the outage is noticed", func() bool { return f.Health().FeedErr != nil })
	f.clock.advance(10 * time.Second)
	f.want(token, nil)
	f.clock.advance(1)
	f.want(token, verifier.ErrUnavailable)
	f.want(f.service.Token(), verifier.ErrUnavailable)
	f.want(token+"x", verifier.ErrInvalidToken)
	if h := f.Health(); h.Err == nil || !h.IsStale || h.Staleness != 10*time.Second+1 {
		t.Errorf("%+v", h)
	}
	f.service.Resume()
	f.eventually("the token is accepted again", func() bool { return f.verify(token) == nil })
}

func TestAStaleFeedFailsOpenIfConfigured(t *testing.T) {
	t.Parallel()
	f := start(t, func(c *verifier.Config) { c.FailOpen = true })
	token := f.service.Token()
	f.service.Revoke(verifiertest.SessionID)
	f.eventually("the token is refused", func() bool { return f.verify(token) != nil })
	f.service.Stop()
	f.eventually("the outage is noticed", func() bool { return f.Health().FeedErr != nil })
	f.clock.advance(time.Minute)
	f.want(token, verifier.ErrRevoked)
	f.want(f.service.Token(func(c verifiertest.Object) { c["sid"] = "0198f3c2-7a52-7d10-8c11-2b9e5a0c7d43" }), nil)
	if h := f.Health(); h.Err != nil || !h.IsStale {
		t.Errorf("%+v", h)
	}
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	f := start(t)
	tokens := []string{f.service.Token(), f.service.Token(func(c verifiertest.Object) { c["jti"] = "2" }), "bad"}
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for n := range 100 {
				_ = f.verify(tokens[(i+n)%len(tokens)])
				_ = f.Health()
			}
		})
	}
	f.service.Revoke(verifiertest.SessionID)
	all.Wait()
	f.eventually("the session is revoked", func() bool { return f.verify(tokens[0]) != nil })
}

func TestRunEndsWithItsContextAndRunsOnce(t *testing.T) {
	t.Parallel()
	f := prepare(t)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- f.Run(ctx) }()
	f.eventually("the feed is connected", func() bool { return f.service.Streams() == 1 })
	if err := f.Run(ctx); err == nil || !strings.Contains(err.Error(), "already") {
		t.Errorf("the second Run returned %v", err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("Run returned %v", err)
	}
	f.Close()
}

func TestCloseBeforeRun(t *testing.T) {
	t.Parallel()
	f := prepare(t)
	f.Close()
	if err := f.Run(context.Background()); err != nil {
		t.Error(err)
	}
}

// counts is a Metrics.
type counts struct {
	mu       sync.Mutex
	outcomes map[verifier.Outcome]int
	checks   int
}

func (c *counts) Verified(o verifier.Outcome) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.outcomes[o]++
}

func (c *counts) Checked(verifier.Health) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.checks++
}

func TestMetricsReceiveOutcomesAndHealth(t *testing.T) {
	t.Parallel()
	c := &counts{outcomes: map[verifier.Outcome]int{}}
	f := prepare(t, func(config *verifier.Config) { config.Metrics = c })
	f.want(f.service.Token(), verifier.ErrUnavailable)
	f.run()
	f.want(f.service.Token(), nil)
	f.want("", verifier.ErrInvalidToken)
	f.service.Revoke(verifiertest.SessionID)
	f.eventually("the token is refused", func() bool { return f.Health().Revocations == 1 })
	f.want(f.service.Token(), verifier.ErrRevoked)
	c.mu.Lock()
	defer c.mu.Unlock()
	want := map[verifier.Outcome]int{verifier.Accepted: 1, verifier.Invalid: 1, verifier.Revoked: 1, verifier.Unavailable: 1}
	if !reflect.DeepEqual(c.outcomes, want) || c.checks == 0 {
		t.Errorf("got %v and %d checks", c.outcomes, c.checks)
	}
}
