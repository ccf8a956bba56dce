package httpapi

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/labstack/echo/v4"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

const patience = 15 * time.Second

var dawn = time.Date(2026, 3, 1, 6, 0, 0, 0, time.UTC)

// list is a list of revocations, of which everything has settled.
type list struct {
	mu    sync.Mutex
	found []domain.Revocation
	reads int
	err   error
}

func (l *list) read(_ context.Context, since domain.RevocationCursor) (app.RevocationPage, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.reads++
	page := app.RevocationPage{Settled: dawn.Add(time.Hour), Next: since}
	for _, r := range l.found {
		if since.Before(r.Mark()) {
			page.Found = append(page.Found, r)
			page.Next = domain.RevocationCursor{After: r.Mark()}
		}
	}
	return page, l.err
}

// end adds the ends of n more sessions.
func (l *list) end(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for range n {
		id := domain.ID{}
		copy(id[:], fmt.Sprintf("%016d", len(l.found)))
		l.found = append(l.found, domain.Revocation{SessionID: domain.SessionID{ID: id}, EndedAt: dawn.Add(time.Duration(len(l.found)) * time.Microsecond)})
	}
}

func (l *list) fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err = err
}

// replica serves the streams of a list over real connections.
type replica struct {
	*streams
	*list
	server *httptest.Server
	end    context.CancelFunc
}

func newReplica(t *testing.T, change func(*streams, *http.Server)) *replica {
	t.Helper()
	stop, end := context.WithCancel(context.Background())
	r := &replica{list: &list{}, end: end}
	logger := slog.New(slog.DiscardHandler)
	r.streams = &streams{
		feed:      &feed{read: r.read, interval: 5 * time.Millisecond, timeout: patience, capacity: 10, logger: logger},
		heartbeat: time.Hour, patience: patience, stop: stop,
	}
	e := echo.New()
	e.HTTPErrorHandler = problems{logger}.handle
	e.Use(timeLimit(50 * time.Millisecond))
	e.GET(revocationsPath, func(echo.Context) error { return errors.New("not a stream") }, r.negotiate)
	r.server = httptest.NewUnstartedServer(e)
	if change != nil {
		change(r.streams, r.server.Config)
	}
	r.server.Start()
	t.Cleanup(func() {
		end()
		r.server.Close()
		r.server.Client().CloseIdleConnections()
	})
	return r
}

// stream is an open stream as its client sees it.
type stream struct {
	*http.Response
	lines *bufio.Scanner
	leave context.CancelFunc
}

func (r *replica) open(t *testing.T, lastEventID string) *stream {
	t.Helper()
	ctx, leave := context.WithTimeout(context.Background(), patience)
	t.Cleanup(leave)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.server.URL+revocationsPath, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "text/event-stream")
	if lastEventID != "" {
		req.Header.Set("Last-Event-ID", lastEventID)
	}
	resp, err := r.server.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	return &stream{resp, bufio.NewScanner(resp.Body), leave}
}

// until reads on to the next line with the prefix and returns the rest of it; false at the end of the stream.
func (s *stream) until(prefix string) (string, bool) {
	for s.lines.Scan() {
		if rest, found := strings.CutPrefix(s.lines.Text(), prefix); found {
			return rest, true
		}
	}
	return "", false
}

// wantEvents reads as many events and checks that they are the list's from the nth on. It returns the last one's id.
func (s *stream) wantEvents(t *testing.T, l *list, from, n int) (id string) {
	t.Helper()
	for i := from; i < from+n; i++ {
		var ok bool
		if id, ok = s.until("id: "); !ok {
			t.Fatalf("the stream ended before event %d: %v", i, s.lines.Err())
		}
		data, _ := s.until("data: ")
		l.mu.Lock()
		want := fmt.Sprintf(`{"ended_at":%q,"sid":%q,"sub":%q}`, l.found[i].EndedAt.Format(time.RFC3339Nano), l.found[i].SessionID, l.found[i].UserID)
		l.mu.Unlock()
		if diff := cmp.Diff(want, data); diff != "" {
			t.Fatalf("event %d (-want +got):\n%s", i, diff)
		}
	}
	return id
}

func (s *stream) wantEnd(t *testing.T) {
	t.Helper()
	for s.lines.Scan() {
		if s.lines.Text() != "" {
			t.Errorf("the stream goes on with %q", s.lines.Text())
		}
	}
	if err := s.lines.Err(); err != nil {
		t.Errorf("the stream broke: %v", err)
	}
}

func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for tick := time.NewTicker(time.Millisecond); !done(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// opened counts the streams that are open.
func (r *replica) opened() int {
	r.feed.mu.Lock()
	defer r.feed.mu.Unlock()
	return r.feed.streams
}

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
		h.ReadTimeout, h.WriteTimeout = timeOut, timeOut
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
