package passwordhash

import (
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"golang.org/x/crypto/argon2"
)

// Bounds of what is accepted as a stored hash, so that a row that was tampered with cannot exhaust the machine.
const (
	maxMemory  = 1 << 20 // KiB
	maxTime    = 20
	maxThreads = 16
	minSalt    = 8
	maxSalt    = 64
	minTag     = 16
	maxTag     = 64
)

// phc is a hash as a PHC string holds it (https://github.com/P-H-C/phc-string-format).
type phc struct {
	params Params
	keyID  string
	salt   []byte
	tag    []byte
}

var errFormat = errors.New("the stored hash is no Argon2id PHC string")

// PHC strings use the standard alphabet of base64 without padding.
var b64 = base64.RawStdEncoding.Strict()

func (p phc) String() string {
	keyID := ""
	if p.keyID != "" {
		keyID = ",keyid=" + b64.EncodeToString([]byte(p.keyID))
	}
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d%s$%s$%s", argon2.Version,
		p.params.Memory, p.params.Time, p.params.Threads, keyID, b64.EncodeToString(p.salt), b64.EncodeToString(p.tag))
}

var pattern = regexp.MustCompile(`^\$argon2id\$v=19\$m=([1-9]\d{0,6}),t=([1-9]\d?),p=([1-9]\d?)(?:,keyid=([A-Za-z0-9+/]{1,44}))?\$([A-Za-z0-9+/]{1,86})\$([A-Za-z0-9+/]{1,86})$`)

// parse reads a PHC string of Argon2id, version 1.3. Its errors hold nothing of the string.
func parse(s string) (phc, error) {
	parts := pattern.FindStringSubmatch(s)
	if parts == nil {
		return phc{}, errFormat
	}
	memory, _ := strconv.ParseUint(parts[1], 10, 32)
	time, _ := strconv.ParseUint(parts[2], 10, 32)
	threads, _ := strconv.ParseUint(parts[3], 10, 8)
	keyID, keyErr := b64.DecodeString(parts[4])
	salt, saltErr := b64.DecodeString(parts[5])
	tag, tagErr := b64.DecodeString(parts[6])
	if keyErr != nil || saltErr != nil || tagErr != nil {
		return phc{}, errFormat
	}
	if memory > maxMemory || memory < 8*threads || time > maxTime || threads > maxThreads ||
		len(salt) < minSalt || len(salt) > maxSalt || len(tag) < minTag || len(tag) > maxTag {
		return phc{}, errors.New("the stored hash's parameters are out of bounds")
	}
	params := Params{Memory: uint32(memory), Time: uint32(time), Threads: uint8(threads)} //nolint:gosec // bounded above
	return phc{params: params, keyID: string(keyID), salt: salt, tag: tag}, nil
}
