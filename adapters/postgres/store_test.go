package postgres_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/ports"
	"github.com/siriusys/user-management-service/ports/porttest"
)

func open(t *testing.T) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(context.Background(), pgtest.New(t), memory.NewSealer())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func TestStore(t *testing.T) {
	t.Parallel()
	porttest.Store(t, func(t *testing.T) porttest.StoreUnderTest {
		s := open(t)
		return porttest.StoreUnderTest{Store: s, Keys: s.SigningKeys(), Letters: func(t *testing.T) []ports.Letter { return letters(t, s) }}
	})
}

func letters(t *testing.T, s *postgres.Store) (due []ports.Letter) {
	t.Helper()
	rows, err := s.Pool().Query(context.Background(), `SELECT args FROM river_job WHERE kind = 'letter' ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var args []byte
		var l ports.Letter
		if err := rows.Scan(&args); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(args, &l); err != nil {
			t.Fatal(err)
		}
		due = append(due, l)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return due
}
