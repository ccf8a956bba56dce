package postgres_test

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/ports"
)

const (
	silence    = 15 * time.Second
	stuckAfter = 2 * time.Minute
)

// addRunning adds a job that a runner fetched some seconds ago.
func addRunning(t *testing.T, s *postgres.Store, attempt int, seconds float64, runners ...string) int64 {
	t.Helper()
	return one[int64](t, s.Pool(), `INSERT INTO river_job (kind, args, state, attempt, max_attempts, attempted_by, attempted_at)
		VALUES ('message', '{"n": 1}', 'running', $1, 3, $2, now() - make_interval(secs => $3)) RETURNING id`, attempt, runners, seconds)
}

// silenceRunner makes a runner beat, and then be silent for some seconds.
func silenceRunner(t *testing.T, s *postgres.Store, id string, seconds float64) {
	t.Helper()
	if err := s.JobRunners().Beat(context.Background(), id); err != nil {
		t.Fatal(err)
	}
	exec(t, s.Pool(), `UPDATE job_runners SET seen_at = now() - make_interval(secs => $2) WHERE id = $1`, id, seconds)
}

func rescue(t *testing.T, s *postgres.Store) []ports.RescuedJob {
	t.Helper()
	rescued, err := s.JobRunners().Rescue(context.Background(), silence, stuckAfter)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(rescued, func(a, b ports.RescuedJob) int { return cmp.Compare(a.ID, b.ID) })
	return rescued
}

func TestOnlyJobsOfSilentRunnersAndStuckJobsAreRescued(t *testing.T) {
	t.Parallel()
	s := open(t)
	silenceRunner(t, s, "dead", 16)
	silenceRunner(t, s, "alive", 14)
	dead := addRunning(t, s, 1, 1, "dead")
	again := addRunning(t, s, 2, 1, "alive", "dead")
	last := addRunning(t, s, 3, 1, "alive", "alive", "dead")
	stuck := addRunning(t, s, 1, 121, "alive")
	for _, runners := range [][]string{{"alive"}, {"dead", "alive"}, {"never announced"}, {}} {
		addRunning(t, s, 1, 100, runners...)
	}
	waiting := addRunning(t, s, 1, 1, "dead")
	exec(t, s.Pool(), `UPDATE river_job SET state = 'retryable' WHERE id = $1`, waiting)
	cancelled := addRunning(t, s, 1, 1, "dead")
	exec(t, s.Pool(), `UPDATE river_job SET metadata = '{"cancel_attempted_at": "2026-01-02T03:04:05Z"}' WHERE id = $1`, cancelled)

	args := []byte(`{"n": 1}`)
	want := []ports.RescuedJob{
		{ID: dead, Kind: "message", Attempt: 1, Args: args},
		{ID: again, Kind: "message", Attempt: 2, Args: args},
		{ID: last, Kind: "message", Attempt: 3, Args: args, IsDiscarded: true},
		{ID: stuck, Kind: "message", Attempt: 1, Args: args},
	}
	if diff := gocmp.Diff(want, rescue(t, s)); diff != "" {
		t.Errorf("rescued (-want +got):\n%s", diff)
	}
	if again := rescue(t, s); len(again) > 0 {
		t.Errorf("rescued again: %v", again)
	}
	if n := one[int](t, s.Pool(), `SELECT count(*) FROM river_job WHERE state = 'available' AND scheduled_at <= now()
		AND errors[1]->>'error' = 'the runner of the job fell silent'`); n != 3 {
		t.Errorf("%d jobs are due, want 3", n)
	}
}

// A job that kills its runners must not kill all of them in a row.
func TestEachRescueOfAJobDoublesItsWait(t *testing.T) {
	t.Parallel()
	s := open(t)
	id := addRunning(t, s, 1, 1, "dead")
	exec(t, s.Pool(), `UPDATE river_job SET max_attempts = 100`)
	silenceRunner(t, s, "dead", 16)
	for i, want := range []int{0, 1, 3, 7, 15, 31, 63, 127, 255, 299, 299, 299} {
		rescue(t, s)
		got := one[int](t, s.Pool(), `SELECT round(extract(epoch FROM scheduled_at - (errors[cardinality(errors)]->>'at')::timestamptz))::int
			FROM river_job WHERE id = $1`, id)
		if got != want {
			t.Errorf("rescue %d: due after %d s, want %d s", i+1, got, want)
		}
		exec(t, s.Pool(), `UPDATE river_job SET state = 'running', attempt = attempt + 1`)
	}
}

func TestConcurrentRescuersRescueEachJobOnce(t *testing.T) {
	t.Parallel()
	const jobs = 200
	s := open(t)
	silenceRunner(t, s, "dead", 16)
	for range jobs {
		addRunning(t, s, 1, 1, "dead")
	}
	found := make(chan []ports.RescuedJob, 4)
	var rescuers sync.WaitGroup
	for range cap(found) {
		rescuers.Go(func() {
			rescued, err := s.JobRunners().Rescue(context.Background(), silence, stuckAfter)
			if err != nil {
				t.Error(err)
			}
			found <- rescued
		})
	}
	rescuers.Wait()
	close(found)
	total := 0
	for rescued := range found {
		total += len(rescued)
	}
	if total != jobs {
		t.Errorf("%d rescues of %d jobs", total, jobs)
	}
}

func TestARunnerThatLeftOrIsLongGoneIsForgotten(t *testing.T) {
	t.Parallel()
	ctx, s := context.Background(), open(t)
	silenceRunner(t, s, "left", 16)
	silenceRunner(t, s, "long gone", 3601)
	silenceRunner(t, s, "just gone", 3500)
	if err := s.JobRunners().Leave(ctx, "left"); err != nil {
		t.Fatal(err)
	}
	if err := s.JobRunners().Beat(ctx, "alive"); err != nil {
		t.Fatal(err)
	}
	want := []string{"alive", "just gone"}
	if diff := gocmp.Diff(want, all[string](t, s.Pool(), `SELECT id FROM job_runners ORDER BY id`)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// River writes a result to any job that is running. The row of a result names the attempt, as the job workers do it.
func TestOnlyTheResultOfTheAttemptThatRunsIsStored(t *testing.T) {
	t.Parallel()
	// What River's completer does, for the result of an attempt that began some seconds ago.
	const complete = `UPDATE river_job SET state = 'completed', finalized_at = now(),
		metadata = metadata || jsonb_build_object('snoozes', 1, 'result_of', $2::timestamptz) WHERE id = $1`
	attempted := func(t *testing.T, s *postgres.Store, id int64) time.Time {
		t.Helper()
		return one[time.Time](t, s.Pool(), `SELECT attempted_at FROM river_job WHERE id = $1`, id)
	}
	for name, c := range map[string]struct {
		change string
		stored bool
	}{
		"it still runs":                 {`UPDATE river_job SET tags = '{x}' WHERE id = $1`, true},
		"it was rescued":                {`UPDATE river_job SET state = 'available' WHERE id = $1`, false},
		"another attempt runs":          {`UPDATE river_job SET attempted_at = attempted_at + interval '1 us' WHERE id = $1`, false},
		"another attempt has completed": {`UPDATE river_job SET state = 'completed', finalized_at = now() WHERE id = $1`, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openAt(t, pgtest.New(t), memory.NewSealer())
			id := addRunning(t, s, 1, 1, "runner")
			began := attempted(t, s, id)
			exec(t, s.Pool(), c.change, id)
			before := one[string](t, s.Pool(), `SELECT j::text FROM river_job j`)
			exec(t, s.Pool(), complete, id, began)
			after := one[string](t, s.Pool(), `SELECT j::text FROM river_job j`)
			if c.stored != (before != after) {
				t.Errorf("the row was\n%s\nand is\n%s", before, after)
			}
			metadata := one[string](t, s.Pool(), `SELECT metadata::text FROM river_job`)
			if want := map[bool]string{true: `{"snoozes": 1}`, false: `{}`}[c.stored]; metadata != want {
				t.Errorf("the metadata are %s, want %s", metadata, want)
			}
		})
	}
}
