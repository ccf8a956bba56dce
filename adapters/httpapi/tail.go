package httpapi

import (
	"context"
	"sync"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

// event is one revocation and where a stream that has sent it is to be resumed.
type event struct {
	domain.Revocation
	resume domain.RevocationCursor
}

// tail is the end of the list of revocations, in the order in which this replica saw them. A stream keeps its place in it
// by counting, so a slow one needs no queue of its own: what it misses in the end has no token left.
type tail struct {
	cancel  context.CancelFunc
	stopped chan struct{} // closed when nothing reads any more
	filled  chan struct{} // closed when the first reading is complete, or failed
	streams int           // guarded by the feed

	mu     sync.Mutex
	events []event
	gone   int // how many events were dropped in front of these
	known  map[domain.SessionID]bool
	news   chan struct{} // closed when events come, or err
	err    error
}

func newTail(cancel context.CancelFunc) *tail {
	return &tail{
		cancel: cancel, stopped: make(chan struct{}), filled: make(chan struct{}),
		known: map[domain.SessionID]bool{}, news: make(chan struct{}),
	}
}

// add takes in what a page has that was not seen before, and drops what is older than the list.
func (t *tail) add(page app.RevocationPage) {
	t.mu.Lock()
	defer t.mu.Unlock()
	drop := 0
	for drop < len(t.events) && t.events[drop].EndedAt.Before(page.From) {
		delete(t.known, t.events[drop].SessionID)
		drop++
	}
	t.events, t.gone = t.events[drop:], t.gone+drop
	before := len(t.events)
	for _, r := range page.Found {
		if !t.known[r.SessionID] {
			t.known[r.SessionID] = true
			t.events = append(t.events, event{Revocation: r, resume: page.After(r)})
		}
	}
	if len(t.events) > before {
		t.announce()
	}
}

func (t *tail) announce() {
	close(t.news)
	t.news = make(chan struct{})
}

// fill says that everything up to now is in.
func (t *tail) fill() {
	select {
	case <-t.filled:
	default:
		close(t.filled)
	}
}

// fail ends all streams.
func (t *tail) fail(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.err = err
	t.announce()
	t.fill()
}

// after returns the events behind the first n, the n for the next call, and what is closed when there is more to see. The
// events must not be changed.
func (t *tail) after(n int) (events []event, next int, news <-chan struct{}, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.events[max(0, n-t.gone):], t.gone + len(t.events), t.news, t.err
}
