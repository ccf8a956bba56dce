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

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports/porttest/await"
)

// maxWait limits every wait of these tests. Only a hang reaches it.
const maxWait = 3 * time.Minute

var start = time.Date(2026, 3, 1, 6, 0, 0, 0, time.UTC)

// fakeList is a list of revocations that no longer changes before the present.
type fakeList struct {
	mu    sync.Mutex
	found []domain.Revocation
	reads int
	err   error
}

func (l *fakeList) read(_ context.Context, since domain.RevocationCursor) (app.RevocationPage, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.reads++
	page := app.RevocationPage{Settled: start.Add(time.Hour), Next: since}
	for _, r := range l.found {
		if since.Before(r.Position()) {
			page.Found = append(page.Found, r)
			page.Next = domain.RevocationCursor{After: r.Position()}
		}
	}
	return page, l.err
}

// revoke adds n sessions.
func (l *fakeList) revoke(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for range n {
		id := domain.ID{}
		copy(id[:], fmt.Sprintf("%016d", len(l.found)))
		at := start.Add(time.Duration(len(l.found)) * time.Microsecond)
		l.found = append(l.found, domain.Revocation{SessionID: domain.SessionID{ID: id}, RevokedAt: at})
	}
}

func (l *fakeList) fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err = err
}

// replica serves the streams of a list over real connections.
type replica struct {
	*revocationStreams
	*fakeList
	counted  memory.Metrics
	server   *httptest.Server
	shutDown context.CancelFunc
}

func newReplica(t *testing.T, configure func(*revocationStreams, *http.Server)) *replica {
	t.Helper()
	shutdown, shutDown := context.WithCancel(context.Background())
	r := &replica{fakeList: &fakeList{}, shutDown: shutDown}
	logger := slog.New(slog.DiscardHandler)
	r.revocationStreams = &revocationStreams{
		poller: &revocationPoller{
			list: r.read, interval: 5 * time.Millisecond, timeout: maxWait, capacity: 10, logger: logger, metrics: &r.counted, now: time.Now,
		},
		heartbeat: time.Hour, writeTimeout: maxWait, shutdown: shutdown,
	}
	e := echo.New()
	e.HTTPErrorHandler = problemWriter{logger}.write
	e.Use(timeLimit(50 * time.Millisecond))
	e.GET(revocationsPath, func(echo.Context) error { return errors.New("not a stream") }, r.negotiate)
	r.server = httptest.NewUnstartedServer(e)
	if configure != nil {
		configure(r.revocationStreams, r.server.Config)
	}
	r.server.Start()
	t.Cleanup(func() {
		shutDown()
		r.server.Close()
		r.server.Client().CloseIdleConnections()
	})
	return r
}

// stream is the client of an open stream.
type stream struct {
	*http.Response
	lines      *bufio.Scanner
	disconnect context.CancelFunc
}

func (r *replica) open(t *testing.T, lastEventID string) *stream {
	t.Helper()
	ctx, disconnect := context.WithTimeout(context.Background(), maxWait)
	t.Cleanup(disconnect)
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
	return &stream{resp, bufio.NewScanner(resp.Body), disconnect}
}

// until reads up to the next line with the prefix and returns the rest of the line, or false at the end of the stream.
func (s *stream) until(prefix string) (string, bool) {
	for s.lines.Scan() {
		if rest, found := strings.CutPrefix(s.lines.Text(), prefix); found {
			return rest, true
		}
	}
	return "", false
}

// wantEvents reads n events and checks that they are the revocations of the list from index from on. It returns the last id.
func (s *stream) wantEvents(t *testing.T, l *fakeList, from, n int) (id string) {
	t.Helper()
	for i := from; i < from+n; i++ {
		var ok bool
		if id, ok = s.until("id: "); !ok {
			t.Fatalf("the stream ended before event %d: %v", i, s.lines.Err())
		}
		data, _ := s.until("data: ")
		l.mu.Lock()
		r := l.found[i]
		l.mu.Unlock()
		want := fmt.Sprintf(`{"ended_at":%q,"sid":%q,"sub":%q}`, r.RevokedAt.Format(time.RFC3339Nano), r.SessionID, r.UserID)
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
			t.Errorf("the stream continues with %q", s.lines.Text())
		}
	}
	if err := s.lines.Err(); err != nil {
		t.Errorf("the stream ended with an error: %v", err)
	}
}

// eventually polls until done. It fails the test if that never happens.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	await.Until(t, what, done)
}

// openStreams returns the number of open streams.
func (r *replica) openStreams() int {
	r.poller.mu.Lock()
	defer r.poller.mu.Unlock()
	return r.poller.streams
}
