package admin

import (
	"encoding/json"
	"net/http"
	"runtime/metrics"
)

// serveRuntimeMetrics returns the metrics of the Go runtime that are single numbers, by their names in
// https://pkg.go.dev/runtime/metrics#hdr-Supported_metrics.
func serveRuntimeMetrics(w http.ResponseWriter, _ *http.Request) {
	var samples []metrics.Sample
	for _, d := range metrics.All() {
		if d.Kind == metrics.KindUint64 || d.Kind == metrics.KindFloat64 {
			samples = append(samples, metrics.Sample{Name: d.Name})
		}
	}
	metrics.Read(samples)
	values := make(map[string]any, len(samples))
	for _, s := range samples {
		if s.Value.Kind() == metrics.KindUint64 {
			values[s.Name] = s.Value.Uint64()
		} else {
			values[s.Name] = s.Value.Float64()
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(values) // fails if the client has disconnected
}
