package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"

	"github.com/siriusys/user-management-service/adapters/metrics"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
)

// startWithMailServer starts the service with a mail server of the test, and metrics that the test reads.
func startWithMailServer(t *testing.T) (s *service, server *mailServer, counts *metrics.Metrics) {
	t.Helper()
	server, counts = startMailServer(t), metrics.New()
	s = startWith(t, pgtest.New(t), devKeyset(t), newInbox(t), []string{"SMTP_URL=" + server.url}, func(c *Config) { c.Metrics = counts })
	return s, server, counts
}

// warnings are the lines about jobs that were given up, or about one event.
func (s *service) warnings(t *testing.T, events ...string) (found []map[string]any) {
	t.Helper()
	for line := range strings.Lines(s.log.String()) {
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if event, _ := fields["msg"].(string); fields["level"] == "WARN" && slices.Contains(events, event) {
			found = append(found, fields)
		}
	}
	return found
}

// givenUp are the counts of jobs that were given up, as Prometheus reads them.
func givenUp(t *testing.T, m *metrics.Metrics) (counts []string) {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	for line := range strings.Lines(w.Body.String()) {
		if count, ok := strings.CutPrefix(strings.TrimSpace(line), "user_management_jobs_given_up_total"); ok {
			counts = append(counts, count)
		}
	}
	return counts
}

func TestAMessageThatIsRejectedForGoodIsOneWarning(t *testing.T) {
	t.Parallel()
	const rejected = "message rejected by the mail server"
	for name, c := range map[string]struct {
		command  string
		code     int
		enhanced smtp.EnhancedCode
		email    string
		want     string
	}{
		"unknown recipient": {"RCPT", 550, smtp.EnhancedCode{5, 1, 1}, "ada@example.com", "550 5.1.1"},
		"full mailbox":      {"RCPT", 552, smtp.EnhancedCode{5, 2, 2}, "ada@example.com", "552 5.2.2"},
		"refused message":   {"DATA", 554, smtp.EnhancedCode{5, 7, 1}, "ada@example.com", "554 5.7.1"},
		"no SMTPUTF8":       {"", 0, smtp.EnhancedCode{}, "ädä@example.com", "5.6.7"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, server, counts := startWithMailServer(t)
			server.setRefusal(c.command, c.code, c.enhanced, "<"+c.email+"> is refused")
			s.post(t, "/signup", signupOf(c.email, goodPassword)).want(t, http.StatusAccepted)
			eventually(t, "the end of the job", func() bool {
				return s.count(t, `SELECT count(*) FROM river_job WHERE kind = 'message' AND state = 'cancelled'`) == 1
			})
			lines := s.warnings(t, rejected, "job cancelled", "job discarded", "job failed")
			if len(lines) != 1 {
				t.Fatalf("%d warnings: %v", len(lines), lines)
			}
			id := float64(s.count(t, `SELECT id FROM river_job WHERE kind = 'message'`))
			line := lines[0]
			if line["msg"] != rejected || line["job"] != id || line["template"] != "verification" || line["code"] != c.want {
				t.Errorf("the warning is %v", line)
			}
			if strings.Contains(s.log.String(), c.email) {
				t.Errorf("the log contains the email address:\n%s", s.log)
			}
			if got := givenUp(t, counts); !slices.Equal(got, []string{`{kind="message",state="cancelled"} 1`}) {
				t.Errorf("counted %v", got)
			}
		})
	}
}

// The statement is the one of docs/operations.md.
func TestAnOperatorRunsAJobAgainThatWasGivenUp(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join(repository, "docs", "operations.md"))
	if err != nil {
		t.Fatal(err)
	}
	statement := regexp.MustCompile(`(?s)UPDATE river_job SET state = 'available'.*?;`).FindString(string(page))
	s, server, _ := startWithMailServer(t)
	server.setRefusal("RCPT", 550, smtp.EnhancedCode{5, 1, 1}, "no such user")
	s.post(t, "/signup", signupOf("ada@example.com", goodPassword)).want(t, http.StatusAccepted)
	eventually(t, "the end of the job", func() bool {
		return s.count(t, `SELECT count(*) FROM river_job WHERE kind = 'message' AND state = 'cancelled'`) == 1
	})
	s.exec(t, `UPDATE river_job SET state = 'discarded', max_attempts = attempt WHERE kind = 'message'`)
	server.setRefusal("", 0, smtp.EnhancedCode{}, "")
	s.exec(t, strings.Replace(statement, "4711", strconv.Itoa(s.count(t, `SELECT id FROM river_job WHERE kind = 'message'`)), 1))
	eventually(t, "the message", func() bool { return len(server.delivered()) == 1 })
}

// The sender and the quota are the configuration's. No message may be lost until an operator has mended it.
func TestAMessageWithARefusedSenderIsSentOnceTheSenderIsAccepted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		command  string
		code     int
		enhanced smtp.EnhancedCode
		text     string
		want     string
	}{
		"sender": {"MAIL", 553, smtp.EnhancedCode{5, 7, 1}, "Sender address rejected: not owned by user", "553 5.7.1"},
		"quota":  {"DATA", 550, smtp.EnhancedCode{5, 4, 5}, "Daily sending quota exceeded", "550 5.4.5"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, server, counts := startWithMailServer(t)
			server.setRefusal(c.command, c.code, c.enhanced, c.text)
			s.post(t, "/signup", signupOf("ada@example.com", goodPassword)).want(t, http.StatusAccepted)
			eventually(t, "a failed attempt", func() bool { return len(s.warnings(t, "job failed")) > 0 })
			if line := s.warnings(t, "job failed")[0]; line["template"] != "verification" || line["code"] != c.want {
				t.Errorf("the warning is %v", line)
			}
			server.setRefusal("", 0, smtp.EnhancedCode{}, "")
			eventually(t, "the message", func() bool { return len(server.delivered()) == 1 })
			if got := givenUp(t, counts); got != nil {
				t.Errorf("counted %v", got)
			}
		})
	}
}

// Jobs of all kinds are reported when they end without success, those of an unknown kind too.
func TestAJobThatFailedForTheLastTimeIsOneWarning(t *testing.T) {
	t.Parallel()
	for kind, args := range map[string]string{"message": `{"template": 5}`, "of another version": `{}`} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			s, _, counts := startWithMailServer(t)
			s.exec(t, `INSERT INTO river_job (kind, args, max_attempts) VALUES ('`+kind+`', '`+args+`', 2)`)
			eventually(t, "the end of the job", func() bool {
				return s.count(t, `SELECT count(*) FROM river_job WHERE state = 'discarded'`) == 1
			})
			lines := s.warnings(t, "job failed", "job discarded")
			if len(lines) != 2 || lines[0]["msg"] != "job failed" || lines[1]["msg"] != "job discarded" || lines[1]["kind"] != kind {
				t.Errorf("the warnings are %v", lines)
			}
			if got := givenUp(t, counts); !slices.Equal(got, []string{`{kind="` + kind + `",state="discarded"} 1`}) {
				t.Errorf("counted %v", got)
			}
		})
	}
}
