package passwordhash

import (
	"context"
	"runtime"
	"sync"
	"time"

	"github.com/siriusys/user-management-service/adapters/passwordhash/argon2id"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// pool bounds how many hashes are computed concurrently and how many wait. Its own threads compute them, each in its own
// memory, and start the next hash as soon as one is finished. The queue decides which is next. Hashes that need other memory than
// the thread's share a bounded amount of it: the next hash waits, and those behind it, until there is enough.
type pool struct {
	newMemory   func() *argon2id.Memory
	concurrency int
	counts      counts
	// wake receives a value for each idle thread that has to look at the queue.
	wake chan struct{}

	mu      sync.Mutex
	waiting *queue
	threads int // running goroutines of compute
	busy    int // of them, those that compute a hash
	idle    int // of them, those that wait for wake and were not woken
	// held is the next hash while there is not enough memory for it.
	held *job
	// free is how much other memory is available, in bytes.
	free float64
}

// job is one hash.
type job struct {
	waiter domain.HashWaiter
	ctx    context.Context
	since  time.Time // when it was added to the queue
	memory float64   // bytes beyond the thread's own memory
	work   func(*argon2id.Memory)
	done   chan outcome
}

// outcome is how a job ended: with the value that it panicked with, or with the error for which it was not computed.
type outcome struct {
	panicked any
	err      error
}

func newPool(concurrency, queueSize int, newMemory func() *argon2id.Memory, counts counts) *pool {
	return &pool{
		newMemory: newMemory, concurrency: concurrency, counts: counts, wake: make(chan struct{}, concurrency), waiting: newQueue(queueSize),
		free: maxCost.memory,
	}
}

// ready returns domain.ErrBusy while run would for the waiter.
func (p *pool) ready(w domain.HashWaiter) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.waiting.accepts(w, p.room()) {
		p.counts.HashRefused(ports.HashQueueFull)
		return domain.ErrBusy
	}
	return nil
}

// room is how many hashes the queue may have beyond its capacity, because threads are free for them.
func (p *pool) room() int {
	if p.held != nil {
		return p.concurrency - p.busy - 1
	}
	return p.concurrency - p.busy
}

// run waits for a thread that does the work in its memory. It returns nil if the work was done, also if ctx ended meanwhile;
// domain.ErrBusy if the queue is full, immediately or when another waiter needs the place; and the error of ctx if ctx ends first.
func (p *pool) run(ctx context.Context, w domain.HashWaiter, work func(*argon2id.Memory)) error {
	return p.runWith(ctx, w, 0, work)
}

// runWith is run for work that needs other memory than the thread's. More than there is counts as all of it.
func (p *pool) runWith(ctx context.Context, w domain.HashWaiter, memory float64, work func(*argon2id.Memory)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	j := &job{waiter: w, ctx: ctx, since: time.Now(), memory: min(memory, maxCost.memory), work: work, done: make(chan outcome, 1)}
	if !p.enqueue(j) {
		return domain.ErrBusy
	}
	select {
	case ended := <-j.done:
		return ended.result()
	case <-ctx.Done():
	}
	if p.remove(j) {
		p.counts.HashRefused(ports.HashCancelled)
		return ctx.Err()
	}
	ended := <-j.done // it is being computed, or has just been refused
	return ended.result()
}

// remove removes a job that is not being computed yet, and reports whether it was there.
func (p *pool) remove(j *job) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held == j {
		p.held = nil
		p.wakeIdle()
		return true
	}
	isRemoved := p.waiting.remove(j)
	p.counts.HashesWaiting(p.waiting.size)
	return isRemoved
}

// wakeIdle wakes the threads that found the next hash held, as far as there are hashes for them.
func (p *pool) wakeIdle() {
	for range min(p.idle, p.waiting.size) {
		p.idle--
		p.wake <- struct{}{}
	}
}

func (o outcome) result() error {
	if o.panicked != nil {
		panic(o.panicked)
	}
	return o.err
}

// enqueue adds the job and makes sure that a thread will find it.
func (p *pool) enqueue(j *job) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	removed, ok := p.waiting.push(j, p.room())
	p.counts.HashesWaiting(p.waiting.size)
	if removed != nil {
		p.counts.HashRefused(ports.HashDisplaced)
		removed.done <- outcome{err: domain.ErrBusy}
	}
	switch {
	case !ok:
		p.counts.HashRefused(ports.HashQueueFull)
		return false
	case p.idle > 0:
		p.idle--
		p.wake <- struct{}{}
	case p.threads < min(p.concurrency, p.busy+p.waiting.size):
		p.threads++
		go p.compute()
	}
	return true
}

// idleTimeout is how long a thread and its memory stay without a hash.
const idleTimeout = time.Minute

// compute runs a thread. It lowers the thread's priority, because a hash takes milliseconds of a core, while
// other work takes microseconds and should not wait for it.
func (p *pool) compute() {
	// Never unlocked, so that the thread ends with the goroutine: raising the priority again would need a privilege.
	runtime.LockOSThread()
	lowerPriority()
	memory := p.newMemory()
	for j := p.next(); ; j = p.next() {
		if j != nil {
			ended := j.compute(memory)
			j.release(memory)
			p.finish(j, ended)
			// Without yielding, the caller and every goroutine queued behind it would also wait for the next hash.
			runtime.Gosched()
			continue
		}
		memory.Wipe()
		if p.isRetired() {
			return
		}
	}
}

// next returns the next job. If there is none, or not enough memory for it, next counts the thread as idle.
func (p *pool) next() *job {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held == nil {
		p.held = p.waiting.pop()
		p.counts.HashesWaiting(p.waiting.size)
	}
	if p.held == nil || p.held.memory > p.free {
		p.idle++
		return nil
	}
	j := p.held
	p.held = nil
	p.busy++
	p.free -= j.memory
	p.counts.HashStarted(time.Since(j.since))
	return j
}

func (p *pool) finish(j *job, ended outcome) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.busy--
	if j.memory > 0 {
		p.free += j.memory
		p.wakeIdle()
	}
	j.done <- ended
}

// collectFrom is the memory, in bytes, from which on a hash's memory is collected before the next one may use as much.
const collectFrom = 16 * mebi

// release frees the other memory of a job. The runtime would let the garbage of several hashes accumulate.
func (j *job) release(memory *argon2id.Memory) {
	if j.memory == 0 {
		return
	}
	collect(memory, j.memory)
}

// collect frees the memory of a hash that used so many bytes.
func collect(m *argon2id.Memory, used float64) {
	m.Wipe()
	if used >= collectFrom {
		runtime.GC()
	}
}

// isRetired waits until an idle thread is woken or was idle for too long. In the latter case it counts the thread as stopped.
func (p *pool) isRetired() bool {
	select {
	case <-p.wake:
		return false
	case <-time.After(idleTimeout):
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.wake: // it was woken at the same time, and is counted as not idle
		return false
	default:
		p.idle--
		p.threads--
		return true
	}
}

// compute does the work, unless the context has ended before.
func (j *job) compute(memory *argon2id.Memory) (ended outcome) {
	if err := j.ctx.Err(); err != nil {
		return outcome{err: err}
	}
	defer func() { ended.panicked = recover() }()
	j.work(memory)
	return outcome{}
}
