package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Connections are the connections of this replica to the database.
type Connections struct {
	InUse, Idle, Max int
	// Waits counts how often a request or job found no idle connection, and Waited is how long they waited in all.
	Waits  int64
	Waited time.Duration
}

// WatchConnections has each scrape read the connections to the database. It must be called at most once.
func (m *Metrics) WatchConnections(read func() Connections) {
	gauge := func(name, help string, labels prometheus.Labels, value func(Connections) float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(
			prometheus.GaugeOpts{Namespace: namespace, Name: name, Help: help, ConstLabels: labels},
			func() float64 { return value(read()) })
	}
	counter := func(name, help string, value func(Connections) float64) prometheus.Collector {
		return prometheus.NewCounterFunc(
			prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help}, func() float64 { return value(read()) })
	}
	const open = "Open connections to the database, in use or idle."
	m.registry.MustRegister(
		gauge("db_connections", open, prometheus.Labels{"state": "in_use"}, func(c Connections) float64 { return float64(c.InUse) }),
		gauge("db_connections", open, prometheus.Labels{"state": "idle"}, func(c Connections) float64 { return float64(c.Idle) }),
		gauge("db_connections_max", "Connections that this replica may open to the database.", nil,
			func(c Connections) float64 { return float64(c.Max) }),
		counter("db_connection_waits_total", "How often no connection to the database was idle.",
			func(c Connections) float64 { return float64(c.Waits) }),
		counter("db_connection_wait_seconds_total", "Time waited for a connection to the database.",
			func(c Connections) float64 { return c.Waited.Seconds() }),
	)
}
