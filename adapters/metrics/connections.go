package metrics

import (
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// Connections are the connections of this replica to the database.
type Connections struct {
	InUse, Idle, Max int
	// Waits counts how often a request or job found no idle connection, and Waited is how long they waited in all.
	Waits  int64
	Waited time.Duration
}

// connections are the metrics of Connections, which each scrape reads.
type connections struct {
	read *atomic.Pointer[func() Connections]
}

func newConnections(register promauto.Factory) connections {
	c := connections{read: &atomic.Pointer[func() Connections]{}}
	gauge := func(name, help string, labels prometheus.Labels, value func(Connections) float64) {
		register.NewGaugeFunc(
			prometheus.GaugeOpts{Namespace: namespace, Name: name, Help: help, ConstLabels: labels},
			func() float64 { return value(c.current()) })
	}
	counter := func(name, help string, value func(Connections) float64) {
		register.NewCounterFunc(
			prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help}, func() float64 { return value(c.current()) })
	}
	const open = "Open connections to the database, in use or idle."
	gauge("db_connections", open, prometheus.Labels{"state": "in_use"}, func(c Connections) float64 { return float64(c.InUse) })
	gauge("db_connections", open, prometheus.Labels{"state": "idle"}, func(c Connections) float64 { return float64(c.Idle) })
	gauge("db_connections_max", "Connections that this replica may open to the database.", nil,
		func(c Connections) float64 { return float64(c.Max) })
	counter("db_connection_waits_total", "How often no connection to the database was idle.",
		func(c Connections) float64 { return float64(c.Waits) })
	counter("db_connection_wait_seconds_total", "Time waited for a connection to the database.",
		func(c Connections) float64 { return c.Waited.Seconds() })
	return c
}

func (c connections) current() Connections {
	if read := c.read.Load(); read != nil {
		return (*read)()
	}
	return Connections{}
}

// WatchConnections has each scrape read the connections to the database, in place of those of an earlier call.
func (c connections) WatchConnections(read func() Connections) { c.read.Store(&read) }
