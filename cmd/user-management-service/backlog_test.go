package main

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/adapters/metrics"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
)

// The mail server is down, so a message waits for its next attempt.
func TestMetricsShowTheBacklog(t *testing.T) {
	t.Parallel()
	values := metrics.New()
	s := startWith(t, pgtest.New(t), devKeyset(t), newInbox(t), nil, func(c *Config) {
		c.Metrics, c.ReadBacklogEvery = values, time.Millisecond
	})
	if err := s.inbox.Close(); err != nil {
		t.Fatal(err)
	}
	s.post(t, "/signup", signupOf("ada@example.com", goodPassword)).want(t, http.StatusAccepted)
	for _, want := range []string{
		`user_management_jobs\{kind="message",state="(available|retryable)"\} 1`,
		`user_management_job_oldest_age_seconds\{kind="message",state="(available|retryable)"\} (0\.\d+|[1-9])`,
		`user_management_audit_unchained_age_seconds (0\.\d+|[1-9])`,
		`user_management_signing_key_age_seconds (0\.\d+|[1-9])`,
	} {
		pattern := regexp.MustCompile("(?m)^" + want)
		eventually(t, want, func() bool { return pattern.MatchString(scraped(t, values)) })
	}
}

// scraped is what Prometheus reads.
func scraped(t *testing.T, m *metrics.Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	return w.Body.String()
}
