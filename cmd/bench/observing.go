package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/siriusys/user-management-service/adapters/metrics"
)

const (
	observingConns = 16
	// observingRounds are many and short: the ratios are near 1, and the load of other work on the machine changes.
	observingRounds, observingPart = 15, time.Second
	// observingGoal is the lowest rate with traces or metrics, relative to the rate without them.
	observingGoal = 0.95
)

// tracing is how much of the load a replica traces.
type tracing struct {
	name     string
	settings []string // without the collector
}

// tracings are compared with the first one.
var tracings = []tracing{
	{"nothing", nil},
	{"every twentieth request", []string{"OTEL_TRACES_SAMPLER=parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG=0.05"}},
	{"every request", []string{"OTEL_TRACES_SAMPLER=parentbased_always_on"}},
}

// measureObserving measures what traces and metrics cost. One replica traces nothing, one every twentieth request and one every
// request; the load alternates between them. The collector discards what it receives.
func (t *testbed) measureObserving(ctx context.Context, m *measurement) error {
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	defer collector.Close()
	var pools []*userPool
	for _, variant := range tracings {
		settings := variant.settings
		if len(settings) > 0 {
			settings = append([]string{"OTEL_EXPORTER_OTLP_ENDPOINT=" + collector.URL}, settings...)
		}
		s, err := t.startService(ctx, t.database.URL(), settings...)
		if err != nil {
			return err
		}
		defer s.stop()
		p, err := newUserPool(ctx, s, t.mail, observingConns)
		if err != nil {
			return err
		}
		pools = append(pools, p)
	}
	for _, op := range []operation{reading()[0], hashing()[0]} {
		if err := m.measureTracings(ctx, op, pools); err != nil {
			return err
		}
	}
	return nil
}

// measureTracings measures one operation at each replica.
func (m *measurement) measureTracings(ctx context.Context, op operation, pools []*userPool) error {
	results, used := make([]result, len(pools)), time.Duration(0) // used is the processor time of the first replica
	for range observingRounds {
		for i, p := range pools {
			do, err := op.prepare(ctx, p, observingConns, 0)
			if err != nil {
				return err
			}
			before := p.service.cpu()
			r, err := load(ctx, op.name, observingConns, observingPart, do)
			if err != nil {
				return err
			}
			if i == 0 {
				used += p.service.cpu() - before
			}
			results[i] = results[i].merge(r)
			m.progress("traced: %s; %s", tracings[i].name, r)
		}
	}
	for i := 1; i < len(results); i++ {
		ratio, goal := results[i].ratio(results[0]), ""
		isMissed := i == 1 && ratio < observingGoal
		if i == 1 {
			goal = fmt.Sprint(observingGoal)
		}
		m.observing = append(m.observing, fact{
			fmt.Sprintf("%s: rate with %s traced, relative to none", op.name, tracings[i].name), fmt.Sprintf("%.2f", ratio), goal, isMissed,
		})
	}
	each := used / time.Duration(max(results[0].count, 1))
	share := float64(costOfMetrics(op.name)) / float64(max(each, 1))
	m.observing = append(m.observing, fact{
		op.name + ": share of the metrics in the service's processor time", fmt.Sprintf("%.2f %%", 100*share),
		fmt.Sprintf("below %.0f %%", 100*(1-observingGoal)), share >= 1-observingGoal,
	})
	return nil
}

// costOfMetrics is the processor time in which one request of an operation is counted. A login has a hash, and is rate limited.
func costOfMetrics(name string) time.Duration {
	const times = 100_000
	counted := metrics.New()
	begin := time.Now()
	for range times {
		counted.RequestHandled("readProfile", http.StatusOK, time.Millisecond)
		if name == "login" {
			for range 6 {
				counted.RateLimitAllowed("network")
			}
			counted.HashesWaiting(1)
			counted.HashStarted(time.Millisecond)
		}
	}
	return time.Since(begin) / times
}

func (m *measurement) writeObserving(b *strings.Builder) {
	fmt.Fprintf(b, `
## Traces and metrics

Three replicas share the database: one traces nothing, one every twentieth request, one every request, all to a collector that runs beside
them. %d connections load them in turn, in %d rounds. Metrics are always on; the time to count one request is compared with that of the
request.
`, observingConns, observingRounds)
	writeFacts(b, m.observing)
}
