package memory

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// Hasher is a ports.PasswordHasher for tests. It is fast, and therefore insecure.
type Hasher struct {
	// Parameters stands for the parameters of a real hash. A hash made with others is outdated.
	Parameters int
	count      atomic.Int64
}

var errUnknownHash = errors.New("the stored hash was not made by the memory hasher")

// Ready returns nil: there is no queue.
func (*Hasher) Ready(domain.HashWaiter) error { return nil }

// Hash returns a salted hash of p.
func (h *Hasher) Hash(ctx context.Context, _ domain.HashWaiter, p domain.Password) (domain.PasswordHash, error) {
	h.count.Add(1)
	return h.sum(rand.Text(), p), ctx.Err()
}

// HashWithSalt returns the hash of p with the given salt.
func (h *Hasher) HashWithSalt(
	ctx context.Context, _ domain.HashWaiter, p domain.Password, salt []byte,
) (domain.PasswordHash, error) {
	h.count.Add(1)
	return h.sum(hex.EncodeToString(salt), p), ctx.Err()
}

// VerifyAny checks p against each of the hashes, and counts those with one salt once.
func (h *Hasher) VerifyAny(
	ctx context.Context, w domain.HashWaiter, p domain.Password, hashes []domain.PasswordHash,
) (index int, match ports.Match, err error) {
	index = -1
	salts := map[string]bool{}
	for i, stored := range hashes {
		if stored == "" {
			return -1, ports.Match{}, errUnknownHash
		}
		one, err := (&Hasher{Parameters: h.Parameters}).Verify(ctx, w, p, stored)
		if err != nil {
			return -1, ports.Match{}, err
		}
		salts[string(stored[:strings.LastIndexByte(string(stored), '$')])] = true
		if one.OK && index < 0 {
			index, match = i, one
		}
	}
	h.count.Add(int64(max(len(salts), 1)))
	return index, match, ctx.Err()
}

// Verify checks p against stored.
func (h *Hasher) Verify(
	ctx context.Context, _ domain.HashWaiter, p domain.Password, stored domain.PasswordHash,
) (ports.Match, error) {
	h.count.Add(1)
	if stored == "" || ctx.Err() != nil {
		return ports.Match{}, ctx.Err()
	}
	if strings.HasPrefix(string(stored), importedPrefix) {
		ok := stored == HashOfAnotherSystem(p.Clear()) || stored == HashOfAnotherSystem(p.AsReceived())
		return ports.Match{OK: ok, Outdated: ok}, nil
	}
	var parameters int
	var salt, sum string
	if _, err := fmt.Sscanf(strings.ReplaceAll(string(stored), "$", " "), " memory %d %s %s", &parameters, &salt, &sum); err != nil {
		return ports.Match{}, errUnknownHash
	}
	expected := (&Hasher{Parameters: parameters}).sum(salt, p)
	ok := subtle.ConstantTimeCompare([]byte(expected), []byte(stored)) == 1
	return ports.Match{OK: ok, Outdated: ok && parameters != h.Parameters}, nil
}

func (h *Hasher) sum(salt string, p domain.Password) domain.PasswordHash {
	return domain.PasswordHash(fmt.Sprintf("$memory$%d$%s$%x", h.Parameters, salt, sha256.Sum256([]byte(salt+p.Clear()))))
}

// Prefixes of hashes of another system.
const (
	importedPrefix = "$imported$"
	costlyPrefix   = importedPrefix + "costly$"
)

// HashOfAnotherSystem returns a hash that another system made of a password as it was.
func HashOfAnotherSystem(password string) domain.PasswordHash {
	return domain.PasswordHash(fmt.Sprintf("%s%x", importedPrefix, sha256.Sum256([]byte(password))))
}

// CostlyHash returns a hash that costs too much.
func CostlyHash(password string) domain.PasswordHash {
	return domain.PasswordHash(fmt.Sprintf("%s%x", costlyPrefix, sha256.Sum256([]byte(password))))
}

// Recognize accepts the hashes that Hash and HashOfAnotherSystem make.
func (h *Hasher) Recognize(stored domain.PasswordHash) error {
	switch {
	case strings.HasPrefix(string(stored), costlyPrefix):
		return ports.ErrCostlyHash
	case strings.HasPrefix(string(stored), "$memory$"), strings.HasPrefix(string(stored), importedPrefix):
		return nil
	default:
		return ports.ErrUnknownHash
	}
}

// Count is how many hashes were computed, by Hash and Verify together.
func (h *Hasher) Count() int { return int(h.count.Load()) }
