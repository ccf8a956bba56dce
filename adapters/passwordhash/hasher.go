// Package passwordhash hashes passwords with Argon2id (RFC 9106) and writes the hashes as PHC strings. It also verifies
// hashes that came from elsewhere with an import, of other algorithms, which a login then replaces.
package passwordhash

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"

	"github.com/siriusys/user-management-service/adapters/passwordhash/argon2id"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// Params are what one hash costs.
type Params struct {
	Memory  uint32 // KiB
	Time    uint32 // passes
	Threads uint8  // lanes
}

// DefaultParams are those that OWASP's Password Storage Cheat Sheet names first for a single lane.
var DefaultParams = Params{Memory: 19456, Time: 2, Threads: 1}

// Pepper is a key that goes into the hashes and is kept apart from them.
type Pepper struct {
	ID  string
	Key []byte
}

// Config is how a Hasher works.
type Config struct {
	Params Params
	// Implementation computes the hashes. Each verifies what any other made.
	Implementation argon2id.Implementation
	// Peppers has the newest first: it goes into new hashes, the others only into hashes that name them. Without any,
	// hashes carry none.
	Peppers []Pepper
	// Concurrency is how many hashes are computed at once; more than there are cores makes all of them slower. Each takes
	// Params.Memory, which stays until nothing was hashed for a minute.
	Concurrency int
	// Queue is how many more may wait. Beyond it a hash is refused at once.
	Queue int
}

const (
	saltSize = 16 // bytes, RFC 9106 section 3.1
	tagSize  = 32 // bytes
)

// Hasher is a ports.PasswordHasher.
type Hasher struct {
	params  Params
	peppers []Pepper
	pool    *pool
	// decoy is read and computed where there is no hash, so that this takes as long.
	decoy domain.PasswordHash
}

// New makes a hasher.
func New(c Config) *Hasher {
	h := &Hasher{params: c.Params, peppers: c.Peppers, pool: newPool(c.Concurrency, c.Queue, func() *argon2id.Memory { return argon2id.NewMemory(c.Implementation, c.Params.Memory) })}
	decoy := h.fresh()
	decoy.tag = random(tagSize)
	h.decoy = domain.PasswordHash(decoy.String())
	return h
}

// Ready reports domain.ErrBusy while too many hashes are waiting.
func (h *Hasher) Ready() error { return h.pool.ready() }

// Hash returns a hash of p under a new salt and the newest pepper.
func (h *Hasher) Hash(ctx context.Context, p domain.Password) (domain.PasswordHash, error) {
	made := h.fresh()
	if err := h.pool.run(ctx, func(m *argon2id.Memory) { made.tag = h.compute([]byte(p.Clear()), made, m) }); err != nil {
		return "", err
	}
	return domain.PasswordHash(made.String()), nil
}

// errUnknownPepper: a hash names a pepper that the keyset does not hold.
var errUnknownPepper = errors.New("the hash's pepper is not in the keyset")

// Verify checks p against stored. Without a stored hash it does the same work against one that nothing matches. An imported
// hash costs what its own algorithm does, until it is replaced.
func (h *Hasher) Verify(ctx context.Context, p domain.Password, stored domain.PasswordHash) (ports.Match, error) {
	against, err := h.read(string(cmp.Or(stored, h.decoy)))
	if err != nil {
		return ports.Match{}, err
	}
	var equal bool
	if err := h.pool.run(ctx, func(m *argon2id.Memory) { equal = against.matches([]byte(p.Clear()), m) }); err != nil {
		return ports.Match{}, err
	}
	own, isOwn := against.(ownHash)
	ok := equal && stored != ""
	return ports.Match{OK: ok, Stale: ok && (!isOwn || !h.isCurrent(own.phc))}, nil
}

// Recognize reports whether Verify can check passwords against an imported hash.
func (h *Hasher) Recognize(stored domain.PasswordHash) error {
	if _, err := h.read(string(stored)); err != nil {
		return fmt.Errorf("%w: %w", ports.ErrUnknownHash, err)
	}
	return nil
}

// ownHash is a hash of the service's own form, to be checked with its pepper.
type ownHash struct {
	phc
	hasher *Hasher
}

func (o ownHash) matches(password []byte, m *argon2id.Memory) bool {
	return same(o.hasher.compute(password, o.phc, m), o.tag)
}

func (h *Hasher) read(stored string) (imported, error) {
	if !strings.HasPrefix(stored, "$argon2id$") {
		return parseImported(stored)
	}
	own, err := parse(stored)
	if err != nil {
		return nil, err
	}
	if _, known := h.pepper(own.keyID); !known {
		return nil, errUnknownPepper
	}
	return ownHash{phc: own, hasher: h}, nil
}

func (h *Hasher) isCurrent(p phc) bool {
	return p.params == h.params && p.keyID == h.newestPepper() && len(p.salt) == saltSize && len(p.tag) == tagSize
}

// fresh is what a new hash is made with.
func (h *Hasher) fresh() phc {
	return phc{params: h.params, keyID: h.newestPepper(), salt: random(saltSize)}
}

func (h *Hasher) newestPepper() string {
	if len(h.peppers) == 0 {
		return ""
	}
	return h.peppers[0].ID
}

// pepper finds the key that an id names; the empty id names none.
func (h *Hasher) pepper(id string) (key []byte, known bool) {
	if id == "" {
		return nil, true
	}
	for _, p := range h.peppers {
		if p.ID == id {
			return p.Key, true
		}
	}
	return nil, false
}

// compute peppers the password before it is hashed, not after: the slow hash then covers both, and a stolen database gives
// nothing to guess against.
func (h *Hasher) compute(input []byte, with phc, m *argon2id.Memory) []byte {
	if key, _ := h.pepper(with.keyID); key != nil {
		peppered := hmac.New(sha256.New, key)
		peppered.Write(input)
		input = peppered.Sum(nil)
	}
	size := uint32(len(with.tag)) //nolint:gosec // parse bounds it
	if size == 0 {
		size = tagSize
	}
	return m.Key(input, with.salt, with.params.Time, with.params.Memory, with.params.Threads, size)
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return b
}
