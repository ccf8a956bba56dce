package postgres_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/domain"
)

// start is when every test user signs up.
var start = time.Date(2026, 1, 2, 3, 4, 5, 678901000, time.UTC)

// person returns the nth user, which is not stored yet.
func person(n int) domain.User {
	email := domain.RestoreEmail(fmt.Sprintf("Ada.Lovelace%d@example.com", n))
	return domain.User{
		ID: domain.UserID{ID: domain.ID{15: byte(n)}}, Email: email, EmailIndex: domain.EmailIndex(fmt.Sprintf("index %d", n)),
		FullName: domain.RestoreFullName(fmt.Sprintf("Ada Lovelace %d", n)), Residence: domain.RestoreResidence("DE", "DE-BY"),
		PasswordHash: "$hash$", CreatedAt: start, UpdatedAt: start, Version: 1,
	}
}

func add(t *testing.T, s *postgres.Store, u domain.User) {
	t.Helper()
	if err := s.Repos().Accounts.AddPending(context.Background(), u); err != nil {
		t.Fatal(err)
	}
}

func byID(t *testing.T, s *postgres.Store, id domain.UserID) domain.User {
	t.Helper()
	u, err := s.Repos().Accounts.FindByID(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// happened returns an audit event with a new id.
func happened() domain.AuditEvent {
	return domain.AuditEvent{ID: domain.ID(uuid.New()), At: start, Kind: domain.AuditLoggedIn}
}
