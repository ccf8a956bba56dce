package httpapi

import (
	"net/http"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

func TestAStreamTellsWhatEndedAndWhatEnds(t *testing.T) {
	t.Parallel()
	r := newReplica(t, nil)
	r.list.end(3)
	s := r.open(t, "")
	if s.StatusCode != http.StatusOK || s.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("%d %v", s.StatusCode, s.Header)
	}
	s.wantEvents(t, r.list, 0, 3)
	r.list.end(2)
	s.wantEvents(t, r.list, 3, 2)
}

func TestAStreamIsResumedBehindItsLastEvent(t *testing.T) {
	t.Parallel()
	r := newReplica(t, nil)
	r.list.end(5)
	id := r.open(t, "").wantEvents(t, r.list, 0, 2)
	resumed := r.open(t, id)
	id = resumed.wantEvents(t, r.list, 2, 3)
	r.list.end(1)
	resumed.wantEvents(t, r.list, 5, 1)
	r.open(t, id).wantEvents(t, r.list, 5, 1)
	if bad := r.open(t, "no cursor"); bad.StatusCode != http.StatusBadRequest {
		t.Errorf("a bad cursor is %d", bad.StatusCode)
	}
}

// The limits of ordinary requests are for these; the heartbeats come as long as the stream does.
func TestAStreamOutlivesTheTimeOutsOfRequests(t *testing.T) {
	t.Parallel()
	const timeOut = 100 * time.Millisecond
	r := newReplica(t, func(s *streams, h *http.Server) {
		s.heartbeat = 10 * time.Millisecond
		h.WriteTimeout = timeOut
	})
	s := r.open(t, "")
	for begin := time.Now(); time.Since(begin) < 3*timeOut; {
		if _, ok := s.until(": alive"); !ok {
			t.Fatalf("the stream ended after %v: %v", time.Since(begin), s.lines.Err())
		}
	}
	r.list.end(1)
	s.wantEvents(t, r.list, 0, 1)
}

func TestAllStreamsShareOneReader(t *testing.T) {
	t.Parallel()
	r := newReplica(t, func(s *streams, _ *http.Server) { s.feed.interval = time.Hour })
	r.list.end(1)
	for range 5 {
		r.open(t, "").wantEvents(t, r.list, 0, 1)
	}
	if r.reads != 1 {
		t.Errorf("%d reads for 5 streams", r.reads)
	}
}

func TestStreamsAreBounded(t *testing.T) {
	t.Parallel()
	r := newReplica(t, func(s *streams, _ *http.Server) { s.feed.capacity = 2 })
	first, second := r.open(t, ""), r.open(t, "")
	if over := r.open(t, ""); over.StatusCode != http.StatusServiceUnavailable || over.Header.Get("Retry-After") == "" {
		t.Errorf("one too many: %d %v", over.StatusCode, over.Header)
	}
	first.leave()
	eventually(t, "the room of a client that left", func() bool { return r.opened() == 1 })
	r.list.end(1)
	r.open(t, "").wantEvents(t, r.list, 0, 1)
	second.wantEvents(t, r.list, 0, 1)
}

func TestNothingIsReadWithoutAStream(t *testing.T) {
	t.Parallel()
	r := newReplica(t, nil)
	for range 3 {
		s := r.open(t, "")
		s.leave()
		eventually(t, "the end of reading", func() bool {
			r.feed.mu.Lock()
			defer r.feed.mu.Unlock()
			return r.feed.tail == nil && r.feed.streams == 0
		})
	}
}

// A stream that nobody can vouch for must not look alive.
func TestStreamsEndWhenNothingCanBeRead(t *testing.T) {
	t.Parallel()
	r := newReplica(t, nil)
	r.list.end(1)
	s := r.open(t, "")
	id := s.wantEvents(t, r.list, 0, 1)
	r.fail(domain.ErrBusy)
	s.wantEnd(t)
	if refused := r.open(t, ""); refused.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a stream of what cannot be read is %d", refused.StatusCode)
	}
	r.fail(nil)
	r.list.end(1)
	r.open(t, id).wantEvents(t, r.list, 1, 1)
}

func TestStreamsEndAtShutdown(t *testing.T) {
	t.Parallel()
	r := newReplica(t, nil)
	r.list.end(1)
	opened := []*stream{r.open(t, ""), r.open(t, "")}
	for _, s := range opened {
		s.wantEvents(t, r.list, 0, 1)
	}
	r.end()
	for _, s := range opened {
		s.wantEnd(t)
	}
	if late := r.open(t, ""); late.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a stream opened at shutdown is %d", late.StatusCode)
	}
}

func TestAClientThatDoesNotReadIsLetGo(t *testing.T) {
	t.Parallel()
	r := newReplica(t, func(s *streams, _ *http.Server) { s.patience = 50 * time.Millisecond })
	r.list.end(200_000) // more than the buffers between server and client hold
	r.open(t, "")
	eventually(t, "the client to be let go", func() bool { return r.opened() == 0 })
}

func TestATailForgetsWhatIsOlderThanTheList(t *testing.T) {
	t.Parallel()
	l := &list{}
	l.end(4)
	tail := newTail(func() {})
	tail.add(app.RevocationPage{Found: l.found})
	tail.add(app.RevocationPage{Found: l.found[3:], From: l.found[3].EndedAt})
	events, next, _, err := tail.after(0)
	if len(events) != 1 || next != 4 || err != nil || len(tail.known) != 1 {
		t.Errorf("%d events up to %d, %v", len(events), next, err)
	}
	if again, _, _, _ := tail.after(4); len(again) != 0 {
		t.Errorf("%d events behind the last", len(again))
	}
}
