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
