package metrics

import "github.com/prometheus/client_golang/prometheus"

// Registry lets a test lint the names.
func (m *Metrics) Registry() *prometheus.Registry { return m.registry }
