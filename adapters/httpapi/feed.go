package httpapi

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

// feed reads the list of revocations for all streams of this replica together, as long as there is one.
type feed struct {
	read     func(context.Context, domain.RevocationCursor) (app.RevocationPage, error)
	interval time.Duration // between two readings
	timeout  time.Duration // of a page
	capacity int           // streams at once
	logger   *slog.Logger

	mu      sync.Mutex
	streams int
	tail    *tail // what all new streams follow; nil while there is no stream, or reading failed
}

// join makes room for a stream and returns what it is to follow, with what the last minutes brought in it already. Each
// success is to be followed by a leave. Errors: domain.ErrBusy if there is no room; the error of reading; ctx's.
func (f *feed) join(ctx context.Context) (*tail, error) {
	t, err := f.enter()
	if err != nil {
		return nil, err
	}
	select {
	case <-t.filled:
	case <-ctx.Done():
		f.leave(t)
		return nil, ctx.Err()
	}
	if _, _, _, err := t.after(0); err != nil {
		f.leave(t)
		return nil, err
	}
	return t, nil
}

func (f *feed) enter() (*tail, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.streams == f.capacity {
		return nil, domain.ErrBusy
	}
	f.streams++
	if f.tail == nil {
		ctx, cancel := context.WithCancel(context.Background())
		f.tail = newTail(cancel)
		go f.follow(ctx, f.tail)
	}
	f.tail.streams++
	return f.tail, nil
}

// leave gives a stream's room back. The last one waits until nothing reads any more.
func (f *feed) leave(t *tail) {
	f.mu.Lock()
	f.streams--
	t.streams--
	last := t.streams == 0
	if last && f.tail == t {
		f.tail = nil
	}
	f.mu.Unlock()
	if last {
		t.cancel()
		<-t.stopped
	}
}

// follow reads again and again until ctx ends or reading fails. Then the streams end too, since nobody could vouch for them;
// their clients come back and read on from where they were.
func (f *feed) follow(ctx context.Context, t *tail) {
	defer close(t.stopped)
	again := time.NewTicker(f.interval)
	defer again.Stop()
	for at := (domain.RevocationCursor{}); ; {
		var err error
		if at, err = f.readOn(ctx, t, at); err != nil {
			f.abandon(t)
			t.fail(err)
			if ctx.Err() == nil {
				f.logger.WarnContext(ctx, "the revocations cannot be read, their streams end", "error", err)
			}
			return
		}
		t.fill()
		select {
		case <-ctx.Done():
			return
		case <-again.C:
		}
	}
}

// readOn reads all pages there are.
func (f *feed) readOn(ctx context.Context, t *tail, at domain.RevocationCursor) (domain.RevocationCursor, error) {
	for {
		page, err := f.readPage(ctx, at)
		if err != nil {
			return at, err
		}
		t.add(page)
		at = page.Next
		if !page.More {
			return at, nil
		}
	}
}

func (f *feed) readPage(ctx context.Context, at domain.RevocationCursor) (app.RevocationPage, error) {
	ctx, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	return f.read(ctx, at)
}

// abandon lets the next stream begin anew.
func (f *feed) abandon(t *tail) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.tail == t {
		f.tail = nil
	}
}
