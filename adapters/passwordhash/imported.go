package passwordhash

import (
	"crypto/pbkdf2"
	"crypto/sha1" //nolint:gosec // for PBKDF2 of old systems; the first login replaces the hash
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

// storedHash is a hash that a password can be compared with. Only Argon2id uses the memory.
type storedHash interface {
	matches(password []byte, m *argon2id.Memory) bool
	cost() cost
}

var errUnknownHash = errors.New("the format of the stored hash is not supported")

// format is a format of imported hashes.
type format struct {
	pattern *regexp.Regexp
	parse   func(parts []string) (storedHash, error)
}

// formats are the supported formats besides the service's own. They are compiled on first use, because most runs of the
// program need none.
var formats = sync.OnceValue(func() []format {
	return []format{
		{regexp.MustCompile(`^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$`), parseBcrypt},
		{
			regexp.MustCompile(`^\$argon2i\$v=19\$m=([1-9]\d*),t=([1-9]\d*),p=([1-9]\d*)` +
				`\$([A-Za-z0-9+/]{1,86})\$([A-Za-z0-9+/]{1,86})$`), parseArgon2i,
		},
		{
			regexp.MustCompile(`^\$scrypt\$ln=([1-9]\d*),r=([1-9]\d*),p=([1-9]\d*)` +
				`\$([A-Za-z0-9+/]{1,86})\$([A-Za-z0-9+/]{1,172})$`), parseScrypt,
		},
		// PHC and passlib's modular crypt format, whose base64 has a dot instead of the plus sign.
		{
			regexp.MustCompile(`^\$pbkdf2(?:-(sha1|sha256|sha512))?\$(?:i=)?([1-9]\d*)(?:,l=\d+)?` +
				`\$([A-Za-z0-9+/.]{1,86})\$([A-Za-z0-9+/.]{1,172})$`), parsePBKDF2,
		},
		{regexp.MustCompile(`^pbkdf2_(sha1|sha256)\$([1-9]\d*)\$([^$]{1,64})\$([A-Za-z0-9+/]{1,86})={0,2}$`), parseDjango},
	}
})

// parseImported reads a hash of another system. Its errors contain no part of the hash.
func parseImported(s string) (storedHash, error) {
	for _, f := range formats() {
		if parts := f.pattern.FindStringSubmatch(s); parts != nil {
			return f.parse(parts)
		}
	}
	return nil, errUnknownHash
}

// number reads digits that a pattern has matched. A number that does not fit becomes the largest one, which is too costly everywhere.
func number(digits string) int {
	n, _ := strconv.ParseInt(digits, 10, 32)
	return int(n)
}

// decodeAll decodes base64 without padding, also with the dot that passlib writes instead of the plus sign.
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

func isEqual(a, b []byte) bool { return subtle.ConstantTimeCompare(a, b) == 1 }

type bcryptHash string

func parseBcrypt(parts []string) (storedHash, error) {
	if rounds := number(parts[1]); rounds < bcrypt.MinCost || rounds > bcrypt.MaxCost {
		return nil, errUnknownHash
	}
	return affordable(bcryptHash(parts[0]))
}

func (h bcryptHash) cost() cost { return bcryptCost(number(string(h[4:6]))) }

// bcryptMaxLength is how many bytes of a password bcrypt uses. Systems that hash with it truncate longer passwords.
const bcryptMaxLength = 72

func (h bcryptHash) matches(password []byte, _ *argon2id.Memory) bool {
	return bcrypt.CompareHashAndPassword([]byte(h), password[:min(len(password), bcryptMaxLength)]) == nil
}

type argon2iHash struct {
	params    Params
	salt, tag []byte
}

func parseArgon2i(parts []string) (storedHash, error) {
	decoded, err := decodeAll(parts[4], parts[5])
	if err != nil {
		return nil, err
	}
	memory, time, threads := number(parts[1]), number(parts[2]), number(parts[3])
	if memory < 8*threads || len(decoded[0]) < minSalt || len(decoded[1]) < minTag {
		return nil, errUnknownHash
	}
	if threads > maxThreads {
		return nil, errCostlyHash
	}
	params := Params{Memory: uint32(memory), Time: uint32(time), Threads: uint8(threads)}
	return affordable(argon2iHash{params: params, salt: decoded[0], tag: decoded[1]})
}

func (h argon2iHash) cost() cost { return argon2Cost(h.params) }

func (h argon2iHash) matches(password []byte, _ *argon2id.Memory) bool {
	size := uint32(len(h.tag))
	return isEqual(argon2.Key(password, h.salt, h.params.Time, h.params.Memory, h.params.Threads, size), h.tag)
}

type scryptHash struct {
	ln, r, p  int
	salt, tag []byte
}

func parseScrypt(parts []string) (storedHash, error) {
	decoded, err := decodeAll(parts[4], parts[5])
	if err != nil {
		return nil, err
	}
	if len(decoded[1]) < minTag {
		return nil, errUnknownHash
	}
	return affordable(scryptHash{
		ln: number(parts[1]), r: number(parts[2]), p: number(parts[3]), salt: decoded[0], tag: decoded[1],
	})
}

func (h scryptHash) cost() cost { return scryptCost(h.ln, h.r, h.p) }

func (h scryptHash) matches(password []byte, _ *argon2id.Memory) bool {
	key, err := scrypt.Key(password, h.salt, 1<<h.ln, h.r, h.p, len(h.tag))
	return err == nil && isEqual(key, h.tag)
}

type pbkdf2Hash struct {
	digest     func() hash.Hash
	iterations int
	salt, tag  []byte
}

var digests = map[string]func() hash.Hash{"": sha1.New, "sha1": sha1.New, "sha256": sha256.New, "sha512": sha512.New}

func parsePBKDF2(parts []string) (storedHash, error) {
	decoded, err := decodeAll(parts[3], parts[4])
	if err != nil {
		return nil, err
	}
	return newPBKDF2(parts[1], number(parts[2]), decoded[0], decoded[1])
}

// parseDjango reads Django's format, whose salt is plain text.
func parseDjango(parts []string) (storedHash, error) {
	decoded, err := decodeAll(parts[4])
	if err != nil {
		return nil, err
	}
	return newPBKDF2(parts[1], number(parts[2]), []byte(parts[3]), decoded[0])
}

func newPBKDF2(digest string, iterations int, salt, tag []byte) (storedHash, error) {
	if len(tag) < minTag {
		return nil, errUnknownHash
	}
	return affordable(pbkdf2Hash{digest: digests[digest], iterations: iterations, salt: salt, tag: tag})
}

// cost counts every block of the tag, because each takes all iterations.
func (h pbkdf2Hash) cost() cost {
	size := h.digest().Size()
	return pbkdf2Cost(h.iterations, (len(h.tag)+size-1)/size)
}

func (h pbkdf2Hash) matches(password []byte, _ *argon2id.Memory) bool {
	key, err := pbkdf2.Key(h.digest, string(password), h.salt, h.iterations, len(h.tag))
	return err == nil && isEqual(key, h.tag)
}
