package postgres_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/domain"
)

func TestReplicasAreKnownWhileTheirLeaseLasts(t *testing.T) {
	t.Parallel()
	ctx, s := context.Background(), open(t)
	first := postgres.Replica{ID: domain.ID{1}, Reads: []string{"mac:1", "mac:2"}, Writes: []string{"mac:1"}}
	second := postgres.Replica{ID: domain.ID{2}, Reads: []string{"mac:1"}, Writes: []string{"mac:1"}}
	live := func(at time.Time, want ...postgres.Replica) {
		t.Helper()
		got, err := s.Replicas(ctx, at)
		if diff := cmp.Diff(want, slices.Clip(got)); err != nil || len(want)+len(got) > 0 && diff != "" {
			t.Errorf("at %v: %v\n%s", at, err, diff)
		}
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	live(start)
	must(s.Announce(ctx, first, start, time.Minute))
	must(s.Announce(ctx, second, start, time.Minute))
	live(start.Add(time.Minute-1e3), first, second)
	live(start.Add(time.Minute))
	must(s.Announce(ctx, first, start.Add(time.Minute), time.Minute))
	live(start.Add(time.Minute), first)
	must(s.Leave(ctx, first.ID, start.Add(time.Minute)))
	live(start.Add(time.Minute))
	must(s.Leave(ctx, first.ID, start.Add(time.Minute))) // no longer there
}

// A session whose refresh token may carry a tag of a key is counted until it was refreshed after the last replica that
// wrote with the key.
func TestSessionsDependOnTheKeyThatTaggedTheirToken(t *testing.T) {
	t.Parallel()
	ctx, s := context.Background(), open(t)
	u := person(1)
	add(t, s, u)
	opened := domain.DefaultSessionPolicy().Open(domain.SessionID{ID: domain.ID{9}}, u.ID, domain.DeviceID{}, domain.Secret{}.Hash(), start)
	left, crashed := start.Add(time.Hour), start.Add(2*time.Hour)
	for _, err := range []error{
		s.Repos().Accounts.Activate(ctx, u.ID, domain.EmailIndexes{u.EmailIndex}, start),
		s.Repos().Sessions.Open(ctx, opened, u.PasswordHash, nil, happened()),
		s.Announce(ctx, postgres.Replica{ID: domain.ID{1}, Reads: []string{}, Writes: []string{"mac:1", "mac:2"}}, start, 9*time.Hour),
		s.Leave(ctx, domain.ID{1}, left),
		s.Announce(ctx, postgres.Replica{ID: domain.ID{2}, Reads: []string{}, Writes: []string{"mac:2"}}, crashed.Add(-time.Minute), time.Minute),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		rotated          time.Time
		first, second, x int
	}{{left, 1, 1, 1}, {left.Add(1e3), 0, 1, 1}, {crashed, 0, 1, 1}, {crashed.Add(1e3), 0, 0, 1}} {
		exec(t, s.Pool(), `UPDATE sessions SET rotated_at = $1`, tt.rotated)
		for name, want := range map[string]int{"mac:1": tt.first, "mac:2": tt.second, "mac:unknown": tt.x} {
			if n, err := s.LiveSessionsWrittenWith(ctx, name, start.Add(3*time.Hour)); err != nil || n != want {
				t.Errorf("rotated at %v, %s: %d, %v; want %d", tt.rotated, name, n, err, want)
			}
		}
	}
	exec(t, s.Pool(), `UPDATE sessions SET ended_at = now()`)
	if n, err := s.LiveSessionsWrittenWith(ctx, "mac:unknown", start.Add(3*time.Hour)); err != nil || n != 0 {
		t.Errorf("ended: %d, %v", n, err)
	}
}
