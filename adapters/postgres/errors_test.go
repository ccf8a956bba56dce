package postgres

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

func TestADriversErrorIsPutIntoThePortsWords(t *testing.T) {
	t.Parallel()
	other := errors.New("other")
	tests := map[string]struct{ err, want error }{
		"none":                {nil, nil},
		"no rows":             {pgx.ErrNoRows, ports.ErrNotFound},
		"second verified":     {&pgconn.PgError{Code: "23505", ConstraintName: "users_one_verified_per_address"}, ports.ErrConflict},
		"link without a user": {&pgconn.PgError{Code: "23503", ConstraintName: "links_user_fkey"}, ports.ErrNotFound},
		"deadlock":            {&pgconn.PgError{Code: "40P01"}, errLostRace},
		"serialization":       {&pgconn.PgError{Code: "40001"}, errLostRace},
		"too many clients":    {&pgconn.PgError{Code: "53300"}, domain.ErrBusy},
		"shutting down":       {&pgconn.PgError{Code: "57P01"}, domain.ErrBusy},
		"a read-only standby": {&pgconn.PgError{Code: "25006"}, domain.ErrBusy},
		"connection lost":     {&pgconn.PgError{Code: "08006"}, domain.ErrBusy},
		"request given up":    {context.Canceled, context.Canceled},
		"another error":       {other, other},
	}
	for name, tt := range tests {
		if got := translate(tt.err); !errors.Is(got, tt.want) || tt.want == nil && got != nil {
			t.Errorf("%s: %v", name, got)
		}
	}
	// What nobody foresaw must not pass for something a client may see or a use case decides on.
	unforeseen := translate(&pgconn.PgError{Code: "23505", ConstraintName: "users_pkey"})
	if _, told := errors.AsType[*domain.Error](unforeseen); told || errors.Is(unforeseen, ports.ErrConflict) {
		t.Errorf("an unforeseen violation became %v", unforeseen)
	}
}

func TestADatabaseThatIsNotThereIsUnavailable(t *testing.T) {
	t.Parallel()
	s, err := Open(context.Background(), "postgres://user:hunter2@127.0.0.1:1/none?connect_timeout=2", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	calls := map[string]func() error{
		"ping":  func() error { return s.Ping(context.Background()) },
		"query": func() error { _, err := s.Repos().Accounts.ByID(context.Background(), domain.UserID{}); return err },
		"transaction": func() error {
			return s.InTx(context.Background(), func(context.Context, ports.Repos) error { return nil })
		},
		"letter": func() error { return s.Repos().Outbox.Enqueue(context.Background(), ports.Letter{}) },
	}
	for name, call := range calls {
		if err := call(); !errors.Is(err, domain.ErrBusy) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
