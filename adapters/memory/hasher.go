package memory

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// Hasher is a ports.PasswordHasher that is as quick as a real one must not be.
type Hasher struct {
	// Parameters stand for those of a real hash: a hash made with others is stale.
	Parameters int
	count      atomic.Int64
}

var errForeignHash = errors.New("the stored hash was not made by the memory hasher")

// Ready is always so.
func (*Hasher) Ready() error { return nil }

// Hash returns a salted hash of p.
func (h *Hasher) Hash(ctx context.Context, p domain.Password) (domain.PasswordHash, error) {
	h.count.Add(1)
	return h.sum(rand.Text(), p), ctx.Err()
}

// Verify checks p against stored.
func (h *Hasher) Verify(ctx context.Context, p domain.Password, stored domain.PasswordHash) (ports.Match, error) {
	h.count.Add(1)
	if stored == "" || ctx.Err() != nil {
		return ports.Match{}, ctx.Err()
	}
	var parameters int
	var salt, sum string
	if _, err := fmt.Sscanf(strings.ReplaceAll(string(stored), "$", " "), " memory %d %s %s", &parameters, &salt, &sum); err != nil {
		return ports.Match{}, errForeignHash
	}
	expected := (&Hasher{Parameters: parameters}).sum(salt, p)
	ok := subtle.ConstantTimeCompare([]byte(expected), []byte(stored)) == 1
	return ports.Match{OK: ok, Stale: ok && parameters != h.Parameters}, nil
}

func (h *Hasher) sum(salt string, p domain.Password) domain.PasswordHash {
	return domain.PasswordHash(fmt.Sprintf("$memory$%d$%s$%x", h.Parameters, salt, sha256.Sum256([]byte(salt+p.Clear()))))
}

// Recognize knows the hashes that Hash makes.
func (h *Hasher) Recognize(stored domain.PasswordHash) error {
	if !strings.HasPrefix(string(stored), "$memory$") {
		return ports.ErrUnknownHash
	}
	return nil
}

// Count is how many hashes were computed.
func (h *Hasher) Count() int { return int(h.count.Load()) }
