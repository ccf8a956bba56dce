package main

import (
	_ "embed"
	"fmt"
	"os"
	"strings"
	"time"
)

// misses is kept by hand: why goals are missed.
//
//go:embed misses.md
var misses string

// table is the report.
func (m *measurement) table() string {
	var b strings.Builder
	fmt.Fprintf(&b, `# Performance

Written by `+"`make bench`"+` on %s: %s. Load, service and PostgreSQL share the machine, so only the ratios mean something.
Limits and the operations that they bound take turns, `+fmt.Sprint(rounds)+` times; a ratio is the median of the turns'. **missed** marks each goal that is
not reached.

## Limits

What nothing that does the same can be faster than, on this machine. pgbench tells no quantiles; its p50 is the mean.

| limit | connections | a second | p50 | p99 |
|---|--:|--:|--:|--:|
`, time.Now().UTC().Format(time.DateOnly), machine())
	compared := map[string]operation{}
	for _, op := range operations() {
		compared[op.name] = op
	}
	for _, r := range m.results {
		if _, isOperation := compared[r.name]; !isOperation {
			fmt.Fprintf(&b, "| %s | %d | %.0f | %s | %s |\n", r.name, r.conns, r.rate, round(r.p50), dash(r.p99))
		}
	}
	m.writeOperations(&b, compared)
	m.writeTail(&b, compared)
	m.writeCosts(&b)
	fmt.Fprintf(&b, "\n## While %d log in at once\n\nProfiles are read on %d connections, each %v after its last answer, beside logins on %d, each of which waits some %v after a refusal.\nNobody has a priority.\n",
		flooders, calmers, calmEvery, flooders, refusedPause)
	writeFacts(&b, m.flooded)
	b.WriteString("\n## What else was measured\n")
	writeFacts(&b, m.facts)
	b.WriteString("\n" + strings.TrimSpace(misses) + "\n")
	return b.String()
}

func (m *measurement) writeOperations(b *strings.Builder, compared map[string]operation) {
	b.WriteString(`
## Operations

Allocations and KiB are what the service allocates for one operation, with what it does in the background for it.

| operation | connections | a second | p50 | p99 | allocations | KiB | compared with | ratio | goal | |
|---|--:|--:|--:|--:|--:|--:|---|--:|--:|---|
`)
	for _, r := range m.results {
		op, ok := compared[r.name]
		if !ok {
			continue
		}
		ratio, goal, verdict := r.ratio(m.limit(op.limit, r.conns)), "", ""
		if op.goal > 0 {
			goal, verdict = fmt.Sprintf("%.2f", op.goal), missed(ratio < op.goal)
		}
		fmt.Fprintf(b, "| %s | %d | %.0f | %s | %s | %.0f | %.0f | %s | %.2f | %s | %s |\n",
			r.name, r.conns, r.rate, round(r.p50), round(r.p99), r.allocs, r.allocated/1024, op.limit, ratio, goal, verdict)
	}
}

// tailGoal is the most that the p99 of what hashes may be, in queueing minima, at connections[0].
const tailGoal = 1.6

func (m *measurement) writeTail(b *strings.Builder, compared map[string]operation) {
	b.WriteString(`
## What hashes, and its queue

With as many requests at once as connections, each waits at least for connections / hashes a second: the queueing minimum.

| operation | connections | p99 | queueing minimum | ratio | goal | |
|---|--:|--:|--:|--:|--:|---|
`)
	for _, r := range m.results {
		op, ok := compared[r.name]
		if !ok || op.limit != rawHash {
			continue
		}
		least := time.Duration(float64(r.conns) / m.limit(op.limit, r.conns).rate * float64(time.Second))
		ratio, goal, verdict := float64(r.p99)/float64(least), "", ""
		if r.conns == connections[0] && (r.name == "login" || r.name == "signup") {
			goal, verdict = fmt.Sprintf("below %.1f", tailGoal), missed(ratio >= tailGoal)
		}
		fmt.Fprintf(b, "| %s | %d | %s | %s | %.2f | %s | %s |\n", r.name, r.conns, round(r.p99), round(least), ratio, goal, verdict)
	}
}

func (m *measurement) writeCosts(b *strings.Builder) {
	fmt.Fprintf(b, `
## What one operation costs

Round trips, syncs and bytes of the database's log (WAL): the median of %d operations done one at a time, without the letters that
they ask for. A round trip begins when the service sends something after an answer has reached it; what is pipelined is one trip.
Syncs are PostgreSQL's own count; every server process is made to report it after each operation.

| operation | round trips | goal | syncs | goal | bytes of log | |
|---|--:|--:|--:|--:|--:|---|
`, counted)
	for _, c := range m.costsFound {
		goal, verdict := "", missed(c.syncs > 1)
		if most := tripGoals[c.name]; most > 0 {
			goal, verdict = fmt.Sprint(most), missed(c.trips > most || c.syncs > 1)
		}
		fmt.Fprintf(b, "| %s | %d | %s | %d | 1 | %d | %s |\n", c.name, c.trips, goal, c.syncs, c.bytes, verdict)
	}
}

// tripGoals are the most round trips that are aimed at.
var tripGoals = map[string]int64{"login": 2, "signup": 2, "me": 1, "introspect": 1, "refresh": 1, "logout": 1, "reset request": 2}

func writeFacts(b *strings.Builder, facts []fact) {
	b.WriteString("\n| | | goal | |\n|---|--:|--:|---|\n")
	for _, f := range facts {
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", f.name, f.value, f.goal, missed(f.missed))
	}
}

func missed(is bool) string {
	if is {
		return "**missed**"
	}
	return ""
}

// atLeast and below are facts with a goal.
func atLeast(name string, value, goal float64, unit string) fact {
	return fact{name, fmt.Sprintf("%.0f%s", value, unit), fmt.Sprintf("%.0f%s", goal, unit), value < goal}
}

func below(name string, value, goal float64, unit string) fact {
	return fact{name, figure(value) + unit, fmt.Sprintf("below %.0f%s", goal, unit), value >= goal}
}

func figure(value float64) string {
	if value < 10 {
		return fmt.Sprintf("%.2f", value)
	}
	return fmt.Sprintf("%.0f", value)
}

// writeReport writes the report where it belongs.
func (m *measurement) writeReport(path string) error {
	m.say("writing %s", path)
	return os.WriteFile(path, []byte(m.table()), 0o644) //nolint:gosec // a document of the project
}
