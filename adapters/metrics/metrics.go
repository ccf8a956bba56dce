// Package metrics exposes metrics in the format of Prometheus. Their names follow https://prometheus.io/docs/practices/naming/.
package metrics

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// namespace begins the name of every metric of the service.
const namespace = "user_management"

// Metrics is a ports.Metrics with a registry of its own. Make it with New.
type Metrics struct {
	registry          *prometheus.Registry
	requests          *prometheus.CounterVec
	requestSeconds    *prometheus.HistogramVec
	followers         prometheus.Gauge
	revocationSeconds prometheus.Histogram
	hashWaitSeconds   prometheus.Histogram
	hashesRefused     *prometheus.CounterVec
	hashesWaiting     prometheus.Gauge
	messages          *prometheus.CounterVec
	decisions         *prometheus.CounterVec
	auditBreaks       prometheus.Counter
	auditLate         prometheus.Counter
	jobsGivenUp       *prometheus.CounterVec
	unverifiedWaiting prometheus.Gauge
	clockOffset       prometheus.Gauge
	insecureSettings  *prometheus.GaugeVec
	buildInfo         *prometheus.GaugeVec
}

// New returns metrics that have counted nothing, beside those of the Go runtime and of the process.
func New() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: namespace, Name: "http_requests_total",
			Help: "Responses by operation of the API and status. Logins by outcome are those of logIn. Streams are not counted.",
		}, []string{"operation", "status"}),
		requestSeconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: namespace, Name: "http_request_duration_seconds", Help: "Time to respond, by operation of the API.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"operation"}),
		followers: prometheus.NewGauge(prometheus.GaugeOpts{
			Namespace: namespace, Name: "revocation_followers", Help: "Open streams of revocations.",
		}),
		revocationSeconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: namespace, Name: "revocation_lag_seconds",
			Help:    "Time from a revocation, at any replica, until this replica read it for its open streams.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}),
		hashWaitSeconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: namespace, Name: "password_hash_wait_seconds", Help: "Time that a password hash waited in the queue.",
			Buckets: []float64{.001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}),
		hashesRefused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: namespace, Name: "password_hashes_refused_total",
			Help: "Password hashes that were not computed: the queue was full, another network needed the place, or the request ended.",
		}, []string{"reason"}),
		hashesWaiting: prometheus.NewGauge(prometheus.GaugeOpts{
			Namespace: namespace, Name: "password_hashes_waiting", Help: "Password hashes in the queue.",
		}),
		messages: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: namespace, Name: "message_attempts_total",
			Help: "Attempts to send a message: sent, rejected permanently, refused for now, or failed without a reply of the mail server.",
		}, []string{"outcome"}),
		decisions: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: namespace, Name: "rate_limit_decisions_total",
			Help: "Decisions of the rate limits by scope: that of the limit that refused, or of the first limit if all allowed.",
		}, []string{"scope", "decision"}),
		auditBreaks: prometheus.NewCounter(prometheus.CounterOpts{
			Namespace: namespace, Name: "audit_breaks_total", Help: "Breaks of the audit chain that this replica found.",
		}),
		auditLate: prometheus.NewCounter(prometheus.CounterOpts{
			Namespace: namespace, Name: "audit_late_total",
			Help: "Minutes in which an audit event had no entry in the chain for too long, as far as this replica found.",
		}),
		jobsGivenUp: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: namespace, Name: "jobs_given_up_total",
			Help: "Background jobs that ended without success: cancelled if they can never succeed, discarded after their last attempt.",
		}, []string{"kind", "state"}),
		unverifiedWaiting: prometheus.NewGauge(prometheus.GaugeOpts{
			Namespace: namespace, Name: "unverified_messages_waiting",
			Help: "Messages in the queue to email addresses that were never verified.",
		}),
		clockOffset: prometheus.NewGauge(prometheus.GaugeOpts{
			Namespace: namespace, Name: "clock_offset_seconds",
			Help: "By how much the database's clock is ahead of this machine's; negative if it is behind.",
		}),
		insecureSettings: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Namespace: namespace, Name: "insecure_setting_lifted", Help: "1 for each floor that ALLOW_INSECURE lifts, by its name.",
		}, []string{"name"}),
		buildInfo: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Namespace: namespace, Name: "build_info", Help: "1, with the version of the program and that of Go.",
		}, []string{"version", "goversion"}),
	}
	for _, reason := range []ports.HashRefusal{ports.HashQueueFull, ports.HashDisplaced, ports.HashCancelled} {
		m.hashesRefused.WithLabelValues(string(reason))
	}
	for _, outcome := range []ports.MessageOutcome{ports.MessageSent, ports.MessageRejected, ports.MessageRefused, ports.MessageFailed} {
		m.messages.WithLabelValues(string(outcome))
	}
	m.registry.MustRegister(
		m.requests, m.requestSeconds, m.followers, m.revocationSeconds, m.hashWaitSeconds, m.hashesRefused, m.hashesWaiting, m.messages,
		m.decisions, m.auditBreaks, m.auditLate, m.jobsGivenUp, m.unverifiedWaiting, m.clockOffset,
		m.insecureSettings, m.buildInfo,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return m
}

// Handler serves the current values to Prometheus.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// RequestHandled counts in http_requests_total and http_request_duration_seconds.
func (m *Metrics) RequestHandled(operation string, status int, took time.Duration) {
	m.requests.WithLabelValues(operation, strconv.Itoa(status)).Inc()
	m.requestSeconds.WithLabelValues(operation).Observe(took.Seconds())
}

// RevocationFollowers sets revocation_followers.
func (m *Metrics) RevocationFollowers(n int) { m.followers.Set(float64(n)) }

// RevocationRead counts in revocation_lag_seconds.
func (m *Metrics) RevocationRead(age time.Duration) { m.revocationSeconds.Observe(age.Seconds()) }

// HashStarted counts in password_hash_wait_seconds.
func (m *Metrics) HashStarted(waited time.Duration) { m.hashWaitSeconds.Observe(waited.Seconds()) }

// HashRefused counts in password_hashes_refused_total.
func (m *Metrics) HashRefused(reason ports.HashRefusal) { m.hashesRefused.WithLabelValues(string(reason)).Inc() }

// HashesWaiting sets password_hashes_waiting.
func (m *Metrics) HashesWaiting(n int) { m.hashesWaiting.Set(float64(n)) }

// MessageAttempted counts in message_attempts_total.
func (m *Metrics) MessageAttempted(outcome ports.MessageOutcome) { m.messages.WithLabelValues(string(outcome)).Inc() }

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

// UnverifiedMessagesWaiting sets unverified_messages_waiting.
func (m *Metrics) UnverifiedMessagesWaiting(n int) { m.unverifiedWaiting.Set(float64(n)) }

// ClockOffset sets clock_offset_seconds.
func (m *Metrics) ClockOffset(ahead time.Duration) { m.clockOffset.Set(ahead.Seconds()) }

// InsecureSettingLifted sets insecure_setting_lifted to 1.
func (m *Metrics) InsecureSettingLifted(name string) { m.insecureSettings.WithLabelValues(name).Set(1) }

// BuildInfo sets build_info to 1.
func (m *Metrics) BuildInfo(version, goVersion string) {
	m.buildInfo.WithLabelValues(version, goVersion).Set(1)
}
