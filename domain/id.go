package domain

import (
	"encoding/hex"
	"errors"
)

// ID is a 128-bit identifier. Those that the service generates are UUIDv7 (RFC 9562), so that they sort by time.
type ID [16]byte

// UserID identifies a person's account. It is never reused.
type UserID struct{ ID }

// SessionID identifies one session.
type SessionID struct{ ID }

var errMalformedID = errors.New("malformed UUID")

// ParseID reads the canonical form of RFC 9562: hexadecimal digits of either case in groups of 8-4-4-4-12.
func ParseID(s string) (ID, error) {
	var id ID
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return ID{}, errMalformedID
	}
	digits := s[0:8] + s[9:13] + s[14:18] + s[19:23] + s[24:36]
	if _, err := hex.Decode(id[:], []byte(digits)); err != nil {
		return ID{}, errMalformedID
	}
	return id, nil
}

// String returns the canonical lower-case form of RFC 9562.
func (id ID) String() string {
	d := hex.EncodeToString(id[:])
	return d[0:8] + "-" + d[8:12] + "-" + d[12:16] + "-" + d[16:20] + "-" + d[20:32]
}

// IsZero reports whether id was never set.
func (id ID) IsZero() bool { return id == ID{} }

// MarshalText returns the canonical form.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads the canonical form.
func (id *ID) UnmarshalText(text []byte) error {
	parsed, err := ParseID(string(text))
	*id = parsed
	return err
}
