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
	"github.com/siriusys/user-management-service/ports/porttest/await"
)

// meanings are the errors that callers distinguish.
var meanings = []error{
	ports.ErrNotFound, ports.ErrConflict, domain.ErrBusy, domain.ErrOutcomeUnknown, context.Canceled,
}

// wantMeaning checks that err means want and nothing else; nil stands for an unexpected error.
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

var stalePlan = &pgconn.PgError{
	Code: pgerrcode.FeatureNotSupported, Message: "ein Text in der Sprache des Servers", Routine: "RevalidateCachedQuery",
}

// A transaction is retried after these errors. Nothing that failed has taken effect.
func TestAbortedTransactionsAreRetried(t *testing.T) {
	t.Parallel()
	for _, aborted := range []*pgconn.PgError{
		{Code: pgerrcode.DeadlockDetected}, {Code: pgerrcode.SerializationFailure}, stalePlan,
	} {
		if err := postgres.MapError(aborted); !errors.Is(err, postgres.ErrTxAborted) {
			t.Errorf("%v is not retried", err)
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
		"session without user":   {violation(pgerrcode.ForeignKeyViolation, "sessions_user_fkey"), nil},
		"other unique":           {violation(pgerrcode.UniqueViolation, "users_pkey"), nil},
		"check":                  {violation(pgerrcode.CheckViolation, "users_whole_until_erased"), nil},
		"deadlock":               {code(pgerrcode.DeadlockDetected), domain.ErrBusy},
		"serialization":          {code(pgerrcode.SerializationFailure), domain.ErrBusy},
		"connection failure":     {code(pgerrcode.ConnectionFailure), domain.ErrBusy},
		"too many connections":   {code(pgerrcode.TooManyConnections), domain.ErrBusy},
		"disk full":              {code(pgerrcode.DiskFull), domain.ErrBusy},
		"statement timeout":      {code(pgerrcode.QueryCanceled), domain.ErrBusy},
		"admin shutdown":         {code(pgerrcode.AdminShutdown), domain.ErrBusy},
		"starting up":            {code(pgerrcode.CannotConnectNow), domain.ErrBusy},
		"read-only":              {code(pgerrcode.ReadOnlySQLTransaction), domain.ErrBusy},
		"no such table":          {code(pgerrcode.UndefinedTable), domain.ErrBusy},
		"failed transaction":     {code(pgerrcode.InFailedSQLTransaction), nil},
		"wrong password":         {code(pgerrcode.InvalidPassword), domain.ErrBusy},
		"role has changed":       {code(pgerrcode.InsufficientPrivilege), domain.ErrBusy},
		"lock timeout":           {code(pgerrcode.LockNotAvailable), domain.ErrBusy},
		"idle in a transaction":  {code(pgerrcode.IdleInTransactionSessionTimeout), domain.ErrBusy},
		"transaction timeout":    {code("25P04"), domain.ErrBusy},
		"input/output error":     {code(pgerrcode.IOError), domain.ErrBusy},
		"schema has changed":     {stalePlan, domain.ErrBusy},
		"not supported":          {code(pgerrcode.FeatureNotSupported), nil},
		"code of no class":       {code("4"), nil},
		"no code":                {code(""), nil},
		"connection broken":      {io.ErrUnexpectedEOF, domain.ErrBusy},
		"connection closed":      {io.EOF, domain.ErrBusy},
		"network":                {&net.OpError{Op: "read", Err: errors.New("connection reset by peer")}, domain.ErrBusy},
		"context cancelled":      {context.Canceled, context.Canceled},
		"deadline exceeded":      {context.DeadlineExceeded, domain.ErrBusy},
		"other error":            {errors.New("cannot scan"), nil},
		"transaction closed":     {pgx.ErrTxClosed, nil},
		"commit of a failed one": {pgx.ErrTxCommitRollback, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, err := range []error{c.err, fmt.Errorf("run a query: %w", c.err)} {
				got := postgres.MapError(err)
				wantMeaning(t, got, c.want)
				// An unexpected error must not look like one that a client may see.
				if shown, ok := errors.AsType[*domain.Error](got); ok && !errors.Is(c.want, shown) {
					t.Errorf("%v shows a client %v", got, shown)
				}
				if !errors.Is(got, c.err) && !errors.Is(err, pgx.ErrNoRows) {
					t.Errorf("%v does not wrap the driver's error", got)
				}
			}
		})
	}
	if err := postgres.MapError(nil); err != nil {
		t.Errorf("nil became %v", err)
	}
}

// listen accepts connections and never responds.
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

// wantUnavailable checks that err is one of the two that mean a broken connection. Which one depends on what the driver has sent.
func wantUnavailable(t *testing.T, err error) {
	t.Helper()
	if errors.Is(err, domain.ErrOutcomeUnknown) {
		wantMeaning(t, err, domain.ErrOutcomeUnknown)
		return
	}
	wantMeaning(t, err, domain.ErrBusy)
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

// The attempt to connect has its own timeout, here a second; the caller's context has none.
func TestServerThatNeverRespondsIsBusy(t *testing.T) {
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
		t.Run(name, func(t *testing.T) { wantMeaning(t, err, domain.ErrBusy) })
	}
}

// When the context ends, the query in progress ends, and so does the transaction around it.
// A client that hangs up does not end the statement of its request: the driver would close the connection.
func TestAContextThatEndsDuringAStatementKeepsTheConnection(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	s, u := openAt(t, url, memory.NewSealer()), person(1)
	add(t, s, u)
	locker := connect(t, url)
	exec(t, locker, `BEGIN`)
	exec(t, locker, `SELECT FROM users FOR UPDATE`)
	ctx, cancel := context.WithCancel(context.Background())
	result := make(chan error, 1)
	go func() {
		result <- s.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
			return r.Accounts.Activate(ctx, u.ID, domain.EmailIndexes{u.EmailIndex}, u.CreatedAt)
		})
	}()
	watcher := connect(t, url)
	eventually(t, "the statement waits for the lock", func() bool {
		return one[int](t, watcher, `
			SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`) > 0
	})
	cancel()
	made := s.Pool().Stat().NewConnsCount()
	exec(t, locker, `ROLLBACK`)
	if err := await.For(t, "the statement", result); err != nil {
		t.Errorf("the statement: %v", err)
	}
	if _, err := s.Repos().Accounts.FindByID(ctx, u.ID); !errors.Is(err, context.Canceled) {
		t.Errorf("a statement after the end of the context: %v", err)
	}
	if _, err := s.Repos().Accounts.FindByID(context.Background(), u.ID); err != nil {
		t.Errorf("the next statement: %v", err)
	}
	if more := s.Pool().Stat().NewConnsCount() - made; more != 0 {
		t.Errorf("%d connections were made in place of the closed one", more)
	}
}

// everyCall is the error of one call of each repository, of a transaction and of Ping.
func everyCall(ctx context.Context, s *postgres.Store) map[string]error {
	r, u := s.Repos(), person(1)
	_, readErr := r.Accounts.FindByID(ctx, u.ID)
	_, listErr := r.Accounts.FindPending(ctx, domain.EmailIndexes{u.EmailIndex}, 1)
	_, refreshErr := r.Sessions.RefreshToken(ctx, domain.RefreshGrant{}, domain.DefaultSessionPolicy(), "", happened(), u.CreatedAt)
	_, useErr := r.Links.Use(ctx, domain.VerifyEmail, domain.SecretHash{}, u.CreatedAt)
	_, keysErr := s.SigningKeys().List(ctx)
	return map[string]error{
		"read": readErr, "list": listErr, "refresh": refreshErr, "use": useErr, "keys": keysErr,
		"add":       r.Accounts.AddPending(ctx, u),
		"activate":  r.Accounts.Activate(ctx, u.ID, domain.EmailIndexes{u.EmailIndex}, u.CreatedAt),
		"terminate": r.Accounts.TerminateAccount(ctx, u.ID, u.CreatedAt),
		"enqueue":   r.Outbox.Enqueue(ctx, ports.MessageRequest{}),
		"first key": s.SigningKeys().Add(ctx, domain.SigningKey{}, ""),
		"ping":      s.Ping(ctx),
		"in a transaction": s.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
			return r.Accounts.TerminateAccount(ctx, u.ID, u.CreatedAt)
		}),
	}
}
