package verifier_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/siriusys/user-management-service/verifier"
	"github.com/siriusys/user-management-service/verifier/verifiertest"
)

// TestMain fails if a goroutine is left.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// maxWait limits every wait of these tests. Only a hang reaches it.
const maxWait = 2 * time.Minute

// clock stands still unless it is advanced.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 3, 1, 6, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// fixture is a verifier that follows a fake service.
type fixture struct {
	*verifier.Verifier
	t       testing.TB
	service *verifiertest.Service
	clock   *clock
}

// prepare returns a verifier that does not run yet.
func prepare(t testing.TB, change ...func(*verifier.Config)) *fixture {
	t.Helper()
	f := &fixture{t: t, service: verifiertest.Start(t), clock: newClock()}
	f.service.Now = f.clock.Now
	c := config(f.service)
	for _, f := range change {
		f(&c)
	}
	var err error
	if f.Verifier, err = verifier.NewAt(c, f.clock.Now); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return f
}

// start returns a verifier that has read the list and follows the stream.
func start(t testing.TB, change ...func(*verifier.Config)) *fixture {
	t.Helper()
	f := prepare(t, change...)
	f.run()
	return f
}

func (f *fixture) run() {
	f.t.Helper()
	go func() { _ = f.Run(context.Background()) }()
	f.eventually("the feed is connected", func() bool { return f.service.Streams() == 1 && f.Health().Err == nil })
}

func config(s *verifiertest.Service) verifier.Config {
	return verifier.Config{
		ServiceURL: s.URL, Audiences: []string{verifiertest.Audience},
		ClientID: verifiertest.ClientID, ClientSecret: verifiertest.ClientSecret,
	}
}

func (f *fixture) eventually(what string, done func() bool) {
	f.t.Helper()
	deadline := time.Now().Add(maxWait)
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for ; !done(); <-ticker.C {
		if time.Now().After(deadline) {
			f.t.Fatalf("not in time: %s; %+v", what, f.Health())
		}
	}
}

func (f *fixture) verify(token string) error {
	_, err := f.Verify(context.Background(), token)
	return err
}

// want verifies a token and checks the error; nil means that the token is accepted.
func (f *fixture) want(token string, want error) {
	f.t.Helper()
	if err := f.verify(token); !errors.Is(err, want) {
		f.t.Errorf("Verify returned %v, want %v", err, want)
	}
}
