package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"github.com/siriusys/user-management-service/ports"
)

// hashes are the metrics of password hashes.
type hashes struct {
	wait    prometheus.Histogram
	refused *prometheus.CounterVec
	waiting prometheus.Gauge
}

func newHashes(register promauto.Factory) hashes {
	h := hashes{
		wait: register.NewHistogram(prometheus.HistogramOpts{
			Namespace: namespace, Name: "password_hash_wait_seconds", Help: "Time that a password hash waited in the queue.",
			Buckets: []float64{.001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}),
		refused: register.NewCounterVec(prometheus.CounterOpts{
			Namespace: namespace, Name: "password_hashes_refused_total",
			Help: "Password hashes that were not computed: the queue was full, another network needed the place, or the request ended.",
		}, []string{"reason"}),
		waiting: register.NewGauge(prometheus.GaugeOpts{
			Namespace: namespace, Name: "password_hashes_waiting", Help: "Password hashes in the queue.",
		}),
	}
	for _, reason := range []ports.HashRefusal{ports.HashQueueFull, ports.HashDisplaced, ports.HashCancelled} {
		h.refused.WithLabelValues(string(reason))
	}
	return h
}

// HashStarted counts in password_hash_wait_seconds.
func (h hashes) HashStarted(waited time.Duration) { h.wait.Observe(waited.Seconds()) }

// HashRefused counts in password_hashes_refused_total.
func (h hashes) HashRefused(reason ports.HashRefusal) {
	h.refused.WithLabelValues(string(reason)).Inc()
}

// HashesWaiting sets password_hashes_waiting.
func (h hashes) HashesWaiting(n int) { h.waiting.Set(float64(n)) }
