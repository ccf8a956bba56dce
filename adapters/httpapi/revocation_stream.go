package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/labstack/echo/v4"

	"github.com/siriusys/user-management-service/domain"
)

const (
	revocationsPath = "/revocations"
	eventStream     = "text/event-stream"

	// pollInterval is the maximum delay of a revocation by another replica whose notification is lost.
	pollInterval = time.Second
	pollTimeout  = 5 * time.Second
	// pollPause is the least time between two polls.
	pollPause = 20 * time.Millisecond
	// heartbeat shows clients that they miss no revocation: package verifier refuses tokens after 10 seconds without one. It also
	// keeps proxies from closing an idle stream.
	heartbeat = 3 * time.Second
	// maxStreams bounds the streams of one replica. Only services with a credential open them.
	maxStreams = 4000
)

// revocationStreams serves the list of revocations as server-sent events
// (https://html.spec.whatwg.org/multipage/server-sent-events.html).
type revocationStreams struct {
	poller       *revocationPoller
	heartbeat    time.Duration
	writeTimeout time.Duration   // limits how long a write waits for a client that does not read
	shutdown     context.Context // ends all streams when it is cancelled
}

func newRevocationStreams(c Config) *revocationStreams {
	return &revocationStreams{
		poller: &revocationPoller{
			list: c.Authentication.ListRevocations, interval: pollInterval, pause: pollPause, revoked: c.Revoked, timeout: pollTimeout,
			capacity: maxStreams, logger: c.Logger, metrics: c.Metrics, now: c.Now,
		},
		heartbeat: heartbeat, writeTimeout: writeTimeout, shutdown: c.Streams,
	}
}

// isStream reports whether the client requests a stream. Streams are exempt from the time limit of requests.
func isStream(c echo.Context) bool {
	return c.Path() == revocationsPath && strings.Contains(strings.ToLower(c.Request().Header.Get(echo.HeaderAccept)), eventStream)
}

// negotiate serves a stream if the client requests one. Otherwise the generated handler serves the list.
func (s *revocationStreams) negotiate(handle echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if isStream(c) {
			return s.serve(c)
		}
		return handle(c)
	}
}

// serve sends the revocations of the list, and then each new one, until the client disconnects, the replica shuts down, or the
// list cannot be read.
func (s *revocationStreams) serve(c echo.Context) error {
	since, err := lastCursor(c)
	if err != nil {
		return err
	}
	if err := s.shutdown.Err(); err != nil {
		return fmt.Errorf("%w: shutting down: %w", domain.ErrBusy, err)
	}
	ctx, cancel := context.WithCancel(c.Request().Context())
	defer cancel()
	defer context.AfterFunc(s.shutdown, cancel)()
	window, err := s.poller.subscribe(ctx)
	if err != nil {
		return fmt.Errorf("open a stream of revocations: %w", err)
	}
	defer s.poller.unsubscribe(window)
	out, err := s.open(c)
	if err != nil {
		return err
	}
	if c.Request().Method != http.MethodHead {
		s.send(ctx, out, window, since)
	}
	return nil
}

// lastCursor returns the cursor to resume from: the id of the client's last event, which an EventSource sends itself, or else
// the parameter since.
func lastCursor(c echo.Context) (domain.RevocationCursor, error) {
	since, given := c.Request().Header.Get("Last-Event-ID"), true
	if since == "" {
		since, given = c.QueryParam("since"), c.QueryParams().Has("since")
	}
	if !given {
		return domain.RevocationCursor{}, nil
	}
	return domain.ParseRevocationCursor(since)
}

// send returns when ctx is cancelled, the client disconnects, or polling fails.
func (s *revocationStreams) send(ctx context.Context, out *eventWriter, window *revocationWindow, since domain.RevocationCursor) {
	ticker := time.NewTicker(s.heartbeat)
	defer ticker.Stop()
	position, first := 0, true
	for ctx.Err() == nil {
		events, next, changed, err := window.after(position)
		if err != nil {
			return
		}
		for _, e := range events {
			// Only the first round contains revocations that the client knows. Later ones are new, whatever their time.
			if first && !since.Before(e.Position()) {
				continue
			}
			if out.event(e) != nil || ctx.Err() != nil {
				return
			}
		}
		if out.flush() != nil {
			return
		}
		position, first = next, false
		select {
		case <-changed:
		case <-ticker.C:
			// While the database does not respond, the stream is silent: its client must not believe that it misses nothing.
			if window.isFresh(s.heartbeat) && out.write(": alive\n\n") != nil {
				return
			}
		case <-ctx.Done():
		}
	}
}

// eventWriter writes to one client. Each write has its own deadline, which replaces the server's WriteTimeout: a stream has no time
// limit, but its client must read. The server's ReadTimeout applies only to the request itself.
type eventWriter struct {
	response   http.ResponseWriter
	controller *http.ResponseController
	timeout    time.Duration
}

func (s *revocationStreams) open(c echo.Context) (*eventWriter, error) {
	w := &eventWriter{
		response: c.Response(), controller: http.NewResponseController(c.Response().Writer), timeout: s.writeTimeout,
	}
	c.Response().Header().Set(echo.HeaderContentType, eventStream)
	c.Response().Header().Set("X-Accel-Buffering", "no") // nginx buffers responses by default
	c.Response().WriteHeader(http.StatusOK)
	if c.Request().Method == http.MethodHead {
		return w, nil // from a body, net/http would derive a Content-Length, which a stream does not have
	}
	return w, w.write("retry: 1000\n\n") // milliseconds before the client reconnects
}

func (w *eventWriter) event(e revocationEvent) error {
	data, err := json.Marshal(revocation(e.Revocation))
	if err != nil {
		return fmt.Errorf("encode a revocation: %w", err)
	}
	return w.write("id: " + e.cursor.String() + "\nevent: revocation\ndata: " + string(data) + "\n\n")
}

func (w *eventWriter) write(text string) error {
	if err := w.controller.SetWriteDeadline(time.Now().Add(w.timeout)); err != nil {
		return fmt.Errorf("set the write deadline: %w", err)
	}
	_, err := w.response.Write([]byte(text))
	return err
}

func (w *eventWriter) flush() error { return w.controller.Flush() }
