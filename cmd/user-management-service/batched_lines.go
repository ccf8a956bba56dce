package main

import (
	"io"
	"sync"
	"time"
)

const (
	// linesDelay is the delay of the log: a killed process loses no more of it than that.
	linesDelay = 20 * time.Millisecond
	// linesSize is how many bytes may wait.
	linesSize = 64 << 10
)

// batchedLines writes log lines in batches: a system call for each line, which also wakes the log's reader, would be a tenth of the
// cost of a quick request. It is safe for concurrent use. Make it with newBatchedLines and call flush at the end.
type batchedLines struct {
	to      io.Writer
	delay   time.Duration // the longest that a line waits for others
	mu      sync.Mutex
	waiting []byte
	due     *time.Timer
}

func newBatchedLines(to io.Writer, delay time.Duration) *batchedLines {
	b := &batchedLines{to: to, delay: delay}
	// On a busy machine the timer can fire before the next line.
	b.mu.Lock()
	defer b.mu.Unlock()
	b.due = time.AfterFunc(delay, b.flush)
	b.due.Stop()
	return b
}

// Write adds lines. It never returns an error: lines that cannot be written are dropped.
func (b *batchedLines) Write(lines []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.waiting) == 0 {
		b.due.Reset(b.delay)
	}
	if b.waiting = append(b.waiting, lines...); len(b.waiting) >= linesSize {
		b.write()
	}
	return len(lines), nil
}

// flush writes the waiting lines.
func (b *batchedLines) flush() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.write()
}

func (b *batchedLines) write() {
	b.due.Stop()
	if len(b.waiting) > 0 {
		_, _ = b.to.Write(b.waiting)
		b.waiting = b.waiting[:0]
	}
}
