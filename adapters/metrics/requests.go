package metrics

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// requests are the metrics of requests and of streams of revocations.
type requests struct {
	handled   *prometheus.CounterVec
	seconds   *prometheus.HistogramVec
	followers prometheus.Gauge
	lag       prometheus.Histogram
}

func newRequests(register promauto.Factory) requests {
	return requests{
		handled: register.NewCounterVec(prometheus.CounterOpts{
			Namespace: namespace, Name: "http_requests_total",
			Help: "Responses by operation of the API and status. Logins by outcome are those of logIn. Streams are not counted.",
		}, []string{"operation", "status"}),
		seconds: register.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: namespace, Name: "http_request_duration_seconds", Help: "Time to respond, by operation of the API.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"operation"}),
		followers: register.NewGauge(prometheus.GaugeOpts{
			Namespace: namespace, Name: "revocation_followers", Help: "Open streams of revocations.",
		}),
		lag: register.NewHistogram(prometheus.HistogramOpts{
			Namespace: namespace, Name: "revocation_lag_seconds",
			Help:    "Time from a revocation, at any replica, until this replica read it for its open streams.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}),
	}
}

// RequestHandled counts in http_requests_total and http_request_duration_seconds.
func (r requests) RequestHandled(operation string, status int, took time.Duration) {
	r.handled.WithLabelValues(operation, strconv.Itoa(status)).Inc()
	r.seconds.WithLabelValues(operation).Observe(took.Seconds())
}

// RevocationFollowers sets revocation_followers.
func (r requests) RevocationFollowers(n int) { r.followers.Set(float64(n)) }

// RevocationRead counts in revocation_lag_seconds.
func (r requests) RevocationRead(age time.Duration) { r.lag.Observe(age.Seconds()) }
