package postgres_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// Letters are put into River's queue by a statement of ours (docs/decisions/0021). It must write what River's client would.
func TestALettersJobIsTheOneRiverWouldInsert(t *testing.T) {
	t.Parallel()
	ctx, url := context.Background(), pgtest.New(t)
	store := openAt(t, url, memory.NewSealer())
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	client, err := river.NewClient(riverpgxv5.New(pool), &river.Config{MaxAttempts: 300})
	if err != nil {
		t.Fatal(err)
	}
	listener := connect(t, url)
	if _, err := listener.Exec(ctx, `LISTEN "public.river_insert"`); err != nil {
		t.Fatal(err)
	}
	letter := ports.Letter{Template: domain.MailPasswordReset, Address: [][]byte{[]byte("index")}, At: start}
	if _, err := client.Insert(ctx, letter, nil); err != nil {
		t.Fatal(err)
	}
	theirs := roused(t, listener)
	if err := store.Repos().Outbox.Enqueue(ctx, letter); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(theirs, roused(t, listener)); diff != "" {
		t.Errorf("notification (-River's +ours):\n%s", diff)
	}
	jobs := jobRows(t, listener)
	if len(jobs) != 2 {
		t.Fatalf("%d jobs", len(jobs))
	}
	if diff := cmp.Diff(jobs[0], jobs[1]); diff != "" {
		t.Errorf("job (-River's +ours):\n%s", diff)
	}
}

// roused waits for a notification.
func roused(t *testing.T, conn *pgx.Conn) (payload map[string]any) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	n, err := conn.WaitForNotification(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(n.Payload), &payload); err != nil {
		t.Fatal(err)
	}
	return payload
}

// jobRows are the rows of the queue with all their columns, but for what differs between any two jobs.
func jobRows(t *testing.T, conn *pgx.Conn) []map[string]any {
	t.Helper()
	rows, err := conn.Query(context.Background(), `
		SELECT to_jsonb(j) - 'id' - 'created_at' - 'scheduled_at' || jsonb_build_object('due at once', scheduled_at = created_at AND created_at > now() - interval '1 day')
		FROM river_job j ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[map[string]any])
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// What is sent in one round trip is one transaction all the same.
func TestASignupThatFailsHalfwayLeavesNothing(t *testing.T) {
	t.Parallel()
	ctx, url := context.Background(), pgtest.New(t)
	store, conn := openAt(t, url, memory.NewSealer()), connect(t, url)
	letter := ports.Letter{Template: domain.MailVerification, UserID: person(1).ID, At: start}
	first := happened()
	if err := store.Repos().Accounts.SignUp(ctx, person(1), first, letter); err != nil {
		t.Fatal(err)
	}
	for name, failing := range map[string]func() error{
		"the account is there": func() error { return store.Repos().Accounts.SignUp(ctx, person(1), happened(), letter) },
		"the event is there":   func() error { return store.Repos().Accounts.SignUp(ctx, person(2), first, letter) },
	} {
		if failing() == nil {
			t.Errorf("%s: no error", name)
		}
	}
	var users, events, letters int
	if err := conn.QueryRow(ctx, `SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM audit_events), (SELECT count(*) FROM river_job)`).Scan(&users, &events, &letters); err != nil {
		t.Fatal(err)
	}
	if users != 1 || events != 1 || letters != 1 {
		t.Errorf("%d accounts, %d events, %d letters", users, events, letters)
	}
}
