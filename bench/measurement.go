package main

import (
	"fmt"
	"os"
	"runtime"
	"time"
)

// measurement is what one run of the bench found out so far.
type measurement struct {
	d     time.Duration // of each load
	begun time.Time
	// profiles is the folder that they go to; empty if nobody asked for any.
	profiles string
	results  []result
	facts    []fact
	// flooded is what the others notice during a flood of logins.
	flooded []fact
	// costsFound are those of single operations.
	costsFound []cost
}

// fact is one line of what else was measured. The goal may be empty.
type fact struct {
	name, value, goal string
	missed            bool
}

// say shows progress.
func (m *measurement) say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%5.0fs  %s\n", time.Since(m.begun).Seconds(), fmt.Sprintf(format, args...))
}

func (m *measurement) keep(r result) {
	m.say("%s", r)
	m.results = append(m.results, r)
}

// note keeps a fact without goal.
func (m *measurement) note(name, format string, args ...any) {
	m.keepFact(fact{name: name, value: fmt.Sprintf(format, args...)})
}

func (m *measurement) keepFact(f fact) {
	m.say("%s: %s", f.name, f.value)
	m.facts = append(m.facts, f)
}

// limit is the last result of a limit at a number of connections. Hashes have one for any number.
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
