package metrics_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/siriusys/user-management-service/adapters/metrics"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports/porttest"
)

func TestMetricsContract(t *testing.T) {
	t.Parallel()
	porttest.Metrics(t, func(*testing.T) porttest.MetricsUnderTest {
		m := metrics.New()
		return porttest.MetricsUnderTest{Metrics: m, Read: func(t *testing.T) porttest.MetricValues { return valuesOf(scrape(t, m)) }}
	})
}

// scrape reads what Prometheus reads.
func scrape(t *testing.T, m *metrics.Metrics) map[string]*dto.MetricFamily {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(io.Reader(w.Body))
	if err != nil || w.Code != http.StatusOK {
		t.Fatalf("status %d, %v", w.Code, err)
	}
	return families
}

func valuesOf(families map[string]*dto.MetricFamily) porttest.MetricValues {
	v := porttest.MetricValues{
		Allowed: map[domain.RateLimitScope]int{}, Refused: map[domain.RateLimitScope]int{}, InsecureSettings: map[string]bool{},
		Cancelled: map[string]int{}, Discarded: map[string]int{},
		AuditLate:         int(families["user_management_audit_late_total"].GetMetric()[0].GetCounter().GetValue()),
		AuditBreaks:       int(families["user_management_audit_breaks_total"].GetMetric()[0].GetCounter().GetValue()),
		UnverifiedWaiting: int(families["user_management_unverified_messages_waiting"].GetMetric()[0].GetGauge().GetValue()),
		ClockOffset: time.Duration(
			families["user_management_clock_offset_seconds"].GetMetric()[0].GetGauge().GetValue() * float64(time.Second)),
	}
	for _, m := range families["user_management_rate_limit_decisions_total"].GetMetric() {
		counts := v.Allowed
		if label(m, "decision") == "refused" {
			counts = v.Refused
		}
		counts[domain.RateLimitScope(label(m, "scope"))] = int(m.GetCounter().GetValue())
	}
	for _, m := range families["user_management_jobs_given_up_total"].GetMetric() {
		counts := v.Cancelled
		if label(m, "state") == "discarded" {
			counts = v.Discarded
		}
		counts[label(m, "kind")] = int(m.GetCounter().GetValue())
	}
	for _, m := range families["user_management_insecure_setting_lifted"].GetMetric() {
		v.InsecureSettings[label(m, "name")] = m.GetGauge().GetValue() == 1
	}
	return v
}

func label(m *dto.Metric, name string) string {
	for _, l := range m.GetLabel() {
		if l.GetName() == name {
			return l.GetValue()
		}
	}
	return ""
}

// used are metrics with a value for each of their names.
func used() *metrics.Metrics {
	m := metrics.New()
	m.RateLimitAllowed(domain.ScopePassword)
	m.RateLimitRefused(domain.ScopePassword)
	m.InsecureSettingLifted("argon2")
	m.JobCancelled("message")
	m.BuildInfo("v1.2.3", "go1.26.8")
	return m
}

func TestNamesFollowTheConventionsOfPrometheus(t *testing.T) {
	t.Parallel()
	problems, err := testutil.GatherAndLint(used().Registry())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

// The labels are those listed here. None of them comes from a client.
func TestNoLabelComesFromAClient(t *testing.T) {
	t.Parallel()
	allowed := []string{"scope", "decision", "name", "kind", "state", "version", "goversion"}
	found := 0
	for name, family := range scrape(t, used()) {
		if !strings.HasPrefix(name, "user_management_") {
			continue
		}
		found++
		for _, m := range family.GetMetric() {
			for _, l := range m.GetLabel() {
				if !slices.Contains(allowed, l.GetName()) {
					t.Errorf("%s has the label %s", name, l.GetName())
				}
			}
		}
	}
	if found < 5 {
		t.Errorf("found %d metrics of the service", found)
	}
}

func TestTheRuntimeAndTheProcessAreExposed(t *testing.T) {
	t.Parallel()
	families := scrape(t, metrics.New())
	for _, name := range []string{"go_goroutines", "go_memstats_alloc_bytes_total", "process_resident_memory_bytes", "process_open_fds"} {
		if families[name] == nil {
			t.Errorf("%s is missing", name)
		}
	}
}
