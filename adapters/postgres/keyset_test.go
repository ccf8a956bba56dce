package postgres_test

import (
	"testing"
	"time"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
	"github.com/siriusys/user-management-service/ports/porttest"
)

func TestKeysetReplicas(t *testing.T) {
	t.Parallel()
	porttest.KeysetReplicas(t, func(t *testing.T) ports.KeysetReplicas { return open(t).KeysetReplicas() })
}

// Two stores share the database: one of a replica that has not been restarted since the promotion, and one of the operator.
func TestKeysetData(t *testing.T) {
	t.Parallel()
	porttest.KeysetData(t, func(t *testing.T) porttest.KeysetDataUnderTest {
		added, err := memory.NewKeyset().Add()
		if err != nil {
			t.Fatal(err)
		}
		promoted, err := added.Promote(time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		url := pgtest.New(t)
		store, operator := openAt(t, url, added.Sealer()), openAt(t, url, promoted.Sealer())
		return porttest.KeysetDataUnderTest{
			Added: added, Promoted: promoted, Store: store, SigningKeys: store.SigningKeys(), Replicas: store.KeysetReplicas(),
			Data: operator.KeysetData(),
			Send: func(t *testing.T) {
				exec(t, store.Pool(), `UPDATE river_job SET state = 'completed', finalized_at = now()`)
			},
			Corrupt: func(t *testing.T, id domain.UserID) {
				exec(t, store.Pool(), `UPDATE users SET full_name = email WHERE id = $1`, id)
			},
		}
	})
}
