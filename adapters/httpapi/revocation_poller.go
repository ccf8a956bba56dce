package httpapi

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// revocationPoller polls the list of revocations once for all streams of this replica, while there are any.
type revocationPoller struct {
	list     func(context.Context, domain.RevocationCursor) (app.RevocationPage, error)
	interval time.Duration // between two complete polls
	// revoked receives a value when there is something new. Then the poller reads the recent revocations, after a pause: at least
	// this one, and several times as long as the last poll took, so that a flood of logouts does not become one of polls.
	revoked  <-chan struct{}
	pause    time.Duration
	timeout  time.Duration // of reading a page
	capacity int           // concurrent streams
	logger   *slog.Logger
	metrics  ports.Metrics
	now      func() time.Time // the clock of the service, by which sessions are revoked

	mu      sync.Mutex
	streams int
	window  *revocationWindow // of new streams; nil without streams, or after a failed poll
}

// subscribe returns a loaded window for a stream. The caller must unsubscribe from it.
// Errors: domain.ErrBusy at the maximum of streams; an error of reading the list; ctx's.
func (p *revocationPoller) subscribe(ctx context.Context) (*revocationWindow, error) {
	w, err := p.reserve()
	if err != nil {
		return nil, err
	}
	select {
	case <-w.loaded:
	case <-ctx.Done():
		p.unsubscribe(w)
		return nil, ctx.Err()
	}
	if _, _, _, err := w.after(0); err != nil {
		p.unsubscribe(w)
		return nil, err
	}
	return w, nil
}

func (p *revocationPoller) reserve() (*revocationWindow, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.streams == p.capacity {
		return nil, domain.ErrBusy
	}
	p.streams++
	p.metrics.RevocationFollowers(p.streams)
	if p.window == nil {
		ctx, cancel := context.WithCancel(context.Background())
		p.window = newRevocationWindow(cancel)
		go p.fill(ctx, p.window)
	}
	p.window.subscribers++
	return p.window, nil
}

// unsubscribe releases the place of a stream. For the last subscriber, it waits until polling has stopped.
func (p *revocationPoller) unsubscribe(w *revocationWindow) {
	p.mu.Lock()
	p.streams--
	p.metrics.RevocationFollowers(p.streams)
	w.subscribers--
	last := w.subscribers == 0
	if last && p.window == w {
		p.window = nil
	}
	p.mu.Unlock()
	if last {
		w.cancel()
		<-w.stopped
	}
}

// fill polls until ctx is cancelled or a poll fails. After a failure the streams end too, because they could otherwise miss a
// revocation unnoticed. Their clients reconnect and resume.
func (p *revocationPoller) fill(ctx context.Context, w *revocationWindow) {
	defer close(w.stopped)
	ticker := time.NewTicker(p.interval)
	defer ticker.Stop()
	cursor, complete := domain.RevocationCursor{}, true
	for {
		begun := time.Now()
		next, err := p.poll(ctx, w, from(cursor, complete, w))
		if err != nil {
			p.detach(w)
			w.closeWithError(err)
			if ctx.Err() == nil {
				p.logger.WarnContext(ctx, "revocations not readable, streams closed", "error", err)
			}
			return
		}
		if complete {
			cursor = next
			w.setRead(begun)
			w.setLoaded()
		}
		if !sleep(ctx, max(p.pause, pauseFactor*time.Since(begun))) {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			complete = true
		case <-p.revoked:
			complete = false
		}
	}
}

// pauseFactor is how many times as long as a poll the pause after it is.
const pauseFactor = 4

func from(cursor domain.RevocationCursor, complete bool, w *revocationWindow) domain.RevocationCursor {
	if complete {
		return cursor
	}
	return w.recent(cursor)
}

// sleep returns false if ctx ends before d.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// poll reads all pages after cursor, and returns the cursor for the next poll.
func (p *revocationPoller) poll(
	ctx context.Context, w *revocationWindow, cursor domain.RevocationCursor,
) (domain.RevocationCursor, error) {
	for {
		page, err := p.readPage(ctx, cursor)
		if err != nil {
			return cursor, err
		}
		added := w.add(page)
		if w.isLoaded() { // what a stream begins with is no news
			for _, at := range added {
				p.metrics.RevocationRead(p.now().Sub(at))
			}
		}
		cursor = page.Next
		if !page.More {
			return cursor, nil
		}
	}
}

func (p *revocationPoller) readPage(ctx context.Context, cursor domain.RevocationCursor) (app.RevocationPage, error) {
	ctx, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	return p.list(ctx, cursor)
}

// detach makes the next stream start with a new window.
func (p *revocationPoller) detach(w *revocationWindow) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.window == w {
		p.window = nil
	}
}
