package main

import (
	"encoding/hex"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

func TestALoginIsOneTrace(t *testing.T) {
	t.Parallel()
	spans := newTraceCollector(t)
	s := start(t, "OTEL_EXPORTER_OTLP_ENDPOINT="+spans.URL)
	s.user(t, "ada@example.com")
	s.logIn(t, "ada@example.com", goodPassword)
	s.stop()
	login := spans.traceOf(t, "POST /login")
	for child, parent := range map[string]string{
		"POST /login": "", "FindCredentials": "batch start", "hash password": "POST /login", "CreateSession": "batch start",
	} {
		if got := login.parentOf(t, child); got != parent {
			t.Errorf("the parent of %q is %q, want %q", child, got, parent)
		}
	}
	id := hex.EncodeToString(login[0].GetTraceId())
	line := regexp.MustCompile(`"msg":"request".*"request_id":"[^"]+".*"route":"/login".*"trace_id":"([0-9a-f]{32})"`)
	if logged := line.FindStringSubmatch(s.log.String()); logged == nil || logged[1] != id {
		t.Errorf("the log lacks the request with its trace %s: %v", id, logged)
	}
}

// From the request over its statements and the job to the mail server.
func TestARequestAndItsMessageAreOneTrace(t *testing.T) {
	t.Parallel()
	spans := newTraceCollector(t)
	s := start(t, "OTEL_EXPORTER_OTLP_ENDPOINT="+spans.URL)
	s.user(t, "ada@example.com")
	s.requestReset(t, "ada@example.com")
	s.settle(t)
	s.stop()
	trace := spans.traceOf(t, "POST /password-reset-request")
	for child, parent := range map[string]string{
		"EnqueueMessage": "batch start", "river.work/message": "POST /password-reset-request",
		"AddLink": "batch start", "send message": "river.work/message",
	} {
		if got := trace.parentOf(t, child); got != parent {
			t.Errorf("the parent of %q is %q, want %q; the trace: %v", child, got, parent, trace.names())
		}
	}
}

// No span contains what identifies a person or grants access, whatever a client sends.
func TestTracesContainNoPersonalData(t *testing.T) {
	t.Parallel()
	spans := newTraceCollector(t)
	s := start(t, "OTEL_EXPORTER_OTLP_ENDPOINT="+spans.URL)
	s.wantWholeLife(t)
	pair := s.user(t, "grace.hopper@example.com")
	for _, path := range []string{"/grace.hopper", "/sessions/grace.hopper", "/pages/grace.hopper?token=grace.hopper"} {
		if _, err := s.try(request{
			method: http.MethodGet, path: path, token: pair.AccessToken,
			header: http.Header{"User-Agent": {"grace.hopper"}, "X-Forwarded-For": {"192.0.2.77"}, "Baggage": {"grace=hopper"}},
		}); err != nil && !strings.Contains(err.Error(), "openapi") {
			t.Fatal(err)
		}
	}
	s.exec(t, "ALTER TABLE sessions ADD CHECK (user_id IS NULL) NOT VALID")
	s.post(t, "/login", loginOf("grace.hopper@example.com", goodPassword)) // an error that quotes the row
	s.settle(t)
	s.stop()
	spans.all(t)
	id, _ := claims(t, pair.AccessToken)["sub"].(string)
	for _, secret := range []string{
		"ada@", "lovelace", "grace", "hopper", "127.0.0.1", "192.0.2.77", goodPassword, otherPassword, pair.AccessToken, pair.RefreshToken, id,
	} {
		if at := strings.Index(strings.ToLower(spans.text), strings.ToLower(secret)); at >= 0 {
			t.Errorf("traces contain %q: %s", secret, spans.text[max(at-200, 0):at])
		}
	}
}

// A collector that does not respond delays no request.
func TestTracesWithoutACollector(t *testing.T) {
	t.Parallel()
	spans := newTraceCollector(t)
	spans.Close()
	s := start(t, "OTEL_EXPORTER_OTLP_ENDPOINT="+spans.URL)
	s.wantWholeLife(t)
	s.stop()
	if !strings.Contains(s.log.String(), "traces not exported") {
		t.Error("the log does not say that traces were lost")
	}
}

func TestNoTracesByDefault(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.user(t, "ada@example.com")
	s.requestReset(t, "ada@example.com")
	if n := s.count(t, "SELECT count(*) FROM river_job WHERE args ? 'traceparent'"); n > 0 {
		t.Errorf("%d jobs contain a trace", n)
	}
	if strings.Contains(s.log.String(), "trace_id") {
		t.Error("the log contains a trace_id")
	}
}
