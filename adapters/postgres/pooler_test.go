package postgres_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest/pooler"
	"github.com/siriusys/user-management-service/db"
	"github.com/siriusys/user-management-service/ports"
	"github.com/siriusys/user-management-service/ports/porttest"
	"github.com/siriusys/user-management-service/ports/porttest/await"
)

// openBehind opens a store whose requests go through a pooler.
func openBehind(t *testing.T, p *pooler.Pooler, url string) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(
		context.Background(), p.To(t, url), memory.NewSealer(), postgres.WithDirectURL(url), postgres.WithoutPreparedStatements(),
		postgres.WithConnectionTimeout(time.Minute),
	)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// Every statement of the ports works without a session of its own.
func TestStoreBehindAPooler(t *testing.T) {
	t.Parallel()
	p := pooler.Start(t, pgtest.Empty(t))
	porttest.Store(t, func(t *testing.T) porttest.StoreUnderTest {
		s := openBehind(t, p, pgtest.New(t))
		return porttest.StoreUnderTest{Store: s, Messages: func(t *testing.T) []ports.MessageRequest { return enqueued(t, s) }}
	})
}

// A pooler in transaction mode accepts LISTEN, but delivers no notification.
func TestListenIsDirectBehindAPooler(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	s := openBehind(t, pooler.Start(t, url), url)
	ctx, cancel := context.WithCancel(context.Background())
	ended, called := make(chan struct{}), make(chan struct{}, 100)
	go func() {
		defer close(ended)
		s.Listen(ctx, map[string]func(){postgres.RevocationsChannel: func() { called <- struct{}{} }})
	}()
	defer func() {
		cancel()
		<-ended
	}()
	await.For(t, "the connection", called)
	exec(t, s.Pool(), "NOTIFY "+postgres.RevocationsChannel)
	await.For(t, "the notification", called)
}

// A job raises its timeout on a connection that other clients get next.
func TestARaisedTimeoutStaysWithItsTransactionBehindAPooler(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	if err := db.Migrate(context.Background(), url); err != nil { // writes the settings of the role
		t.Fatal(err)
	}
	s := openBehind(t, pooler.Start(t, url), url)
	job := postgres.WithStatementTimeout(context.Background(), time.Hour)
	read := func(ctx context.Context, r ports.Repos) error {
		_, err := r.Audit.FindLastPosition(ctx)
		return err
	}
	if err := errors.Join(s.InTx(job, read), read(job, s.Repos())); err != nil {
		t.Fatal(err)
	}
	var held []pgx.Tx
	for range pooler.Connections { // so each has another connection
		tx, err := s.Pool().Begin(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, tx)
	}
	for _, tx := range held {
		if got := one[string](t, tx, "SHOW statement_timeout"); got != db.StatementTimeout {
			t.Errorf("a connection has the statement_timeout %s", got)
		}
		if err := tx.Rollback(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
}
