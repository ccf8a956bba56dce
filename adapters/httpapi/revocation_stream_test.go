package httpapi

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports/porttest/await"
)

func TestStreamSendsTheListAndNewRevocations(t *testing.T) {
	t.Parallel()
	r := newReplica(t, nil)
	r.revoke(3)
	s := r.open(t, "")
	if s.StatusCode != http.StatusOK || s.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("status %d, headers %v", s.StatusCode, s.Header)
	}
	s.wantEvents(t, r.fakeList, 0, 3)
	r.revoke(2)
	s.wantEvents(t, r.fakeList, 3, 2)
	// Those that the stream began with are no news.
	if got := r.counted.Counts(); got.Followers != 1 || got.RevocationsRead != 2 {
		t.Errorf("%d followers and %d revocations are counted, want 1 and 2", got.Followers, got.RevocationsRead)
	}
}

func TestStreamResumesAfterTheLastEvent(t *testing.T) {
	t.Parallel()
	r := newReplica(t, nil)
	r.revoke(5)
	id := r.open(t, "").wantEvents(t, r.fakeList, 0, 2)
	resumed := r.open(t, id)
	id = resumed.wantEvents(t, r.fakeList, 2, 3)
	r.revoke(1)
	resumed.wantEvents(t, r.fakeList, 5, 1)
	r.open(t, id).wantEvents(t, r.fakeList, 5, 1)
	if bad := r.open(t, "no cursor"); bad.StatusCode != http.StatusBadRequest {
		t.Errorf("status %d for an invalid cursor", bad.StatusCode)
	}
}

// The harness limits requests to 50 ms, and this test the server's writes to 100 ms.
func TestStreamOutlivesTheTimeoutsOfRequests(t *testing.T) {
	t.Parallel()
	const timeout = 100 * time.Millisecond
	r := newReplica(t, func(s *revocationStreams, h *http.Server) {
		s.heartbeat = 10 * time.Millisecond
		h.WriteTimeout = timeout
	})
	s := r.open(t, "")
	for begin := time.Now(); time.Since(begin) < 3*timeout; {
		if _, ok := s.until(": alive"); !ok {
			t.Fatalf("the stream ended after %v: %v", time.Since(begin), s.lines.Err())
		}
	}
	r.revoke(1)
	s.wantEvents(t, r.fakeList, 0, 1)
}

func TestStreamsShareOnePoller(t *testing.T) {
	t.Parallel()
	r := newReplica(t, func(s *revocationStreams, _ *http.Server) { s.poller.interval = time.Hour })
	r.revoke(1)
	for range 5 {
		r.open(t, "").wantEvents(t, r.fakeList, 0, 1)
	}
	if r.reads != 1 {
		t.Errorf("%d reads for 5 streams", r.reads)
	}
}

func TestNumberOfStreamsIsLimited(t *testing.T) {
	t.Parallel()
	r := newReplica(t, func(s *revocationStreams, _ *http.Server) { s.poller.capacity = 2 })
	first, second := r.open(t, ""), r.open(t, "")
	if over := r.open(t, ""); over.StatusCode != http.StatusServiceUnavailable || over.Header.Get("Retry-After") == "" {
		t.Errorf("one stream too many: status %d, headers %v", over.StatusCode, over.Header)
	}
	first.disconnect()
	eventually(t, "the place of a disconnected client is not released", func() bool { return r.openStreams() == 1 })
	r.revoke(1)
	r.open(t, "").wantEvents(t, r.fakeList, 0, 1)
	second.wantEvents(t, r.fakeList, 0, 1)
}

func TestPollingStopsWithoutStreams(t *testing.T) {
	t.Parallel()
	r := newReplica(t, nil)
	for range 3 {
		s := r.open(t, "")
		s.disconnect()
		eventually(t, "polling continues without streams", func() bool {
			r.poller.mu.Lock()
			defer r.poller.mu.Unlock()
			return r.poller.window == nil && r.poller.streams == 0
		})
	}
}

// A stream that may miss revocations must not stay open.
func TestStreamsEndWhenPollingFails(t *testing.T) {
	t.Parallel()
	r := newReplica(t, nil)
	r.revoke(1)
	s := r.open(t, "")
	id := s.wantEvents(t, r.fakeList, 0, 1)
	r.fail(domain.ErrBusy)
	s.wantEnd(t)
	if refused := r.open(t, ""); refused.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("status %d for a stream while polling fails", refused.StatusCode)
	}
	r.fail(nil)
	r.revoke(1)
	r.open(t, id).wantEvents(t, r.fakeList, 1, 1)
}

func TestStreamsEndAtShutdown(t *testing.T) {
	t.Parallel()
	r := newReplica(t, nil)
	r.revoke(1)
	open := []*stream{r.open(t, ""), r.open(t, "")}
	for _, s := range open {
		s.wantEvents(t, r.fakeList, 0, 1)
	}
	r.shutDown()
	for _, s := range open {
		s.wantEnd(t)
	}
	if late := r.open(t, ""); late.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("status %d for a stream during shutdown", late.StatusCode)
	}
}

func TestClientThatDoesNotReadIsDisconnected(t *testing.T) {
	t.Parallel()
	r := newReplica(t, func(s *revocationStreams, _ *http.Server) { s.writeTimeout = 50 * time.Millisecond })
	r.revoke(200_000) // more than fits into the buffers between server and client
	r.open(t, "")
	eventually(t, "the stream stays open", func() bool { return r.openStreams() == 0 })
}

func TestWindowDropsRevocationsOlderThanTheList(t *testing.T) {
	t.Parallel()
	l := &fakeList{}
	l.revoke(4)
	w := newRevocationWindow(func() {})
	w.add(app.RevocationPage{Found: l.found})
	w.add(app.RevocationPage{Found: l.found[3:], From: l.found[3].RevokedAt})
	events, next, _, err := w.after(0)
	if len(events) != 1 || next != 4 || err != nil || len(w.known) != 1 {
		t.Errorf("%d events up to position %d, error %v", len(events), next, err)
	}
	if again, _, _, _ := w.after(4); len(again) != 0 {
		t.Errorf("%d events after the last one", len(again))
	}
}

func TestANotificationIsFollowedByAPoll(t *testing.T) {
	t.Parallel()
	revoked := make(chan struct{}, 1)
	r := newReplica(t, func(s *revocationStreams, _ *http.Server) { s.poller.interval, s.poller.revoked = time.Hour, revoked })
	r.revoke(2)
	s := r.open(t, "")
	s.wantEvents(t, r.fakeList, 0, 2)
	for n := range 3 {
		r.revoke(1)
		revoked <- struct{}{}
		s.wantEvents(t, r.fakeList, 2+n, 1)
	}
}

// A poll after a notification reads the recent revocations only. One that appears late is found by the next complete poll.
func TestAPollAfterANotificationReadsTheRecentRevocations(t *testing.T) {
	t.Parallel()
	w := newRevocationWindow(func() {})
	if got := w.recent(domain.RevocationCursor{}); got != (domain.RevocationCursor{}) {
		t.Errorf("without revocations, the poll begins at %v", got)
	}
	w.add(app.RevocationPage{Found: []domain.Revocation{{RevokedAt: start}}})
	if got := w.recent(domain.RevocationCursor{}); !got.After.At.Equal(start.Add(-recentOverlap)) {
		t.Errorf("the poll begins at %v", got.After.At)
	}
	complete := domain.RevocationCursor{After: domain.RevocationPosition{At: start.Add(time.Second)}}
	if got := w.recent(complete); got != complete {
		t.Errorf("the poll begins at %v, before the complete one", got)
	}
}

// The heartbeat says that the client misses nothing. While the database does not respond, it would be untrue.
func TestAStreamIsSilentWhileTheListCannotBeRead(t *testing.T) {
	t.Parallel()
	hang, hangs := make(chan struct{}), make(chan struct{})
	r := newReplica(t, func(s *revocationStreams, _ *http.Server) {
		s.heartbeat = 100 * time.Millisecond
		read, reads := s.poller.list, 0
		s.poller.list = func(ctx context.Context, since domain.RevocationCursor) (app.RevocationPage, error) {
			if reads++; reads == 2 {
				close(hangs)
				select {
				case <-hang:
				case <-ctx.Done():
				}
			}
			return read(ctx, since)
		}
	})
	s := r.open(t, "")
	await.For(t, "the poll that hangs", hangs)
	const hanging = 2 * time.Second
	begin := time.Now()
	time.AfterFunc(hanging, func() { close(hang) })
	for {
		if _, ok := s.until(": alive"); !ok {
			t.Fatal("the stream ended")
		}
		switch at := time.Since(begin); {
		case at < hanging/2: // the last complete poll was recent
		case at < hanging:
			t.Fatalf("a heartbeat came after %v, while the poll hung", at)
		default:
			return
		}
	}
}
