package metrics_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/siriusys/user-management-service/adapters/metrics"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
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
	v := values{
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
	v.readRequests(families)
	return porttest.MetricValues(v)
}

type values porttest.MetricValues

// readRequests reads what is counted of requests, password hashes and messages. A value of 0 is left out.
func (v *values) readRequests(families map[string]*dto.MetricFamily) {
	v.Requests, v.RequestTime = map[string]int{}, map[string]time.Duration{}
	v.HashesRefused, v.Messages = map[ports.HashRefusal]int{}, map[ports.MessageOutcome]int{}
	for _, m := range families["user_management_http_requests_total"].GetMetric() {
		v.Requests[label(m, "operation")+" "+label(m, "status")] = count(m)
	}
	for _, m := range families["user_management_http_request_duration_seconds"].GetMetric() {
		v.RequestTime[label(m, "operation")] = seconds(m.GetHistogram().GetSampleSum())
	}
	for _, m := range families["user_management_password_hashes_refused_total"].GetMetric() {
		if count(m) > 0 {
			v.HashesRefused[ports.HashRefusal(label(m, "reason"))] = count(m)
		}
	}
	for _, m := range families["user_management_message_attempts_total"].GetMetric() {
		if count(m) > 0 {
			v.Messages[ports.MessageOutcome(label(m, "outcome"))] = count(m)
		}
	}
	waits := families["user_management_password_hash_wait_seconds"].GetMetric()[0].GetHistogram()
	v.HashesStarted, v.HashWait = int(waits.GetSampleCount()), seconds(waits.GetSampleSum())
	lags := families["user_management_revocation_lag_seconds"].GetMetric()[0].GetHistogram()
	v.RevocationsRead, v.RevocationAge = int(lags.GetSampleCount()), seconds(lags.GetSampleSum())
	v.HashesWaiting = int(families["user_management_password_hashes_waiting"].GetMetric()[0].GetGauge().GetValue())
	v.Followers = int(families["user_management_revocation_followers"].GetMetric()[0].GetGauge().GetValue())
}

func count(m *dto.Metric) int { return int(m.GetCounter().GetValue()) }

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

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
	m.RequestHandled("logIn", 200, time.Millisecond)
	m.BuildInfo("v1.2.3", "go1.26.8")
	m.KeysetPrimarySince(time.Unix(1_700_000_000, 0))
	m.WatchConnections(func() metrics.Connections {
		return metrics.Connections{InUse: 2, Idle: 3, Max: 10, Waits: 4, Waited: 5 * time.Second}
	})
	m.ReplaceBacklog(&ports.Backlog{
		Jobs:         []ports.JobCount{{Kind: "message", State: "retryable", Count: 7, OldestAge: time.Hour}},
		UnchainedAge: time.Minute, SigningKeyAge: 24 * time.Hour,
	})
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
	allowed := []string{
		"operation", "status", "reason", "outcome", "scope", "decision", "name", "kind", "state", "version", "goversion",
	}
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

func TestConnectionsAreReadAtEachScrape(t *testing.T) {
	t.Parallel()
	got := map[string]float64{}
	for name, family := range scrape(t, used()) {
		for _, m := range family.GetMetric() {
			if short, ok := strings.CutPrefix(name, "user_management_db_"); ok {
				got[strings.TrimSpace(short+" "+label(m, "state"))] = m.GetGauge().GetValue() + m.GetCounter().GetValue()
			}
		}
	}
	want := map[string]float64{
		"connections in_use": 2, "connections idle": 3, "connections_max": 10,
		"connection_waits_total": 4, "connection_wait_seconds_total": 5,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the connections differ (-want +got):\n%s", diff)
	}
}

func TestTheKeysetIsExposed(t *testing.T) {
	t.Parallel()
	got := scrape(t, used())["user_management_keyset_primary_timestamp_seconds"].GetMetric()[0].GetGauge().GetValue()
	if got != 1_700_000_000 {
		t.Errorf("the primary keys are primary since %v", got)
	}
}

func TestABacklogIsExposedWhileItIsKnown(t *testing.T) {
	t.Parallel()
	m := used()
	want := map[string]float64{
		"jobs message retryable": 7, "job_oldest_age_seconds message retryable": 3600,
		"audit_unchained_age_seconds": 60, "signing_key_age_seconds": 86400,
	}
	if diff := cmp.Diff(want, backlogOf(t, m)); diff != "" {
		t.Errorf("the backlog differs (-want +got):\n%s", diff)
	}
	m.ReplaceBacklog(nil)
	if got := backlogOf(t, m); len(got) > 0 {
		t.Errorf("the unknown backlog is %v", got)
	}
}

func backlogOf(t *testing.T, m *metrics.Metrics) map[string]float64 {
	t.Helper()
	got := map[string]float64{}
	families := scrape(t, m)
	for _, name := range []string{"jobs", "job_oldest_age_seconds", "audit_unchained_age_seconds", "signing_key_age_seconds"} {
		for _, m := range families["user_management_"+name].GetMetric() {
			got[strings.TrimSpace(name+" "+label(m, "kind")+" "+label(m, "state"))] = m.GetGauge().GetValue()
		}
	}
	return got
}

// The table of docs/operations.md has every metric with its labels.
func TestTheTableOfMetricsIsComplete(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\| ([a-z_`, ]*)\\|").FindAllStringSubmatch(string(text), -1) {
		documented[row[1]] = strings.NewReplacer("`", "", " ", "").Replace(row[2])
	}
	served := map[string]string{}
	for name, family := range scrape(t, used()) {
		if short, ok := strings.CutPrefix(name, "user_management_"); ok {
			var labels []string
			for _, l := range family.GetMetric()[0].GetLabel() {
				labels = append(labels, l.GetName())
			}
			served[short] = strings.Join(labels, ",")
		}
	}
	if diff := cmp.Diff(served, documented); diff != "" {
		t.Errorf("docs/operations.md differs (-served +documented):\n%s", diff)
	}
}
