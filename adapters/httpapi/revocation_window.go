package httpapi

import (
	"context"
	"sync"
	"time"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

// revocationEvent is a revocation, and the cursor to resume a stream that has sent it.
type revocationEvent struct {
	domain.Revocation
	cursor domain.RevocationCursor
}

// revocationWindow contains the revocations of the list, in the order in which this replica read them. A stream keeps its
// position in it as a count of events, so a slow stream needs no queue. A slow stream may miss an event that leaves the window.
// That is no loss: the access tokens of its session have expired.
type revocationWindow struct {
	cancel      context.CancelFunc
	stopped     chan struct{} // closed when polling has stopped
	loaded      chan struct{} // closed when the first poll is complete, or has failed
	subscribers int           // guarded by the mutex of the poller

	mu      sync.Mutex
	events  []revocationEvent
	dropped int // how many events preceded these
	known   map[domain.SessionID]bool
	newest  time.Time     // of the revocations that were read
	readAt  time.Time     // when the last complete poll began
	changed chan struct{} // closed when there are more events, or err
	err     error
}

func newRevocationWindow(cancel context.CancelFunc) *revocationWindow {
	return &revocationWindow{
		cancel: cancel, stopped: make(chan struct{}), loaded: make(chan struct{}),
		known: map[domain.SessionID]bool{}, changed: make(chan struct{}),
	}
}

// add appends the revocations of a page that are not known yet, and drops those that are older than the list. It returns the times of
// those that it appended.
func (w *revocationWindow) add(page app.RevocationPage) (added []time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	drop := 0
	for drop < len(w.events) && w.events[drop].RevokedAt.Before(page.From) {
		delete(w.known, w.events[drop].SessionID)
		drop++
	}
	w.events, w.dropped = w.events[drop:], w.dropped+drop
	for _, r := range page.Found {
		if r.RevokedAt.After(w.newest) {
			w.newest = r.RevokedAt
		}
		if !w.known[r.SessionID] {
			w.known[r.SessionID] = true
			w.events = append(w.events, revocationEvent{Revocation: r, cursor: page.After(r)})
			added = append(added, r.RevokedAt)
		}
	}
	if len(added) > 0 {
		w.signalChange()
	}
	return added
}

// isLoaded reports whether a poll was complete, or has failed.
func (w *revocationWindow) isLoaded() bool {
	select {
	case <-w.loaded:
		return true
	default:
		return false
	}
}

func (w *revocationWindow) signalChange() {
	close(w.changed)
	w.changed = make(chan struct{})
}

// recentOverlap is how far a poll for recent revocations goes back behind the newest: several replicas revoke concurrently.
const recentOverlap = 2 * time.Second

// recent is the cursor of a poll that reads the recent revocations only; all is that of a complete poll.
func (w *revocationWindow) recent(all domain.RevocationCursor) domain.RevocationCursor {
	w.mu.Lock()
	defer w.mu.Unlock()
	if from := w.newest.Add(-recentOverlap); from.After(all.After.At) {
		return domain.RevocationCursor{After: domain.RevocationPosition{At: from}}
	}
	return all
}

// setRead records when a complete poll began.
func (w *revocationWindow) setRead(at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.readAt = at
}

// isFresh reports whether a complete poll began within d.
func (w *revocationWindow) isFresh(d time.Duration) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Since(w.readAt) <= d
}

// setLoaded lets streams begin. Further calls do nothing.
func (w *revocationWindow) setLoaded() {
	if !w.isLoaded() {
		close(w.loaded)
	}
}

// closeWithError makes all streams end.
func (w *revocationWindow) closeWithError(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.err = err
	w.signalChange()
	w.setLoaded()
}

// after returns the events after a position, the position after these, and a channel that is closed when there are more. The
// caller must not change the events.
func (w *revocationWindow) after(position int) (events []revocationEvent, next int, changed <-chan struct{}, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.events[max(0, position-w.dropped):], w.dropped + len(w.events), w.changed, w.err
}
