package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// meanings are the errors that callers tell apart.
var meanings = []error{ports.ErrNotFound, ports.ErrConflict, domain.ErrBusy, postgres.ErrLostRace, context.Canceled, context.DeadlineExceeded}

// wantMeaning checks that err means want and nothing else; nil stands for an error that nobody expects.
func wantMeaning(t *testing.T, err, want error) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, m := range meanings {
		if is := errors.Is(err, m); is != (m == want) { //nolint:errorlint // want is one of the list
			t.Errorf("%v: is %q: %v", err, m, is)
		}
	}
}

func TestEachDriverErrorHasOneMeaning(t *testing.T) {
	t.Parallel()
	code := func(c string) error { return &pgconn.PgError{Code: c} }
	violation := func(code, constraint string) error {
		return &pgconn.PgError{Code: code, ConstraintName: constraint}
	}
	for name, c := range map[string]struct{ err, want error }{
		"no row":                 {pgx.ErrNoRows, ports.ErrNotFound},
		"second verified":        {violation(pgerrcode.UniqueViolation, "users_one_verified_per_address"), ports.ErrConflict},
		"session of nobody":      {violation(pgerrcode.ForeignKeyViolation, "sessions_user_fkey"), nil},
		"other unique":           {violation(pgerrcode.UniqueViolation, "users_pkey"), nil},
		"check":                  {violation(pgerrcode.CheckViolation, "users_whole_until_erased"), nil},
		"deadlock":               {code(pgerrcode.DeadlockDetected), postgres.ErrLostRace},
		"serialization":          {code(pgerrcode.SerializationFailure), postgres.ErrLostRace},
		"connection failure":     {code(pgerrcode.ConnectionFailure), domain.ErrBusy},
		"too many connections":   {code(pgerrcode.TooManyConnections), domain.ErrBusy},
		"disk full":              {code(pgerrcode.DiskFull), domain.ErrBusy},
		"statement timeout":      {code(pgerrcode.QueryCanceled), domain.ErrBusy},
		"admin shutdown":         {code(pgerrcode.AdminShutdown), domain.ErrBusy},
		"starting up":            {code(pgerrcode.CannotConnectNow), domain.ErrBusy},
		"read-only":              {code(pgerrcode.ReadOnlySQLTransaction), domain.ErrBusy},
		"no such table":          {code(pgerrcode.UndefinedTable), nil},
		"failed transaction":     {code(pgerrcode.InFailedSQLTransaction), nil},
		"wrong password":         {code(pgerrcode.InvalidPassword), nil},
		"code of no class":       {code("4"), nil},
		"no code":                {code(""), nil},
		"connection lost":        {io.ErrUnexpectedEOF, domain.ErrBusy},
		"connection closed":      {io.EOF, domain.ErrBusy},
		"network":                {&net.OpError{Op: "read", Err: errors.New("connection reset by peer")}, domain.ErrBusy},
		"caller gone":            {context.Canceled, context.Canceled},
		"caller out of time":     {context.DeadlineExceeded, context.DeadlineExceeded},
		"something else":         {errors.New("cannot scan"), nil},
		"transaction closed":     {pgx.ErrTxClosed, nil},
		"commit of a failed one": {pgx.ErrTxCommitRollback, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, err := range []error{c.err, fmt.Errorf("run a query: %w", c.err)} {
				got := postgres.Translate(err)
				wantMeaning(t, got, c.want)
				// What nobody foresaw must not pass for something that a client may see.
				if told, ok := errors.AsType[*domain.Error](got); ok && !errors.Is(c.want, told) {
					t.Errorf("%v tells a client %v", got, told)
				}
				if !errors.Is(got, c.err) && !errors.Is(err, pgx.ErrNoRows) {
					t.Errorf("%v has lost the driver's error", got)
				}
			}
		})
	}
	if err := postgres.Translate(nil); err != nil {
		t.Errorf("nil became %v", err)
	}
}

// listen takes connections and never answers.
func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func urlOf(l net.Listener) string {
	return "postgres://someone:hunter2@" + l.Addr().String() + "/accounts?sslmode=disable&connect_timeout=1"
}

func TestServerThatRefusesIsBusy(t *testing.T) {
	t.Parallel()
	refusing := listen(t)
	refusing.Close()
	s := openAt(t, urlOf(refusing), memory.NewSealer())
	for name, err := range everyCall(context.Background(), s) {
		t.Run(name, func(t *testing.T) { wantMeaning(t, err, domain.ErrBusy) })
	}
}

// The attempt to connect has a time limit of its own, here a second; the caller's context has none.
func TestServerThatNeverAnswersIsBusy(t *testing.T) {
	t.Parallel()
	s := openAt(t, urlOf(listen(t)), memory.NewSealer())
	if err := s.Ping(context.Background()); !errors.Is(err, domain.ErrBusy) {
		t.Errorf("%v", err)
	}
}

func TestClosedStoreIsBusy(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.Close()
	for name, err := range everyCall(context.Background(), s) {
		t.Run(name, func(t *testing.T) { wantMeaning(t, err, domain.ErrBusy) })
	}
}

func TestEndedContextIsReturned(t *testing.T) {
	t.Parallel()
	s := open(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for name, err := range everyCall(ctx, s) {
		t.Run(name, func(t *testing.T) { wantMeaning(t, err, context.Canceled) })
	}
	late, cancel := context.WithTimeout(context.Background(), 0)
	defer cancel()
	for name, err := range everyCall(late, s) {
		t.Run(name, func(t *testing.T) { wantMeaning(t, err, context.DeadlineExceeded) })
	}
}

// A query that is under way when its caller leaves ends, too, and so does the transaction around it.
func TestContextThatEndsDuringAStatementIsReturned(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	s, u := openAt(t, url, memory.NewSealer()), person(1)
	add(t, s, u)
	holder := connect(t, url)
	exec(t, holder, `BEGIN`)
	exec(t, holder, `SELECT FROM users FOR UPDATE`)
	ctx, cancel := context.WithCancel(context.Background())
	result := make(chan error, 1)
	go func() {
		result <- s.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
			return r.Accounts.Activate(ctx, u.ID, domain.EmailIndexes{u.EmailIndex}, u.CreatedAt)
		})
	}()
	watcher := connect(t, url)
	eventually(t, "the statement waits for the lock", func() bool {
		return one[int](t, watcher, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`) > 0
	})
	cancel()
	wantMeaning(t, <-result, context.Canceled)
	exec(t, holder, `ROLLBACK`)
	if err := s.Repos().Accounts.Activate(context.Background(), u.ID, domain.EmailIndexes{u.EmailIndex}, u.CreatedAt); err != nil {
		t.Errorf("the next statement: %v", err)
	}
}

// everyCall is the error of one call of each repository, of a transaction and of Ping.
func everyCall(ctx context.Context, s *postgres.Store) map[string]error {
	r, u := s.Repos(), person(1)
	_, readErr := r.Accounts.ByID(ctx, u.ID)
	_, listErr := r.Accounts.Pending(ctx, domain.EmailIndexes{u.EmailIndex}, 1)
	_, rotateErr := r.Sessions.Rotate(ctx, domain.RefreshGrant{}, domain.DefaultSessionPolicy(), happened(), u.CreatedAt)
	_, useErr := r.Links.Use(ctx, domain.VerifyEmail, domain.SecretHash{}, u.CreatedAt)
	_, keysErr := s.SigningKeys().All(ctx)
	return map[string]error{
		"read": readErr, "list": listErr, "rotate": rotateErr, "use": useErr, "keys": keysErr,
		"add":       r.Accounts.AddPending(ctx, u),
		"activate":  r.Accounts.Activate(ctx, u.ID, domain.EmailIndexes{u.EmailIndex}, u.CreatedAt),
		"terminate": r.Accounts.Terminate(ctx, u.ID, u.CreatedAt),
		"enqueue":   r.Outbox.Enqueue(ctx, ports.Letter{}),
		"first key": s.SigningKeys().Add(ctx, domain.SigningKey{}, ""),
		"ping":      s.Ping(ctx),
		"in a transaction": s.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
			return r.Accounts.Terminate(ctx, u.ID, u.CreatedAt)
		}),
	}
}
