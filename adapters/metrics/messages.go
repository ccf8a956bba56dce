package metrics

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"github.com/siriusys/user-management-service/ports"
)

// messages are the metrics of messages.
type messages struct {
	attempts          *prometheus.CounterVec
	unverifiedWaiting prometheus.Gauge
}

func newMessages(register promauto.Factory) messages {
	m := messages{
		attempts: register.NewCounterVec(prometheus.CounterOpts{
			Namespace: namespace, Name: "message_attempts_total",
			Help: "Attempts to send a message: sent, rejected permanently, refused for now, or failed without a reply of the mail server.",
		}, []string{"outcome"}),
		unverifiedWaiting: register.NewGauge(prometheus.GaugeOpts{
			Namespace: namespace, Name: "unverified_messages_waiting",
			Help: "Messages in the queue to email addresses that were never verified.",
		}),
	}
	for _, outcome := range []ports.MessageOutcome{ports.MessageSent, ports.MessageRejected, ports.MessageRefused, ports.MessageFailed} {
		m.attempts.WithLabelValues(string(outcome))
	}
	return m
}

// MessageAttempted counts in message_attempts_total.
func (m messages) MessageAttempted(outcome ports.MessageOutcome) {
	m.attempts.WithLabelValues(string(outcome)).Inc()
}

// UnverifiedMessagesWaiting sets unverified_messages_waiting.
func (m messages) UnverifiedMessagesWaiting(n int) { m.unverifiedWaiting.Set(float64(n)) }
