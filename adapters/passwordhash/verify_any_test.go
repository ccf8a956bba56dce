package passwordhash

import (
	"context"
	"testing"

	"github.com/siriusys/user-management-service/domain"
)

// VerifyAny computes one hash for each group, so the number of groups is its cost.
func TestHashesThatShareASaltCostOneHashTogether(t *testing.T) {
	t.Parallel()
	hasher, outdated, imported := newHasher(cheap, newPepper, oldPepper), newHasher(cheap, oldPepper), domain.PasswordHash(
		"$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8")
	salt, otherSalt := []byte("0123456789abcdef"), []byte("fedcba9876543210")
	var shared []domain.PasswordHash
	for _, clear := range []string{"correct horse battery staple", "seven purple llamas at dawn", "eleven blue wombats dance"} {
		shared = append(shared, hashOf(t, hasher, clear, salt))
	}
	other, old := hashOf(t, hasher, "any other password", otherSalt), hashOf(t, outdated, "any other password", salt)
	for want, hashes := range map[int][]domain.PasswordHash{
		1: shared,
		2: append([]domain.PasswordHash{other}, shared...),
		4: append([]domain.PasswordHash{other, old, imported}, shared...),
	} {
		groups, err := hasher.groupBySalt(hashes)
		if err != nil || len(groups) != want {
			t.Errorf("%d hashes cost %d (%v), want %d", len(hashes), len(groups), err, want)
		}
	}
}

func hashOf(t *testing.T, h *Hasher, clear string, salt []byte) domain.PasswordHash {
	t.Helper()
	p, err := domain.ParsePassword(clear)
	if err != nil {
		t.Fatal(err)
	}
	hash, err := h.HashWithSalt(context.Background(), domain.HashWaiter{}, p, salt)
	if err != nil {
		t.Fatal(err)
	}
	return hash
}
