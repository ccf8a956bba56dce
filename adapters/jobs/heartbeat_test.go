package jobs

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/riverqueue/river/rivertype"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// fakeRunners fails each beat while down is set, and has one job to rescue.
type fakeRunners struct {
	down    bool
	rescues int
	job     ports.RescuedJob
}

func (r *fakeRunners) Beat(context.Context, string) error {
	if r.down {
		return errors.New("down")
	}
	return nil
}

func (r *fakeRunners) Leave(context.Context, string) error { return nil }

func (r *fakeRunners) Rescue(_ context.Context, silence, stuckAfter time.Duration) ([]ports.RescuedJob, error) {
	if silence != silentAfter || stuckAfter <= Timeout {
		return nil, errors.New("jobs that still run would be rescued")
	}
	r.rescues++
	return []ports.RescuedJob{r.job}, nil
}

// testConfig returns the parts of a Config that report, and what they have reported.
func testConfig() (c Config, log *bytes.Buffer, metrics *memory.Metrics) {
	log, metrics = &bytes.Buffer{}, &memory.Metrics{}
	return Config{
		Logger: slog.New(slog.NewJSONHandler(log, nil)), Metrics: metrics,
		ReadMessage: func(args []byte) (m ports.MessageRequest, err error) { return m, json.Unmarshal(args, &m) },
	}, log, metrics
}

// linesOf are the lines of a log, without time and stack.
func linesOf(t *testing.T, log *bytes.Buffer) (lines []map[string]any) {
	t.Helper()
	for line := range strings.Lines(log.String()) {
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Fatal(err)
		}
		delete(fields, "time")
		lines = append(lines, fields)
	}
	return lines
}

// When the database is back after an outage, no runner has beaten for a while. All of them may run.
func TestARunnerThatMissedABeatJudgesNoOther(t *testing.T) {
	t.Parallel()
	runners := &fakeRunners{}
	c, _, _ := testConfig()
	c.Runners = runners
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	h := &heartbeat{Config: c, now: func() time.Time { return now }}
	for _, step := range []struct {
		down    bool
		wait    time.Duration
		rescues int
	}{
		{rescues: 1},
		{rescues: 2, wait: beatEvery},
		{rescues: 2, wait: beatEvery, down: true},
		{rescues: 2, wait: beatEvery},
		{rescues: 2, wait: silentAfter - beatEvery - 1},
		{rescues: 3, wait: 1},
	} {
		now = now.Add(step.wait)
		runners.down = step.down
		h.run(t.Context())
		if runners.rescues != step.rescues {
			t.Errorf("%+v: %d rescues", step, runners.rescues)
		}
	}
}

func TestRescuedJobsAreReported(t *testing.T) {
	t.Parallel()
	for event, isDiscarded := range map[string]bool{"job rescued": false, "job discarded": true} {
		t.Run(event, func(t *testing.T) {
			t.Parallel()
			c, log, metrics := testConfig()
			c.Runners = &fakeRunners{job: ports.RescuedJob{
				ID: 7, Kind: "message", Attempt: 2, Args: []byte(`{"Template": "password_reset"}`), IsDiscarded: isDiscarded,
			}}
			(&heartbeat{Config: c, now: time.Now}).run(t.Context())
			want := []map[string]any{{
				"level": "WARN", "msg": event, "job": 7.0, "kind": "message", "attempt": 2.0, "template": "password_reset",
				"error": errRunnerSilent.Error(),
			}}
			if diff := cmp.Diff(want, linesOf(t, log)); diff != "" {
				t.Errorf("log (-want +got):\n%s", diff)
			}
			if got := metrics.Counts().Discarded["message"] == 1; got != isDiscarded {
				t.Errorf("counted as discarded: %t", got)
			}
		})
	}
}

// Every end of a job without success is one warning and one count, whatever its kind.
func TestEachJobThatIsGivenUpIsReportedOnce(t *testing.T) {
	t.Parallel()
	reply := &ports.MailReplyError{Code: "550 5.4.5", Err: errors.New("sending DATA")}
	job := func(kind string, attempt int) *rivertype.JobRow {
		args := []byte(`{"Template": "` + string(domain.MessageTerminated) + `"}`)
		return &rivertype.JobRow{ID: 7, Kind: kind, Attempt: attempt, MaxAttempts: 3, EncodedArgs: args}
	}
	fields := func(event, kind string, attempt float64, err string, more ...string) map[string]any {
		f := map[string]any{"level": "WARN", "msg": event, "job": 7.0, "kind": kind, "attempt": attempt, "error": err}
		for i := 0; i < len(more); i += 2 {
			f[more[i]] = more[i+1]
		}
		return f
	}
	for name, c := range map[string]struct {
		end       func(a attempts)
		line      map[string]any
		discarded bool
	}{
		"a failure that is retried": {
			end:  func(a attempts) { a.HandleError(t.Context(), job("erase", 2), errors.New("down")) },
			line: fields("job failed", "erase", 2, "down"),
		},
		"the last failure": {
			end:  func(a attempts) { a.HandleError(t.Context(), job("erase", 3), errors.New("down")) },
			line: fields("job discarded", "erase", 3, "down"), discarded: true,
		},
		"the last failure of a message": {
			end: func(a attempts) { a.HandleError(t.Context(), job("message", 3), reply) },
			line: fields("job discarded", "message", 3, "sending DATA: code 550 5.4.5",
				"template", "terminated", "code", "550 5.4.5"), discarded: true,
		},
		"the last panic": {
			end:  func(a attempts) { a.HandlePanic(t.Context(), job("erase", 3), "broken", "stack") },
			line: fields("job discarded", "erase", 3, "panic: broken"), discarded: true,
		},
		"a panic that is retried": {
			end: func(a attempts) { a.HandlePanic(t.Context(), job("erase", 2), "broken", "stack") },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config, log, metrics := testConfig()
			c.end(attempts{config})
			var want []map[string]any
			if c.line != nil {
				want = append(want, c.line)
			}
			var got []map[string]any
			for _, line := range linesOf(t, log) {
				if line["level"] == "WARN" { // panics are errors beside it
					got = append(got, line)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("log (-want +got):\n%s", diff)
			}
			if counts := metrics.Counts(); len(counts.Discarded) == 1 != c.discarded || len(counts.Cancelled) != 0 {
				t.Errorf("counted %+v", counts)
			}
		})
	}
}
