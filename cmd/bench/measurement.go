package main

import (
	"fmt"
	"os"
	"runtime"
	"time"
)

// measurement has what one run of the bench has measured so far.
type measurement struct {
	duration time.Duration // of each load
	begin    time.Time
	// profiles is the folder for CPU profiles; empty without them.
	profiles string
	results  []result
	facts    []fact
	// floodFacts were measured during a flood of logins.
	floodFacts []fact
	// revocationFacts are about the feed of revocations and the verifier.
	revocationFacts []fact
	// observing is what traces and metrics cost.
	observing []fact
	// counting are the rates at which the store counts requests.
	counting []result
	// storm is nil unless it was measured.
	storm *storm
	// costs are those of single operations.
	costs []cost
}

// fact is a measured value that is not the rate of a load. The goal may be empty.
type fact struct {
	name, value, goal string
	missed            bool
}

// progress prints a line with the seconds since the run began.
func (m *measurement) progress(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%5.0fs  %s\n", time.Since(m.begin).Seconds(), fmt.Sprintf(format, args...))
}

func (m *measurement) addResult(r result) {
	m.progress("%s", r)
	m.results = append(m.results, r)
}

func (m *measurement) addFact(f fact) {
	m.progress("%s: %s", f.name, f.value)
	m.facts = append(m.facts, f)
}

// addFactf adds a fact without a goal.
func (m *measurement) addFactf(name, format string, args ...any) {
	m.addFact(fact{name: name, value: fmt.Sprintf(format, args...)})
}

// limit is the last result of a limit at a number of connections. Hashes have one result for all numbers of connections.
func (m *measurement) limit(name string, conns int) result {
	var found result
	for _, r := range m.results {
		if r.name == name && (r.conns == conns || name == rawHash) {
			found = r
		}
	}
	return found
}

func machine() string {
	return fmt.Sprintf("%d cores, %s, %s/%s", runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
