package memory_test

import (
	"testing"
	"time"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
	"github.com/siriusys/user-management-service/ports/porttest"
)

func TestKeyset(t *testing.T) {
	t.Parallel()
	porttest.Keyset(t, porttest.KeysetUnderTest{
		Fresh: func(*testing.T) ports.Keyset { return memory.NewKeyset() },
		Parse: memory.ParseKeyset,
	})
}

func TestKeysetReplicas(t *testing.T) {
	t.Parallel()
	porttest.KeysetReplicas(t, func(*testing.T) ports.KeysetReplicas { return memory.NewKeysetReplicas() })
}

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
		store, replicas := memory.NewStore(), memory.NewKeysetReplicas()
		data := memory.NewKeysetData(store, added, replicas)
		return porttest.KeysetDataUnderTest{
			Added: added, Promoted: promoted, Store: store, SigningKeys: store.SigningKeys(), Replicas: replicas, Data: data,
			Send:    func(*testing.T) { store.TakeMessages() },
			Corrupt: func(_ *testing.T, id domain.UserID) { data.Corrupt(id) },
		}
	})
}
