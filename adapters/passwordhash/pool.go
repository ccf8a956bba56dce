package passwordhash

import (
	"context"

	"github.com/siriusys/user-management-service/adapters/passwordhash/argon2id"
	"github.com/siriusys/user-management-service/domain"
)

// pool bounds how many hashes are computed at once and how many wait.
type pool struct {
	slots    chan struct{}
	tickets  chan struct{}
	memories *memories
}

func newPool(concurrency, queue int, m *memories) *pool {
	return &pool{slots: make(chan struct{}, concurrency), tickets: make(chan struct{}, concurrency+queue), memories: m}
}

// ready is domain.ErrBusy while run would refuse.
func (p *pool) ready() error {
	if len(p.tickets) == cap(p.tickets) {
		return domain.ErrBusy
	}
	return nil
}

// run waits for a slot and does the work in its memory. domain.ErrBusy at once if too many wait already; ctx's error if it ends first.
func (p *pool) run(ctx context.Context, work func(*argon2id.Memory)) error {
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
	memory := p.memories.take()
	defer p.memories.put(memory)
	aside(func() { work(memory) })
	return nil
}
