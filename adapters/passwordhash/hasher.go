// Package passwordhash hashes passwords with Argon2id (RFC 9106) and writes the hashes as PHC strings. It also verifies
// imported hashes of other algorithms, which the next login replaces.
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

// Params are the cost of one hash.
type Params struct {
	Memory  uint32 // KiB
	Time    uint32 // passes
	Threads uint8  // lanes
}

// DefaultParams are the first that OWASP's Password Storage Cheat Sheet lists for a single lane.
var DefaultParams = Params{Memory: 19456, Time: 2, Threads: 1}

// Pepper is a key that is part of every hash but is stored separately.
type Pepper struct {
	ID  string
	Key []byte
}

// Config is the configuration of a Hasher.
type Config struct {
	Params Params
	// Implementation computes the hashes. All implementations produce the same hashes.
	Implementation argon2id.Implementation
	// Peppers has the newest first. New hashes use the newest; the others only verify hashes that name them. Without peppers,
	// hashes have none.
	Peppers []Pepper
	// Concurrency is the maximum number of concurrent hashes. More than the number of cores slows all of them down. Each uses
	// Params.Memory, which is released after a minute without hashes.
	Concurrency int
	// Queue is how many more hashes may wait. Beyond it a hash is refused immediately.
	Queue int
	// Metrics count the hashes; nil is none.
	Metrics ports.Metrics
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
	// decoy is verified where there is no stored hash, so that this takes the same time.
	decoy domain.PasswordHash
}

// New makes a hasher.
func New(c Config) *Hasher {
	newMemory := func() *argon2id.Memory { return argon2id.NewMemory(c.Implementation, c.Params.Memory) }
	var counts counts = noCounts{}
	if c.Metrics != nil {
		counts = c.Metrics
	}
	h := &Hasher{params: c.Params, peppers: c.Peppers, pool: newPool(c.Concurrency, c.Queue, newMemory, counts)}
	decoy := h.newPHC(random(saltSize))
	decoy.tag = random(tagSize)
	h.decoy = domain.PasswordHash(decoy.String())
	return h
}

// Ready returns domain.ErrBusy while the queue is full for the waiter.
func (h *Hasher) Ready(w domain.HashWaiter) error { return h.pool.ready(w) }

// Hash returns a hash of p with a new salt and the primary pepper.
func (h *Hasher) Hash(ctx context.Context, w domain.HashWaiter, p domain.Password) (domain.PasswordHash, error) {
	return h.HashWithSalt(ctx, w, p, random(saltSize))
}

// HashWithSalt returns a hash of p with the given salt and the primary pepper.
func (h *Hasher) HashWithSalt(
	ctx context.Context, w domain.HashWaiter, p domain.Password, salt []byte,
) (domain.PasswordHash, error) {
	made := h.newPHC(salt)
	err := h.pool.run(ctx, w, func(m *argon2id.Memory) { made.tag = h.compute([]byte(p.Clear()), made, m) })
	if err != nil {
		return "", err
	}
	return domain.PasswordHash(made.String()), nil
}

// errUnknownPepper: a hash names a pepper that is not in the keyset.
var errUnknownPepper = errors.New("the hash's pepper is not in the keyset")

// Verify checks p against stored. Without a stored hash it does the same work for a decoy that no password matches. An
// imported hash costs what its own algorithm costs, until it is replaced, and twice that for a password that is not in NFC.
func (h *Hasher) Verify(
	ctx context.Context, w domain.HashWaiter, p domain.Password, stored domain.PasswordHash,
) (ports.Match, error) {
	parsed, err := h.parseOrDecoy(cmp.Or(stored, h.decoy))
	if err != nil {
		return ports.Match{}, err
	}
	var equal bool
	err = h.run(ctx, w, parsed, func(m *argon2id.Memory) { equal = isPassword(parsed, p, m) })
	if err != nil {
		return ports.Match{}, err
	}
	ok := equal && stored != ""
	return ports.Match{OK: ok, Outdated: ok && h.isOutdated(parsed)}, nil
}

// isPassword reports whether p is the password of the hash. Many other systems hash what they receive, without normalizing it.
func isPassword(stored storedHash, p domain.Password, m *argon2id.Memory) bool {
	if stored.matches([]byte(p.Clear()), m) {
		return true
	}
	if !isForeign(stored) || p.AsReceived() == p.Clear() {
		return false
	}
	collect(m, stored.cost().memory) // the second try must not use its memory beside that of the first
	return stored.matches([]byte(p.AsReceived()), m)
}

// run computes in one turn of the queue what work does to verify the hash.
func (h *Hasher) run(ctx context.Context, w domain.HashWaiter, stored storedHash, work func(*argon2id.Memory)) error {
	memory := stored.cost().memory
	if memory <= float64(h.params.Memory)*kibi && !isForeign(stored) {
		memory = 0 // the thread has it
	}
	return h.pool.runWith(ctx, w, memory, work)
}

// Recognize reports whether Verify can check passwords against an imported hash.
func (h *Hasher) Recognize(stored domain.PasswordHash) error {
	parsed, err := h.parseStored(string(stored))
	if own, isOwn := parsed.(ownHash); isOwn && h.isCostly(own.phc) {
		err = errCostlyHash
	}
	switch {
	case errors.Is(err, errCostlyHash):
		return fmt.Errorf("%w: %w", ports.ErrCostlyHash, err)
	case err != nil:
		return fmt.Errorf("%w: %w", ports.ErrUnknownHash, err)
	default:
		return nil
	}
}

// ownHash is a hash in the service's own format, which is verified with its pepper.
type ownHash struct {
	phc
	hasher *Hasher
}

func (o ownHash) matches(password []byte, m *argon2id.Memory) bool {
	return isEqual(o.hasher.compute(password, o.phc, m), o.tag)
}

func (o ownHash) cost() cost { return argon2Cost(o.params) }

// isForeign reports whether another system may have made the hash: it is of another algorithm or has no pepper.
func isForeign(h storedHash) bool {
	own, isOwn := h.(ownHash)
	return !isOwn || own.keyID == ""
}

// parseStored reads a hash. One with a pepper was made by this service, with settings of the operator, so only those bound its cost.
// Errors: errCostlyHash, and others.
func (h *Hasher) parseStored(stored string) (storedHash, error) {
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
	if own.keyID == "" && h.isCostly(own) {
		return nil, errCostlyHash
	}
	return ownHash{phc: own, hasher: h}, nil
}

// parseOrDecoy reads a hash, or the decoy if the hash costs too much. A table may contain such hashes from before they were
// refused. No password matches them, and the response is that for an email address without an account; a reset replaces them.
func (h *Hasher) parseOrDecoy(stored domain.PasswordHash) (storedHash, error) {
	parsed, err := h.parseStored(string(stored))
	if errors.Is(err, errCostlyHash) {
		return h.parseStored(string(h.decoy))
	}
	return parsed, err
}

// isCostly reports whether a hash costs more than another system's may. The service's own parameters are never too costly.
func (h *Hasher) isCostly(p phc) bool {
	return p.params != h.params && argon2Cost(p.params).exceeds(maxCost)
}

func (h *Hasher) isOutdated(stored storedHash) bool {
	own, isOwn := stored.(ownHash)
	return !isOwn || !h.isCurrent(own.phc)
}

func (h *Hasher) isCurrent(p phc) bool {
	return p.params == h.params && p.keyID == h.newestPepper() && len(p.salt) == saltSize && len(p.tag) == tagSize
}

// newPHC returns a new hash without its tag.
func (h *Hasher) newPHC(salt []byte) phc {
	return phc{params: h.params, keyID: h.newestPepper(), salt: salt}
}

func (h *Hasher) newestPepper() string {
	if len(h.peppers) == 0 {
		return ""
	}
	return h.peppers[0].ID
}

// pepper finds the key with the given id. The empty id stands for no pepper.
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

// compute applies the pepper to the password before the slow hash, not to its result. Without the pepper, a stolen database
// therefore allows no password to be tested.
func (h *Hasher) compute(input []byte, with phc, m *argon2id.Memory) []byte {
	if key, _ := h.pepper(with.keyID); key != nil {
		peppered := hmac.New(sha256.New, key)
		peppered.Write(input)
		input = peppered.Sum(nil)
	}
	size := uint32(len(with.tag))
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
