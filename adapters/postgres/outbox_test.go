package postgres_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
	"github.com/siriusys/user-management-service/ports/porttest/await"
)

// riverMessage is the job of a message as River's client inserts it: its JSON. Jobs wait in the queue across upgrades, so the
// members stay.
type riverMessage string

func (riverMessage) Kind() string                   { return "message" }
func (m riverMessage) MarshalJSON() ([]byte, error) { return []byte(m), nil }

// Messages are put into River's queue by our own statement (docs/decisions/0021). It must write what River's client would.
func TestTheJobOfAMessageIsTheOneRiverWouldInsert(t *testing.T) {
	t.Parallel()
	for args, request := range map[riverMessage]ports.MessageRequest{
		`{"template": "password_reset", "address": ["aW5kZXg=", "/w=="], "at": "2026-01-02T03:04:05.678901Z"}`: {
			Template: domain.MessagePasswordReset, EmailIndexes: domain.EmailIndexes{"index", "\xff"}, At: start,
		},
		`{"template": "terminated", "user_id": "00000000-0000-0000-0000-000000000001", "at": "2026-01-02T03:04:05.678901Z"}`: {
			Template: domain.MessageTerminated, UserID: domain.UserID{ID: domain.ID{15: 1}}, At: start,
		},
		`{"template": "verification", "at": "2026-01-02T03:04:05.678901Z", "network": "/w==",
			"device": "00000000-0000-0000-0000-000000000002", "message_id": "7"}`: {
			Template: domain.MessageVerification, At: start, Network: "\xff",
			Device: domain.DeviceID{ID: domain.ID{15: 2}}, MessageID: "7",
		},
	} {
		t.Run(string(request.Template), func(t *testing.T) {
			t.Parallel()
			wantRiversJob(t, args, request)
		})
	}
}

func wantRiversJob(t *testing.T, args riverMessage, request ports.MessageRequest) {
	t.Helper()
	ctx, url := context.Background(), pgtest.New(t)
	store, listener := openAt(t, url, memory.NewSealer()), connect(t, url)
	client, err := river.NewClient(riverpgxv5.New(store.Pool()), &river.Config{MaxAttempts: 300})
	if err != nil {
		t.Fatal(err)
	}
	exec(t, listener, `LISTEN "public.river_insert"`)
	// Verification messages are behind all others.
	opts := &river.InsertOpts{Priority: 1}
	if request.Template == domain.MessageVerification {
		opts.Priority = 2
	}
	if _, err := client.Insert(ctx, args, opts); err != nil {
		t.Fatal(err)
	}
	theirs := notification(t, listener)
	if err := store.Repos().Outbox.Enqueue(ctx, request); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(theirs, notification(t, listener)); diff != "" {
		t.Errorf("notification (-River's +ours):\n%s", diff)
	}
	jobs := jobRows(t, listener)
	if len(jobs) != 2 {
		t.Fatalf("%d jobs, want 2", len(jobs))
	}
	if diff := cmp.Diff(jobs[0], jobs[1]); diff != "" {
		t.Errorf("job (-River's +ours):\n%s", diff)
	}
}

// notification waits for a notification and returns its payload.
func notification(t *testing.T, conn *pgx.Conn) (payload map[string]any) {
	t.Helper()
	n, err := conn.WaitForNotification(await.Context(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(n.Payload), &payload); err != nil {
		t.Fatal(err)
	}
	return payload
}

// jobRows are the rows of the queue with all their columns, except for what differs between any two jobs.
func jobRows(t *testing.T, conn *pgx.Conn) []map[string]any {
	t.Helper()
	rows, err := conn.Query(context.Background(), `
		SELECT to_jsonb(j) - 'id' - 'created_at' - 'scheduled_at' || jsonb_build_object(
			'due immediately', scheduled_at = created_at AND created_at > now() - interval '1 day')
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

// A signup is sent in one round trip, and is one transaction.
func TestASignupThatFailsHalfwayStoresNothing(t *testing.T) {
	t.Parallel()
	ctx, url := context.Background(), pgtest.New(t)
	store, conn := openAt(t, url, memory.NewSealer()), connect(t, url)
	message := ports.MessageRequest{Template: domain.MessageVerification, UserID: person(1).ID, At: start}
	first := happened()
	if err := store.Repos().Accounts.SignUp(ctx, person(1), domain.EmailIndexes{person(1).EmailIndex}, "network", first, message); err != nil {
		t.Fatal(err)
	}
	for name, failing := range map[string]func() error{
		"duplicate account": func() error {
			again := person(1)
			again.SignupNetwork = "another" // a signup of the same network would replace the first one
			return store.Repos().Accounts.SignUp(ctx, again, domain.EmailIndexes{again.EmailIndex}, "network", happened(), message)
		},
		"duplicate event": func() error {
			return store.Repos().Accounts.SignUp(ctx, person(2), domain.EmailIndexes{person(2).EmailIndex}, "another network", first, message)
		},
	} {
		if failing() == nil {
			t.Errorf("%s: no error", name)
		}
	}
	users := one[int](t, conn, `SELECT count(*) FROM users`)
	events := one[int](t, conn, `SELECT count(*) FROM audit_events`)
	messages := one[int](t, conn, `SELECT count(*) FROM river_job`)
	if users != 1 || events != 1 || messages != 1 {
		t.Errorf("%d accounts, %d events, %d messages, want 1 of each", users, events, messages)
	}
}
