package passwordhash

import (
	"crypto/pbkdf2"
	"crypto/sha1" //nolint:gosec // PBKDF2 of old systems; the hash is replaced at the first login
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"hash"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"
	"golang.org/x/crypto/scrypt"

	"github.com/siriusys/user-management-service/adapters/passwordhash/argon2id"
)

// Bounds of what an imported hash may cost, so that none can hold the service up: about a second of one core each.
const (
	maxBcryptCost   = 14
	maxScryptMemory = 256 << 20 // bytes, 128*N*r
	maxScryptWork   = 512 << 20 // bytes, 128*N*r*p
	maxIterations   = 2_000_000 // of PBKDF2
)

// imported is a hash that another system made. It carries no pepper. Argon2id is computed in the memory.
type imported interface {
	matches(password []byte, m *argon2id.Memory) bool
}

var (
	errUnknownHash = errors.New("the stored hash has no form that is understood")
	errCostlyHash  = errors.New("the stored hash costs more than the service allows")
)

// format is a form of hashes.
type format struct {
	pattern *regexp.Regexp
	parse   func(parts []string) (imported, error)
}

// formats are the forms of hashes that are understood beside the service's own. Most starts of the program need none of them.
var formats = sync.OnceValue(func() []format {
	return []format{
		{regexp.MustCompile(`^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$`), parseBcrypt},
		{regexp.MustCompile(`^\$argon2i\$v=19\$m=([1-9]\d{0,6}),t=([1-9]\d?),p=([1-9]\d?)\$([A-Za-z0-9+/]{1,86})\$([A-Za-z0-9+/]{1,86})$`), parseArgon2i},
		{regexp.MustCompile(`^\$scrypt\$ln=([1-9]\d?),r=([1-9]\d?),p=([1-9]\d?)\$([A-Za-z0-9+/]{1,86})\$([A-Za-z0-9+/]{1,172})$`), parseScrypt},
		// PHC, and passlib's modular crypt format, whose base64 has a point for the plus.
		{regexp.MustCompile(`^\$pbkdf2(?:-(sha1|sha256|sha512))?\$(?:i=)?([1-9]\d{0,7})(?:,l=\d+)?\$([A-Za-z0-9+/.]{1,86})\$([A-Za-z0-9+/.]{1,172})$`), parsePBKDF2},
		{regexp.MustCompile(`^pbkdf2_(sha1|sha256)\$([1-9]\d{0,7})\$([^$]{1,64})\$([A-Za-z0-9+/]{1,86})={0,2}$`), parseDjango},
	}
})

// parseImported reads a hash of another system. Its errors hold nothing of the hash.
func parseImported(s string) (imported, error) {
	for _, f := range formats() {
		if parts := f.pattern.FindStringSubmatch(s); parts != nil {
			return f.parse(parts)
		}
	}
	return nil, errUnknownHash
}

// number reads digits that a pattern let through.
func number(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

// decodeAll decodes base64 without padding, and with the point that passlib writes for the plus.
func decodeAll(parts ...string) ([][]byte, error) {
	decoded := make([][]byte, len(parts))
	for i, p := range parts {
		b, err := base64.RawStdEncoding.DecodeString(strings.ReplaceAll(p, ".", "+"))
		if err != nil || len(b) == 0 {
			return nil, errUnknownHash
		}
		decoded[i] = b
	}
	return decoded, nil
}

func same(a, b []byte) bool { return subtle.ConstantTimeCompare(a, b) == 1 }

type bcryptHash string

func parseBcrypt(parts []string) (imported, error) {
	if cost := number(parts[1]); cost < bcrypt.MinCost || cost > maxBcryptCost {
		return nil, errCostlyHash
	}
	return bcryptHash(parts[0]), nil
}

// bcryptMaxLength is how much of a password bcrypt looks at. Systems that hash with it cut off the rest.
const bcryptMaxLength = 72

func (h bcryptHash) matches(password []byte, _ *argon2id.Memory) bool {
	return bcrypt.CompareHashAndPassword([]byte(h), password[:min(len(password), bcryptMaxLength)]) == nil
}

type argon2iHash struct {
	params    Params
	salt, tag []byte
}

func parseArgon2i(parts []string) (imported, error) {
	decoded, err := decodeAll(parts[4], parts[5])
	if err != nil {
		return nil, err
	}
	memory, time, threads := number(parts[1]), number(parts[2]), number(parts[3])
	if memory > maxMemory || memory < 8*threads || time > maxTime || threads > maxThreads || len(decoded[0]) < minSalt || len(decoded[1]) < minTag {
		return nil, errCostlyHash
	}
	params := Params{Memory: uint32(memory), Time: uint32(time), Threads: uint8(threads)} //nolint:gosec // bounded above
	return argon2iHash{params: params, salt: decoded[0], tag: decoded[1]}, nil
}

func (h argon2iHash) matches(password []byte, _ *argon2id.Memory) bool {
	size := uint32(len(h.tag)) //nolint:gosec // bounded by the pattern
	return same(argon2.Key(password, h.salt, h.params.Time, h.params.Memory, h.params.Threads, size), h.tag)
}

type scryptHash struct {
	n, r, p   int
	salt, tag []byte
}

func parseScrypt(parts []string) (imported, error) {
	decoded, err := decodeAll(parts[4], parts[5])
	if err != nil {
		return nil, err
	}
	ln, r, p := number(parts[1]), number(parts[2]), number(parts[3])
	if ln > 24 || 128*r<<ln > maxScryptMemory || (128*r*p)<<ln > maxScryptWork || len(decoded[1]) < minTag {
		return nil, errCostlyHash
	}
	return scryptHash{n: 1 << ln, r: r, p: p, salt: decoded[0], tag: decoded[1]}, nil
}

func (h scryptHash) matches(password []byte, _ *argon2id.Memory) bool {
	key, err := scrypt.Key(password, h.salt, h.n, h.r, h.p, len(h.tag))
	return err == nil && same(key, h.tag)
}

type pbkdf2Hash struct {
	digest     func() hash.Hash
	iterations int
	salt, tag  []byte
}

var digests = map[string]func() hash.Hash{"": sha1.New, "sha1": sha1.New, "sha256": sha256.New, "sha512": sha512.New}

func parsePBKDF2(parts []string) (imported, error) {
	decoded, err := decodeAll(parts[3], parts[4])
	if err != nil {
		return nil, err
	}
	return newPBKDF2(parts[1], number(parts[2]), decoded[0], decoded[1])
}

// parseDjango reads Django's form, whose salt is text as it is.
func parseDjango(parts []string) (imported, error) {
	decoded, err := decodeAll(parts[4])
	if err != nil {
		return nil, err
	}
	return newPBKDF2(parts[1], number(parts[2]), []byte(parts[3]), decoded[0])
}

func newPBKDF2(digest string, iterations int, salt, tag []byte) (imported, error) {
	if iterations > maxIterations || len(tag) < minTag {
		return nil, errCostlyHash
	}
	return pbkdf2Hash{digest: digests[digest], iterations: iterations, salt: salt, tag: tag}, nil
}

func (h pbkdf2Hash) matches(password []byte, _ *argon2id.Memory) bool {
	key, err := pbkdf2.Key(h.digest, string(password), h.salt, h.iterations, len(h.tag))
	return err == nil && same(key, h.tag)
}
