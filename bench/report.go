package main

import (
	"fmt"
	"strings"
	"time"
)

// table is the report.
func (m *measurement) table() string {
	var b strings.Builder
	fmt.Fprintf(&b, `# Performance

Written by `+"`make bench`"+` on %s: %s. Load, service and PostgreSQL share the machine, so only the ratios mean something.
A ratio compares an operation with the limit beside it, measured in the same run.

## Limits

| limit | connections | a second | p50 | p99 |
|---|---|---|---|---|
`, time.Now().UTC().Format(time.DateOnly), machine())
	ops := map[string]string{"logout": "pgbench, 3 statements"}
	for _, op := range operations("") {
		ops[op.name] = op.limit
	}
	for _, r := range m.results {
		if ops[r.name] == "" {
			fmt.Fprintf(&b, "| %s | %d | %.0f | %s | %s |\n", r.name, r.conns, r.rate, round(r.p50), dash(r.p99))
		}
	}
	b.WriteString("\n## Operations\n\n| operation | connections | a second | p50 | p99 | compared with | ratio | goal |\n|---|---|---|---|---|---|---|---|\n")
	for _, r := range m.results {
		if limit := ops[r.name]; limit != "" {
			fmt.Fprintf(&b, "| %s | %d | %.0f | %s | %s | %s | %.2f | %s |\n", r.name, r.conns, r.rate, round(r.p50), round(r.p99), limit, r.rate/m.limitOf(limit, r.conns).rate, goals[r.name])
		}
	}
	b.WriteString("\n## What else was measured\n\n| | |\n|---|---|\n")
	for _, f := range m.facts {
		fmt.Fprintf(&b, "| %s | %s |\n", f.name, f.value)
	}
	return b.String()
}

// goals are the least ratios that are aimed at.
var goals = map[string]string{"login": "0.93", "signup": "0.93", "me": "0.80", "refresh": "0.60", "logout": "0.60"}

// limitOf finds a limit at a number of connections; raw hashes have one for all.
func (m *measurement) limitOf(name string, conns int) result {
	if r, ok := m.byName[fmt.Sprint(name, conns)]; ok {
		return r
	}
	for _, r := range m.results {
		if r.name == name {
			return r
		}
	}
	return result{}
}

func dash(d time.Duration) string {
	if d == 0 {
		return "-"
	}
	return round(d).String()
}
