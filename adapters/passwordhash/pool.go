package passwordhash

import (
	"context"

	"github.com/siriusys/user-management-service/domain"
)

// pool bounds how many hashes are computed at once and how many wait.
type pool struct {
	slots   chan struct{}
	tickets chan struct{}
}

func newPool(concurrency, queue int) *pool {
	return &pool{slots: make(chan struct{}, concurrency), tickets: make(chan struct{}, concurrency+queue)}
}

// ready is domain.ErrBusy while run would refuse.
func (p *pool) ready() error {
	if len(p.tickets) == cap(p.tickets) {
		return domain.ErrBusy
	}
	return nil
}

// run waits for a slot and does the work. domain.ErrBusy at once if too many wait already; ctx's error if it ends first.
func (p *pool) run(ctx context.Context, work func()) error {
	select {
	case p.tickets <- struct{}{}:
		defer func() { <-p.tickets }()
	default:
		return domain.ErrBusy
	}
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
		return ctx.Err()
	}
	// Both cases may have been ready.
	if err := ctx.Err(); err != nil {
		return err
	}
	work()
	return nil
}
