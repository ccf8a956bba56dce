// Package metrics exposes metrics in the format of Prometheus. Their names follow https://prometheus.io/docs/practices/naming/.
package metrics

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/siriusys/user-management-service/domain"
)

// namespace begins the name of every metric of the service.
const namespace = "user_management"

// Metrics is a ports.Metrics with a registry of its own. Make it with New.
type Metrics struct {
	requests
	hashes
	messages
	connections
	*backlog
	registry         *prometheus.Registry
	decisions        *prometheus.CounterVec
	auditBreaks      prometheus.Counter
	auditLate        prometheus.Counter
	jobsGivenUp      *prometheus.CounterVec
	clockOffset      prometheus.Gauge
	insecureSettings *prometheus.GaugeVec
	buildInfo        *prometheus.GaugeVec
	keysetPrimary    prometheus.Gauge
}

// New returns metrics that have counted nothing, beside those of the Go runtime and of the process.
func New() *Metrics {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	register := promauto.With(registry)
	return &Metrics{
		requests: newRequests(register), hashes: newHashes(register), messages: newMessages(register),
		connections: newConnections(register), backlog: newBacklog(registry), registry: registry,
		decisions: register.NewCounterVec(prometheus.CounterOpts{
			Namespace: namespace, Name: "rate_limit_decisions_total",
			Help: "Decisions of the rate limits by scope: that of the limit that refused, or of the first limit if all allowed.",
		}, []string{"scope", "decision"}),
		auditBreaks: register.NewCounter(prometheus.CounterOpts{
			Namespace: namespace, Name: "audit_breaks_total", Help: "Breaks of the audit chain that this replica found.",
		}),
		auditLate: register.NewCounter(prometheus.CounterOpts{
			Namespace: namespace, Name: "audit_late_total",
			Help: "Minutes in which an audit event had no entry in the chain for too long, as far as this replica found.",
		}),
		jobsGivenUp: register.NewCounterVec(prometheus.CounterOpts{
			Namespace: namespace, Name: "jobs_given_up_total",
			Help: "Background jobs that ended without success: cancelled if they can never succeed, discarded after their last attempt.",
		}, []string{"kind", "state"}),
		clockOffset: register.NewGauge(prometheus.GaugeOpts{
			Namespace: namespace, Name: "clock_offset_seconds",
			Help: "By how much the database's clock is ahead of this machine's; negative if it is behind.",
		}),
		insecureSettings: register.NewGaugeVec(prometheus.GaugeOpts{
			Namespace: namespace, Name: "insecure_setting_lifted", Help: "1 for each floor that ALLOW_INSECURE lifts, by its name.",
		}, []string{"name"}),
		buildInfo: register.NewGaugeVec(prometheus.GaugeOpts{
			Namespace: namespace, Name: "build_info", Help: "1, with the version of the program and that of Go.",
		}, []string{"version", "goversion"}),
		keysetPrimary: register.NewGauge(prometheus.GaugeOpts{
			Namespace: namespace, Name: "keyset_primary_timestamp_seconds",
			Help: "When the primary keys of the keyset were created or promoted, in seconds since 1970.",
		}),
	}
}

// maxScrapes bounds the concurrent scrapes, which need no credential. Further ones get 503.
const maxScrapes = 4

// Handler serves the current values to Prometheus. A collector that fails does not hide the values of the others.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError, MaxRequestsInFlight: maxScrapes})
}

// RateLimitAllowed counts in rate_limit_decisions_total.
func (m *Metrics) RateLimitAllowed(scope domain.RateLimitScope) {
	m.decisions.WithLabelValues(string(scope), "allowed").Inc()
}

// RateLimitRefused counts in rate_limit_decisions_total.
func (m *Metrics) RateLimitRefused(scope domain.RateLimitScope) {
	m.decisions.WithLabelValues(string(scope), "refused").Inc()
}

// AuditBroken counts in audit_breaks_total.
func (m *Metrics) AuditBroken() { m.auditBreaks.Inc() }

// AuditLate counts in audit_late_total.
func (m *Metrics) AuditLate() { m.auditLate.Inc() }

// JobCancelled counts in jobs_given_up_total.
func (m *Metrics) JobCancelled(kind string) { m.jobsGivenUp.WithLabelValues(kind, "cancelled").Inc() }

// JobDiscarded counts in jobs_given_up_total.
func (m *Metrics) JobDiscarded(kind string) { m.jobsGivenUp.WithLabelValues(kind, "discarded").Inc() }

// ClockOffset sets clock_offset_seconds.
func (m *Metrics) ClockOffset(ahead time.Duration) { m.clockOffset.Set(ahead.Seconds()) }

// InsecureSettingLifted sets insecure_setting_lifted to 1.
func (m *Metrics) InsecureSettingLifted(name string) { m.insecureSettings.WithLabelValues(name).Set(1) }

// KeysetPrimarySince sets keyset_primary_timestamp_seconds.
func (m *Metrics) KeysetPrimarySince(t time.Time) { m.keysetPrimary.Set(float64(t.Unix())) }

// BuildInfo sets build_info to 1.
func (m *Metrics) BuildInfo(version, goVersion string) {
	m.buildInfo.WithLabelValues(version, goVersion).Set(1)
}
