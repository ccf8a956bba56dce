package domain

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"time"
)

// RevocationSettling is how long after its timestamp a revocation may still appear in the list: a replica takes the time
// from its own clock, before the transaction that stores the revocation commits, within the time limit of a request.
const RevocationSettling = time.Minute

// ErrInvalidCursor: this service did not issue the cursor.
var ErrInvalidCursor = &Error{
	Kind: Malformed, Code: "invalid_cursor",
	Text: "This service did not issue the cursor. Use the next of a list or the id of an event, or start without one.",
}

// Revocation is the end of a session before it expired: its access tokens must no longer be accepted.
type Revocation struct {
	SessionID SessionID
	UserID    UserID
	RevokedAt time.Time
}

// Position is the revocation's position in the list of revocations.
func (r Revocation) Position() RevocationPosition {
	return RevocationPosition{At: r.RevokedAt, SessionID: r.SessionID}
}

// RevocationPosition is a position in the list of revocations. The list is ordered by timestamp, and by session id among
// equal timestamps.
type RevocationPosition struct {
	At        time.Time
	SessionID SessionID
}

// RevocationCursor is how far a client has read the list. The list after the cursor repeats the revocations that were not
// settled when the client read them, and none that were. So a client misses no revocation and reads some twice. The zero
// cursor is the beginning of the list.
type RevocationCursor struct {
	After RevocationPosition
	// ReadingSince is when the client began its current pass through the list; zero between two passes.
	ReadingSince time.Time
}

// Before reports whether the client may not have read position yet.
func (c RevocationCursor) Before(position RevocationPosition) bool {
	after := c.After
	if settled := c.ReadingSince.Add(-RevocationSettling); !c.ReadingSince.IsZero() && settled.Before(after.At) {
		after = RevocationPosition{At: settled}
	}
	if !position.At.Equal(after.At) {
		return after.At.Before(position.At)
	}
	return bytes.Compare(after.SessionID.ID[:], position.SessionID.ID[:]) < 0
}

const (
	cursorSize = 8 + 16 + 8
	// cursorLatest is 9999-12-31T23:59:59Z in Unix seconds.
	cursorLatest = 253402300799
)

// String is the cursor as clients receive it: base64url, opaque to them.
func (c RevocationCursor) String() string {
	b := make([]byte, 0, cursorSize)
	b = appendTime(b, c.After.At)
	b = append(b, c.After.SessionID.ID[:]...)
	return base64.RawURLEncoding.EncodeToString(appendTime(b, c.ReadingSince))
}

// ParseRevocationCursor reads what String returns. Anything else is ErrInvalidCursor.
func ParseRevocationCursor(s string) (c RevocationCursor, err error) {
	b, err := decode(s)
	if err != nil || len(b) != cursorSize {
		return RevocationCursor{}, ErrInvalidCursor
	}
	at, ok := timeOf(b[:8])
	since, alsoOK := timeOf(b[24:])
	if !ok || !alsoOK {
		return RevocationCursor{}, ErrInvalidCursor
	}
	c.After.At, c.ReadingSince = at, since
	copy(c.After.SessionID.ID[:], b[8:24])
	return c, nil
}

// appendTime appends t in Unix microseconds, and the zero time as 0.
func appendTime(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return binary.BigEndian.AppendUint64(b, 0)
	}
	return binary.BigEndian.AppendUint64(b, uint64(t.UnixMicro()))
}

func timeOf(b []byte) (t time.Time, ok bool) {
	micros := binary.BigEndian.Uint64(b)
	if micros == 0 {
		return time.Time{}, true
	}
	if micros > cursorLatest*1e6 {
		return time.Time{}, false
	}
	return time.UnixMicro(int64(micros)).UTC(), true
}
