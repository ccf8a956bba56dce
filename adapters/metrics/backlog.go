package metrics

import (
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/siriusys/user-management-service/ports"
)

// backlog is a prometheus.Collector of the newest ports.Backlog. It exposes nothing without one: an old number would hide that the database
// does not respond.
type backlog struct {
	newest                                    atomic.Pointer[ports.Backlog]
	jobs, oldest, unchainedAge, signingKeyAge *prometheus.Desc
}

func newBacklog(registry prometheus.Registerer) *backlog {
	name := func(name string) string { return prometheus.BuildFQName(namespace, "", name) }
	labels := []string{"kind", "state"}
	b := &backlog{
		jobs:   prometheus.NewDesc(name("jobs"), "Unfinished background jobs of all replicas.", labels, nil),
		oldest: prometheus.NewDesc(name("job_oldest_age_seconds"), "Time since the oldest unfinished job was enqueued.", labels, nil),
		unchainedAge: prometheus.NewDesc(
			name("audit_unchained_age_seconds"), "Time that the oldest audit event has waited for its chain entry.", nil, nil),
		signingKeyAge: prometheus.NewDesc(
			name("signing_key_age_seconds"), "Time that the active signing key has been signing.", nil, nil),
	}
	registry.MustRegister(b)
	return b
}

// ReplaceBacklog replaces the backlog that a scrape reads; nil is an unknown one.
func (b *backlog) ReplaceBacklog(newest *ports.Backlog) { b.newest.Store(newest) }

// Describe implements prometheus.Collector.
func (b *backlog) Describe(descriptions chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{b.jobs, b.oldest, b.unchainedAge, b.signingKeyAge} {
		descriptions <- d
	}
}

// Collect implements prometheus.Collector.
func (b *backlog) Collect(values chan<- prometheus.Metric) {
	newest := b.newest.Load()
	if newest == nil {
		return
	}
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		values <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	for _, j := range newest.Jobs {
		gauge(b.jobs, float64(j.Count), j.Kind, j.State)
		gauge(b.oldest, j.OldestAge.Seconds(), j.Kind, j.State)
	}
	gauge(b.unchainedAge, newest.UnchainedAge.Seconds())
	gauge(b.signingKeyAge, newest.SigningKeyAge.Seconds())
}
