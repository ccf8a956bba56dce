package memory_test

import (
	"testing"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/ports/porttest"
)

func TestHasher(t *testing.T) {
	t.Parallel()
	porttest.PasswordHasher(t, &memory.Hasher{}, &memory.Hasher{Parameters: 1}, porttest.ImportedHashes{
		Hash: memory.HashOfAnotherSystem, Costly: memory.CostlyHash,
	})
}

func TestAccessTokens(t *testing.T) {
	t.Parallel()
	porttest.AccessTokens(t, &memory.AccessTokens{}, &memory.AccessTokens{})
}

func TestSealer(t *testing.T) {
	t.Parallel()
	porttest.Sealer(t, memory.NewSealer(), memory.NewSealer())
}

func TestMAC(t *testing.T) {
	t.Parallel()
	porttest.MAC(t, memory.MAC("one key"), memory.MAC("another key"))
}
