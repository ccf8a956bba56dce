package verifier

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// follower reads the feed: the list first, then a stream from where the list ended. Each reconnection does the same from the last
// cursor, so that the feed is complete again after one request and not only with the stream's next sign of life.
type follower struct {
	feed  feed
	now   func() time.Time
	known *revocations
	fresh *freshness
	// silence is how long the stream may send nothing before it counts as broken.
	silence time.Duration
	// report is called with nil when a stream is open, and with an error when it ends.
	report func(error)

	cursor string
	retry  time.Duration
}

// run follows the feed until ctx is cancelled.
func (f *follower) run(ctx context.Context) {
	for failures := 0; ctx.Err() == nil; failures++ {
		isOpen, err := f.follow(ctx)
		if ctx.Err() != nil {
			return
		}
		if isOpen {
			failures = 0
		}
		if status, ok := errors.AsType[*statusError](err); ok && status.status == http.StatusBadRequest {
			f.cursor = "" // the service no longer knows the cursor
		}
		f.report(err)
		sleep(ctx, backoff(failures, f.retry, err))
	}
}

// follow reads the list and the stream, until the stream ends with an error, io.EOF for example. It reports whether the stream was
// open.
func (f *follower) follow(ctx context.Context) (isOpen bool, err error) {
	if err := f.readList(ctx); err != nil {
		return false, fmt.Errorf("read the list of revocations: %w", err)
	}
	isOpen, err = f.readStream(ctx)
	return isOpen, fmt.Errorf("read the stream of revocations: %w", err)
}

// readList reads the list from the cursor to its end. It was complete when the request of its last page began.
func (f *follower) readList(ctx context.Context) error {
	for {
		began := f.now()
		p, err := f.feed.list(ctx, f.cursor)
		if err != nil {
			return err
		}
		for _, r := range p.Revocations {
			if err := f.add(r); err != nil {
				return err
			}
		}
		f.cursor = p.Next
		if !p.More {
			f.fresh.mark(began)
			return nil
		}
	}
}

// readStream reads the stream from the cursor until it ends. It reports whether the stream was open.
func (f *follower) readStream(ctx context.Context) (isOpen bool, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silence := time.AfterFunc(f.silence, func() { cancel(errors.New("the stream is silent")) })
	defer silence.Stop()
	body, err := f.feed.stream(ctx, f.cursor)
	if err != nil {
		return false, err
	}
	defer func() { _ = body.Close() }()
	f.report(nil)
	for events := newEventReader(body); ; {
		e, err := events.next()
		if err != nil {
			if cause := context.Cause(ctx); cause != nil {
				err = cause
			}
			return true, err
		}
		silence.Reset(f.silence)
		f.retry = events.retry
		if err := f.handle(e); err != nil {
			return true, err
		}
		if events.lastID != "" {
			f.cursor = events.lastID
		}
	}
}

// handle applies an event. Only the sign of life shows that the feed is complete: an event may be the first of many.
func (f *follower) handle(e event) error {
	switch {
	case e.isComment:
		f.fresh.mark(f.now())
	case e.kind == "revocation":
		var r revocation
		if err := json.Unmarshal([]byte(e.data), &r); err != nil {
			return fmt.Errorf("decode a revocation: %w", err)
		}
		return f.add(r)
	}
	return nil // a kind of event that a later version of the service may add
}

func (f *follower) add(r revocation) error {
	id, err := parseSessionID(r.SessionID)
	if err != nil {
		return fmt.Errorf("sid of a revocation: %w", err)
	}
	return f.known.add(id, r.RevokedAt, f.now())
}
