package main

import (
	"io"
	"sync"
	"time"
)

const (
	// linesHeld is how long a line waits for others at most. A process that is killed loses no more than that of its log.
	linesHeld = 20 * time.Millisecond
	// linesSize is how many bytes may wait.
	linesSize = 64 << 10
)

// batchedLines passes log lines on, several at once: a system call for each line, and whoever reads it woken, would be a tenth
// of what a quick request costs. It is safe for concurrent use. Make it with newBatchedLines and end it with flush.
type batchedLines struct {
	to      io.Writer
	mu      sync.Mutex
	waiting []byte
	due     *time.Timer
}

func newBatchedLines(to io.Writer) *batchedLines {
	b := &batchedLines{to: to}
	b.due = time.AfterFunc(linesHeld, b.flush)
	b.due.Stop()
	return b
}

// Write takes lines. It never fails: what cannot be written is lost, as any log is whose reader is gone.
func (b *batchedLines) Write(lines []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.waiting) == 0 {
		b.due.Reset(linesHeld)
	}
	if b.waiting = append(b.waiting, lines...); len(b.waiting) >= linesSize {
		b.pass()
	}
	return len(lines), nil
}

// flush passes on what waits.
func (b *batchedLines) flush() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pass()
}

func (b *batchedLines) pass() {
	b.due.Stop()
	if len(b.waiting) > 0 {
		_, _ = b.to.Write(b.waiting)
		b.waiting = b.waiting[:0]
	}
}
