package main

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
)

// batches collects what is written, and counts the writes.
type batches struct {
	mu     sync.Mutex
	all    bytes.Buffer
	writes int
}

func (b *batches) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.writes++
	return b.all.Write(p)
}

func (b *batches) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.all.String()
}

func TestLinesAreWrittenCompleteInOrderAndInBatches(t *testing.T) {
	t.Parallel()
	var to batches
	lines := newBatchedLines(&to, linesDelay)
	var want strings.Builder
	for n := range 10_000 {
		fmt.Fprintf(&want, "line %d of many\n", n)
		fmt.Fprintf(lines, "line %d of many\n", n)
	}
	lines.flush()
	if to.String() != want.String() {
		t.Error("the written lines differ")
	}
	if to.writes > 100 {
		t.Errorf("10,000 lines took %d writes", to.writes)
	}
}

func TestALineIsWrittenWithoutFurtherLines(t *testing.T) {
	t.Parallel()
	var to batches
	lines := newBatchedLines(&to, linesDelay)
	for n := range 3 {
		fmt.Fprintln(lines, "line", n)
		eventually(t, fmt.Sprintf("line %d", n), func() bool { return strings.Contains(to.String(), fmt.Sprintln("line", n)) })
	}
}

// The timer of new batched lines fires immediately, as it can on a busy machine.
func TestATimerThatFiresEarlyHarmsNoLine(t *testing.T) {
	t.Parallel()
	for range 10_000 {
		var to batches
		lines := newBatchedLines(&to, 0)
		fmt.Fprintln(lines, "line")
		lines.flush()
		if to.String() != "line\n" {
			t.Fatalf("written: %q", to.String())
		}
	}
}
