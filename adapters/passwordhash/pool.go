package passwordhash

import (
	"context"
	"runtime"
	"sync"
	"time"

	"github.com/siriusys/user-management-service/adapters/passwordhash/argon2id"
	"github.com/siriusys/user-management-service/domain"
)

// pool bounds how many hashes are computed at once and how many wait. Threads of its own compute them, each in its memory, and
// take the next as soon as they are done with one.
type pool struct {
	newMemory   func() *argon2id.Memory
	concurrency int
	// tickets are held by those who wait and by those who are worked for.
	tickets chan struct{}
	// jobs has no buffer: those who wait block on it, in their order, and may go.
	jobs chan job

	mu      sync.Mutex
	threads int
}

// job is one hash. done gets what it panicked with, or nil.
type job struct {
	work func(*argon2id.Memory)
	done chan any
}

func newPool(concurrency, queue int, newMemory func() *argon2id.Memory) *pool {
	return &pool{newMemory: newMemory, concurrency: concurrency, tickets: make(chan struct{}, concurrency+queue), jobs: make(chan job)}
}

// ready is domain.ErrBusy while run would refuse.
func (p *pool) ready() error {
	if len(p.tickets) == cap(p.tickets) {
		return domain.ErrBusy
	}
	return nil
}

// run waits for a thread and has it do the work in its memory. domain.ErrBusy at once if too many wait already; ctx's error if
// it ends first.
func (p *pool) run(ctx context.Context, work func(*argon2id.Memory)) error {
	select {
	case p.tickets <- struct{}{}:
		defer func() { <-p.tickets }()
	default:
		return domain.ErrBusy
	}
	p.ensureThread()
	j := job{done: make(chan any, 1), work: func(m *argon2id.Memory) {
		// Whoever gave up while a thread came free may have been taken all the same.
		if ctx.Err() == nil {
			work(m)
		}
	}}
	select {
	case p.jobs <- j:
	case <-ctx.Done():
		return ctx.Err()
	}
	if fault := <-j.done; fault != nil {
		panic(fault)
	}
	return ctx.Err()
}

// ensureThread starts one more thread if those that there are may all be busy with others. The caller holds a ticket.
func (p *pool) ensureThread() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.threads < min(p.concurrency, len(p.tickets)) {
		p.threads++
		go p.compute()
	}
}

// idle is how long a thread, and its memory, stays when nothing is hashed.
const idle = time.Minute

// compute is what a thread does. It gives way to all others: a hash takes milliseconds of a core; what else the machine has to
// do takes microseconds and need not wait for it.
func (p *pool) compute() {
	// Never unlocked: the thread ends with the goroutine, since who gave way cannot take it back.
	runtime.LockOSThread()
	giveWay()
	memory := p.newMemory()
	for {
		select {
		case j := <-p.jobs:
			j.compute(memory)
			continue
		default: // nobody waits
			memory.Wipe()
		}
		select {
		case j := <-p.jobs:
			j.compute(memory)
		case <-time.After(idle):
			if p.leave() {
				return
			}
		}
	}
}

func (j job) compute(memory *argon2id.Memory) {
	j.done <- faultOf(func() { j.work(memory) })
	// Else who waited for it, and all that got in line behind, would wait for the next hash too.
	runtime.Gosched()
}

// leave reports whether a thread may end. It may not while somebody holds a ticket, who may count on it.
func (p *pool) leave() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.tickets) > 0 {
		return false
	}
	p.threads--
	return true
}

// faultOf is what do panics with.
func faultOf(do func()) (fault any) {
	defer func() { fault = recover() }()
	do()
	return nil
}
