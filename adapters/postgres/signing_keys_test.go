package postgres_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
)

// No port adds a second key yet, so this test does.
func TestNewestSigningKeyComesFirst(t *testing.T) {
	t.Parallel()
	sealer := memory.NewSealer()
	s := openAt(t, pgtest.New(t), sealer)
	for _, k := range []struct {
		id  string
		age time.Duration
	}{{"middle", time.Hour}, {"newest", 0}, {"oldest", 2 * time.Hour}} {
		sealed, err := sealer.Seal([]byte("the seed of "+k.id), "signing_keys.sealed_seed:"+k.id)
		if err != nil {
			t.Fatal(err)
		}
		exec(t, s.Pool(), `INSERT INTO signing_keys (id, sealed_seed, created_at) VALUES ($1, $2, $3)`, k.id, sealed, start.Add(-k.age))
	}
	keys, err := s.SigningKeys().All(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var seeds []string
	for _, k := range keys {
		seeds = append(seeds, string(k.Seed))
	}
	if diff := cmp.Diff([]string{"the seed of newest", "the seed of middle", "the seed of oldest"}, seeds); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
