package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// addRevocationFacts adds facts about the feed of revocations and about the verifier.
func (m *measurement) addRevocationFacts(facts ...fact) {
	for _, f := range facts {
		m.progress("%s: %s", f.name, f.value)
	}
	m.revocationFacts = append(m.revocationFacts, facts...)
}

// delayFacts are the p50, the p99 and the longest of delays. The goal is that of the p99.
func delayFacts(name string, delays []time.Duration, goal time.Duration) []fact {
	slices.Sort(delays)
	p99 := quantile(delays, 0.99)
	return []fact{
		{name: name + ", p50", value: round(quantile(delays, 0.5)).String()},
		{name + ", p99", round(p99).String(), "below " + goal.String(), p99 >= goal},
		{name: name + ", longest", value: round(quantile(delays, 1)).String()},
	}
}

func (m *measurement) writeRevocations(b *strings.Builder) {
	fmt.Fprintf(b, `
## Verifier and revocations

How soon a logout at one replica has its effect at another one: %d logouts until the event of a stream, and %d until the 401 of a
resource server, the example of the module verifier, which follows that replica and receives a request every millisecond. Without
notifications, a proxy drops those that PostgreSQL sends to that replica, so that it learns of logouts only by polling. While the replica is
stopped, its connections stay open. The verifier's own figures are those of its benchmarks, with 100,000 revocations.
`, feedLogouts, refusals)
	writeFacts(b, m.revocationFacts)
}
