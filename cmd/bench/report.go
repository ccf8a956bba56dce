package main

import (
	_ "embed"
	"fmt"
	"os"
	"strings"
	"time"
)

// misses explains why goals are missed. It is written by hand.
//
//go:embed misses.md
var misses string

// report returns the whole report in Markdown.
func (m *measurement) report() string {
	var b strings.Builder
	byName := map[string]operation{}
	for _, op := range operations() {
		byName[op.name] = op
	}
	fmt.Fprintf(&b, `# Performance

Written by `+"`make bench`"+` on %s: %s. Load, service and PostgreSQL share the machine, so only the ratios are
meaningful. The bench alternates between limits and the operations that they bound, in %d rounds. A ratio is the median of the
rounds. **missed** marks a goal that is not reached.
`, time.Now().UTC().Format(time.DateOnly), machine(), rounds)
	m.writeLimits(&b, byName)
	m.writeOperations(&b, byName)
	m.writeTailLatency(&b, byName)
	m.writeCosts(&b)
	m.writeCounting(&b)
	m.writeObserving(&b)
	m.writeRevocations(&b)
	m.writeFlood(&b)
	m.storm.writeTo(&b)
	b.WriteString("\n## Other measurements\n")
	writeFacts(&b, m.facts)
	b.WriteString("\n" + strings.TrimSpace(misses) + "\n")
	return b.String()
}

func (m *measurement) writeLimits(b *strings.Builder, byName map[string]operation) {
	b.WriteString(`
## Limits

The rates at which this machine does only the minimal work. No service that does this work can be faster. pgbench reports no
quantiles; its p50 is the mean.

- Argon2id: one hash at a time on each core, with the service's parameters, for each implementation; "on all cores" is the
  fastest implementation, measured alternately with the operations that hash.
- Echo: a handler without any work. Verification: of a token's Ed25519 signature. Cached verification: once for each token.
  SELECT: one column of one row by primary key.
- pgbench: prepared statements. SELECT: as above. INSERT: one row. 3 statements: SELECT and INSERT in a transaction, and COMMIT.

| limit | connections | per second | p50 | p99 |
|---|--:|--:|--:|--:|
`)
	for _, r := range m.results {
		if _, isOperation := byName[r.name]; !isOperation {
			fmt.Fprintf(b, "| %s | %d | %.0f | %s | %s |\n", r.name, r.conns, r.rate, round(r.p50), dash(r.p99))
		}
	}
}

func (m *measurement) writeOperations(b *strings.Builder, byName map[string]operation) {
	b.WriteString("\n## Operations\n\n")
	for _, op := range operations() {
		fmt.Fprintf(b, "- %s: %s\n", op.name, op.meaning)
	}
	b.WriteString(`
Allocations and KiB are what the service allocates for one operation, including its background work for the operation.

| operation | connections | per second | p50 | p99 | allocations | KiB | compared with | ratio | goal | |
|---|--:|--:|--:|--:|--:|--:|---|--:|--:|---|
`)
	for _, r := range m.results {
		op, ok := byName[r.name]
		if !ok {
			continue
		}
		ratio, goal, verdict := r.ratio(m.limit(op.limit, r.conns)), "", ""
		if op.goal > 0 {
			goal, verdict = fmt.Sprintf("%.2f", op.goal), missed(ratio < op.goal)
		}
		fmt.Fprintf(b, "| %s | %d | %.0f | %s | %s | %.0f | %.0f | %s | %.2f | %s | %s |\n",
			r.name, r.conns, r.rate, round(r.p50), round(r.p99), r.objects, r.bytes/1024, op.limit, ratio, goal, verdict)
	}
}

// tailLatencyGoal bounds the p99 of login and signup at connections[0], as a multiple of the queueing minimum.
const tailLatencyGoal = 1.6

func (m *measurement) writeTailLatency(b *strings.Builder, byName map[string]operation) {
	b.WriteString(`
## The queue for password hashes

Each connection always has one request in progress. A request therefore takes at least the number of connections divided by the
rate of hashes: the queueing minimum.

| operation | connections | p99 | queueing minimum | ratio | goal | |
|---|--:|--:|--:|--:|--:|---|
`)
	for _, r := range m.results {
		op, ok := byName[r.name]
		if !ok || op.limit != rawHash {
			continue
		}
		minimum := time.Duration(float64(r.conns) / m.limit(op.limit, r.conns).rate * float64(time.Second))
		ratio, goal, verdict := float64(r.p99)/float64(minimum), "", ""
		if r.conns == connections[0] && (r.name == "login" || r.name == "signup") {
			goal, verdict = fmt.Sprintf("below %.1f", tailLatencyGoal), missed(ratio >= tailLatencyGoal)
		}
		fmt.Fprintf(b, "| %s | %d | %s | %s | %.2f | %s | %s |\n", r.name, r.conns, round(r.p99), round(minimum), ratio, goal, verdict)
	}
}

func (m *measurement) writeCosts(b *strings.Builder) {
	fmt.Fprintf(b, `
## Database cost of one operation

Round trips to PostgreSQL, syncs of its write-ahead log (WAL) and bytes of WAL: the median of %d operations that run one at a
time. The messages that they request are not counted. A round trip begins when the service sends something after it has received
a response; pipelined statements are one round trip. PostgreSQL counts the syncs, and every server process reports its count
after each operation.

| operation | round trips | goal | syncs | goal | bytes of WAL | |
|---|--:|--:|--:|--:|--:|---|
`, costRepetitions)
	for _, c := range m.costs {
		goal, verdict := "", missed(c.syncs > 1)
		if limit := tripGoals[c.name]; limit > 0 {
			goal, verdict = fmt.Sprint(limit), missed(c.trips > limit || c.syncs > 1)
		}
		fmt.Fprintf(b, "| %s | %d | %s | %d | 1 | %d | %s |\n", c.name, c.trips, goal, c.syncs, c.bytes, verdict)
	}
}

// tripGoals are the largest numbers of round trips that meet the goal.
var tripGoals = map[string]int64{"login": 2, "signup": 2, "me": 1, "introspect": 1, "refresh": 1, "logout": 1, "reset request": 2}

func (m *measurement) writeFlood(b *strings.Builder) {
	fmt.Fprintf(b, `
## Reads during %d concurrent logins

%d readers read profiles; each pauses %v after a response. Meanwhile %d clients log in repeatedly; each pauses about %v after
a refusal. All clients have the same priority.
`, loginClients, readers, readPause, loginClients, retryPause)
	writeFacts(b, m.floodFacts)
}

func writeFacts(b *strings.Builder, facts []fact) {
	b.WriteString("\n| | | goal | |\n|---|--:|--:|---|\n")
	for _, f := range facts {
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", f.name, f.value, f.goal, missed(f.missed))
	}
}

func missed(isMissed bool) string {
	if isMissed {
		return "**missed**"
	}
	return ""
}

// atLeast is a fact whose value must reach the goal.
func atLeast(name string, value, goal float64, unit string) fact {
	return fact{name, fmt.Sprintf("%.0f%s", value, unit), fmt.Sprintf("%.0f%s", goal, unit), value < goal}
}

// below is a fact whose value must be less than the goal.
func below(name string, value, goal float64, unit string) fact {
	return fact{name, figure(value) + unit, fmt.Sprintf("below %.0f%s", goal, unit), value >= goal}
}

func figure(value float64) string {
	if value < 10 {
		return fmt.Sprintf("%.2f", value)
	}
	return fmt.Sprintf("%.0f", value)
}

func (m *measurement) writeReport(path string) error {
	m.progress("writing %s", path)
	return os.WriteFile(path, []byte(m.report()), 0o644) //nolint:gosec // a document of the project
}
