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

	// pollInterval is how long an end on another replica stays unseen here, at most.
	pollInterval = time.Second
	pollTimeout  = 5 * time.Second
	// heartbeat keeps proxies from taking a quiet stream for a dead one.
	heartbeat  = 15 * time.Second
	maxStreams = 128
)

// streams are the open streams of revocations: server-sent events
// (https://html.spec.whatwg.org/multipage/server-sent-events.html).
type streams struct {
	feed      *feed
	heartbeat time.Duration
	patience  time.Duration   // with a client that does not read
	stop      context.Context // whose end ends them all
}

func newStreams(c Config) *streams {
	return &streams{
		feed:      &feed{read: c.App.Revocations, interval: pollInterval, timeout: pollTimeout, capacity: maxStreams, logger: c.Logger},
		heartbeat: heartbeat, patience: writeTimeout, stop: c.Streams,
	}
}

// isStream reports whether the client asks for a stream, which must outlive the time limit of requests.
func isStream(c echo.Context) bool {
	return c.Path() == revocationsPath && strings.Contains(strings.ToLower(c.Request().Header.Get(echo.HeaderAccept)), eventStream)
}

// negotiate serves a stream where the client asks for one, and leaves the list to the generated handler.
func (s *streams) negotiate(handle echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if isStream(c) {
			return s.serve(c)
		}
		return handle(c)
	}
}

// serve sends what has ended, and then what ends, until the client goes, the replica stops, or nothing can be read.
func (s *streams) serve(c echo.Context) error {
	since, err := resumption(c)
	if err != nil {
		return err
	}
	if err := s.stop.Err(); err != nil {
		return fmt.Errorf("%w: shutting down: %w", domain.ErrBusy, err)
	}
	ctx, cancel := context.WithCancel(c.Request().Context())
	defer cancel()
	defer context.AfterFunc(s.stop, cancel)()
	followed, err := s.feed.join(ctx)
	if err != nil {
		return fmt.Errorf("open a stream of revocations: %w", err)
	}
	defer s.feed.leave(followed)
	out, err := s.open(c)
	if err != nil {
		return err
	}
	s.send(ctx, out, followed, since)
	return nil
}

// resumption is where the client was: the id of its last event, which an EventSource sends by itself, or else since.
func resumption(c echo.Context) (domain.RevocationCursor, error) {
	since, given := c.Request().Header.Get("Last-Event-ID"), true
	if since == "" {
		since, given = c.QueryParam("since"), c.QueryParams().Has("since")
	}
	if !given {
		return domain.RevocationCursor{}, nil
	}
	return domain.ParseRevocationCursor(since)
}

// send returns when ctx ends, or the client or the feed is lost.
func (s *streams) send(ctx context.Context, out *eventWriter, followed *tail, since domain.RevocationCursor) {
	alive := time.NewTicker(s.heartbeat)
	defer alive.Stop()
	place, first := 0, true
	for ctx.Err() == nil {
		events, next, news, err := followed.after(place)
		if err != nil {
			return
		}
		for _, e := range events {
			// Only the first look finds what the client has already. What comes later is new, whenever it ended.
			if first && !since.Before(e.Mark()) {
				continue
			}
			if out.event(e) != nil || ctx.Err() != nil {
				return
			}
		}
		if out.flush() != nil {
			return
		}
		place, first = next, false
		select {
		case <-news:
		case <-alive.C:
			if out.write(": alive\n\n") != nil {
				return
			}
		case <-ctx.Done():
		}
	}
}

// eventWriter writes to one client. Its connection must outlive the server's time-out of writing, but not a client that does
// not read. (That of reading ends with the request's own bytes.)
type eventWriter struct {
	response   http.ResponseWriter
	controller *http.ResponseController
	patience   time.Duration
}

func (s *streams) open(c echo.Context) (*eventWriter, error) {
	w := &eventWriter{response: c.Response(), controller: http.NewResponseController(c.Response().Writer), patience: s.patience}
	c.Response().Header().Set(echo.HeaderContentType, eventStream)
	c.Response().Header().Set("X-Accel-Buffering", "no") // nginx would hold events back
	c.Response().WriteHeader(http.StatusOK)
	// The pause before a client comes back, in milliseconds.
	return w, w.write("retry: 1000\n\n")
}

func (w *eventWriter) event(e event) error {
	data, err := json.Marshal(revocation(e.Revocation))
	if err != nil {
		return fmt.Errorf("write a revocation as JSON: %w", err)
	}
	return w.write("id: " + e.resume.String() + "\nevent: revocation\ndata: " + string(data) + "\n\n")
}

func (w *eventWriter) write(text string) error {
	if err := w.controller.SetWriteDeadline(time.Now().Add(w.patience)); err != nil {
		return fmt.Errorf("let a stream outlive the time-out of writing: %w", err)
	}
	_, err := w.response.Write([]byte(text))
	return err
}

func (w *eventWriter) flush() error { return w.controller.Flush() }
