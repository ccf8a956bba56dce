package verifier_test

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/verifier"
	"github.com/siriusys/user-management-service/verifier/verifiertest"
)

func session(n int) string { return fmt.Sprintf("0198f3c2-7a52-7d10-8c11-%012x", n) }

func (f *fixture) isRevoked(sid string) bool {
	return f.verify(f.service.Token(func(c verifiertest.Object) { c["sid"] = sid })) != nil
}

func TestTheListIsReadToItsEndBeforeAnythingIsAccepted(t *testing.T) {
	t.Parallel()
	f := prepare(t)
	for n := range 10 { // four pages
		f.service.Revoke(session(n))
	}
	f.service.Silence(true) // the stream adds nothing
	f.run()
	for n := range 10 {
		if !f.isRevoked(session(n)) {
			t.Errorf("session %d is not revoked", n)
		}
	}
	if f.isRevoked(session(10)) {
		t.Error("another session is revoked")
	}
}

// After each way in which a connection can end, what was revoked in the meantime is known, and nothing is read from the beginning.
func TestTheFeedIsResumed(t *testing.T) {
	t.Parallel()
	for name, interrupt := range map[string]func(*verifiertest.Service){
		"connections closed": func(s *verifiertest.Service) { s.Disconnect() },
		"service restarted":  func(s *verifiertest.Service) { s.Stop(); s.Revoke(session(1)); s.Resume() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t)
			f.service.Revoke(session(0))
			f.eventually("the first session is revoked", func() bool { return f.isRevoked(session(0)) })
			before := f.service.Requests("/revocations")
			interrupt(f.service)
			f.eventually("the feed is resumed", func() bool { return f.service.Requests("/revocations") >= before+2 })
			f.service.Revoke(session(2))
			f.eventually("the last session is revoked", func() bool { return f.isRevoked(session(2)) })
			if name == "service restarted" && !f.isRevoked(session(1)) {
				t.Error("a revocation during the restart is missing")
			}
		})
	}
}

// The stream is open, but nothing arrives any more.
func TestASilentStreamIsReplaced(t *testing.T) {
	t.Parallel()
	f := start(t, func(c *verifier.Config) { c.MaxStaleness = 3 * time.Second })
	f.service.Silence(true)
	before := f.service.Requests("/revocations")
	f.service.Revoke(verifiertest.SessionID)
	f.eventually("the list of a new connection has the revocation", func() bool { return f.isRevoked(verifiertest.SessionID) })
	if n := f.service.Requests("/revocations"); n == before {
		t.Error("the revocation arrived without a request")
	}
}

func TestACursorThatTheServiceForgotIsDropped(t *testing.T) {
	t.Parallel()
	f := start(t)
	f.service.Revoke(session(0), session(1))
	f.eventually("the session is revoked", func() bool { return f.isRevoked(session(1)) })
	f.service.Stop()
	f.service.Forget()
	f.service.Revoke(session(2))
	f.service.Resume()
	f.eventually("the new list is read", func() bool { return f.isRevoked(session(2)) })
	if !f.isRevoked(session(0)) {
		t.Error("a revocation that is no longer listed is forgotten")
	}
}

// lines collects a log.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func TestAWrongCredentialIsReportedAndNotLogged(t *testing.T) {
	t.Parallel()
	log := &lines{}
	f := prepare(t, func(c *verifier.Config) {
		c.ClientSecret = "wrong-secret"
		c.Logger = slog.New(slog.NewTextHandler(log, nil))
	})
	go func() { _ = f.Run(t.Context()) }()
	f.eventually("three attempts are made", func() bool { return f.service.Requests("/revocations") >= 3 })
	if err := f.Health().FeedErr; err == nil || !strings.Contains(err.Error(), "401") {
		t.Errorf("FeedErr is %v", err)
	}
	f.want(f.service.Token(), verifier.ErrUnavailable)
	f.Close()
	if text := log.String(); strings.Count(text, "interrupted") != 1 || strings.Contains(text, "wrong-secret") {
		t.Errorf("logged:\n%s", text)
	}
}

func TestTheSignOfLifeKeepsAnIdleFeedFresh(t *testing.T) {
	t.Parallel()
	f := start(t)
	before := f.service.Requests("/revocations")
	f.clock.advance(time.Minute)
	f.eventually("the feed is fresh", func() bool { return f.Health().Err == nil })
	if n := f.service.Requests("/revocations"); n != before {
		t.Errorf("%d requests", n-before)
	}
}
