package passwordhash

import (
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"golang.org/x/crypto/argon2"
)

// Bounds of a stored hash: those of the settings. A hash that another system made has a lower one, maxCost. Salts and tags are in
// bytes.
const (
	maxMemory  = 1 << 20 // KiB
	maxTime    = 20
	maxThreads = 16
	minSalt    = 8
	maxSalt    = 64
	minTag     = 16
	maxTag     = 64
)

// phc is the content of a PHC string (https://github.com/P-H-C/phc-string-format).
type phc struct {
	params Params
	keyID  string
	salt   []byte
	tag    []byte
}

var errFormat = errors.New("the stored hash is not a PHC string of Argon2id")

// b64 is standard base64 without padding, as PHC strings use it.
var b64 = base64.RawStdEncoding.Strict()

func (p phc) String() string {
	keyID := ""
	if p.keyID != "" {
		keyID = ",keyid=" + b64.EncodeToString([]byte(p.keyID))
	}
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d%s$%s$%s", argon2.Version,
		p.params.Memory, p.params.Time, p.params.Threads, keyID, b64.EncodeToString(p.salt), b64.EncodeToString(p.tag))
}

var pattern = regexp.MustCompile(`^\$argon2id\$v=19\$m=([1-9]\d*),t=([1-9]\d*),p=([1-9]\d*)` +
	`(?:,keyid=([A-Za-z0-9+/]{1,44}))?\$([A-Za-z0-9+/]{1,86})\$([A-Za-z0-9+/]{1,86})$`)

// parse reads a PHC string of Argon2id, version 1.3. Its errors contain no part of the string.
func parse(s string) (phc, error) {
	parts := pattern.FindStringSubmatch(s)
	if parts == nil {
		return phc{}, errFormat
	}
	// A number that does not fit becomes the largest one, which is out of bounds.
	memory, _ := strconv.ParseUint(parts[1], 10, 32)
	time, _ := strconv.ParseUint(parts[2], 10, 32)
	threads, _ := strconv.ParseUint(parts[3], 10, 8)
	keyID, keyErr := b64.DecodeString(parts[4])
	salt, saltErr := b64.DecodeString(parts[5])
	tag, tagErr := b64.DecodeString(parts[6])
	if keyErr != nil || saltErr != nil || tagErr != nil {
		return phc{}, errFormat
	}
	if len(salt) < minSalt || len(salt) > maxSalt || len(tag) < minTag || len(tag) > maxTag {
		return phc{}, errFormat
	}
	if memory > maxMemory || time > maxTime || threads > maxThreads {
		return phc{}, errCostlyHash
	}
	if memory < 8*threads {
		return phc{}, errFormat
	}
	params := Params{Memory: uint32(memory), Time: uint32(time), Threads: uint8(threads)}
	return phc{params: params, keyID: string(keyID), salt: salt, tag: tag}, nil
}
