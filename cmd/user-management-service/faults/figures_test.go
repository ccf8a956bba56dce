//go:build faults

package faults

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the figures of this run into docs/reliability.md")

// figures are what the tests measured, by what was measured.
var figures = struct {
	mu     sync.Mutex
	values map[string][]string
}{values: map[string][]string{}}

// figure logs a figure for docs/reliability.md. A test may measure one several times.
func figure(t *testing.T, what, format string, args ...any) {
	t.Helper()
	value := fmt.Sprintf(format, args...)
	t.Logf("%s: %s", what, value)
	figures.mu.Lock()
	defer figures.mu.Unlock()
	figures.values[what] = append(figures.values[what], value)
}

// The figures are between these lines of the page.
const beginFigures, endFigures = "<!-- figures -->\n", "<!-- end of figures -->\n"

// writeFigures replaces the figures of docs/reliability.md.
func writeFigures(at time.Time) error {
	page := filepath.Join(repository, "docs", "reliability.md")
	text, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	before, rest, isBegun := bytes.Cut(text, []byte(beginFigures))
	_, after, isEnded := bytes.Cut(rest, []byte(endFigures))
	if !isBegun || !isEnded {
		return errors.New(page + " has no place for figures")
	}
	var table strings.Builder
	fmt.Fprintf(&table, "From one run of `make reliability` on %s, on %d cores that ran four tests concurrently:\n\n| | |\n|---|--:|\n",
		at.Format("2 January 2006"), runtime.NumCPU())
	for _, what := range slices.Sorted(maps.Keys(figures.values)) {
		fmt.Fprintf(&table, "| %s | %s |\n", what, strings.Join(figures.values[what], "; "))
	}
	text = slices.Concat(before, []byte(beginFigures), []byte(table.String()), []byte(endFigures), after)
	return os.WriteFile(page, text, 0o644) //nolint:gosec // a page
}
