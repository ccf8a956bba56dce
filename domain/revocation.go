package domain

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"time"
)

// RevocationSettling is how long after its time stamp the end of a session may still come into sight: a replica stamps it
// before the transaction that stores it commits, within the time limit of a request, and by a clock of its own.
const RevocationSettling = time.Minute

// ErrInvalidCursor: a place in the list of revocations that this service never named.
var ErrInvalidCursor = &Error{Kind: Malformed, Code: "invalid_cursor", Text: "The cursor is not one that this service gave out."}

// Revocation is the end of a session that came before its time: its access tokens must not be accepted any more.
type Revocation struct {
	SessionID SessionID
	UserID    UserID
	EndedAt   time.Time
}

// Mark is where the revocation stands in the list of all.
func (r Revocation) Mark() RevocationMark {
	return RevocationMark{At: r.EndedAt, SessionID: r.SessionID}
}

// RevocationMark is a place in the list of revocations. They are in the order of their time stamps, and of the sessions'
// ids where those are alike.
type RevocationMark struct {
	At        time.Time
	SessionID SessionID
}

// RevocationCursor is how far a reader of the list has come. What has settled before it need not be read again; what had
// not is found again behind it, so that no end is missed and some are read twice. The zero cursor is the list's beginning.
type RevocationCursor struct {
	After RevocationMark
	// ReadingSince is when the reading began that After is in the middle of; zero between two readings.
	ReadingSince time.Time
}

// Before reports whether m may not have been read yet.
func (c RevocationCursor) Before(m RevocationMark) bool {
	after := c.After
	if settled := c.ReadingSince.Add(-RevocationSettling); !c.ReadingSince.IsZero() && settled.Before(after.At) {
		after = RevocationMark{At: settled}
	}
	if !m.At.Equal(after.At) {
		return after.At.Before(m.At)
	}
	return bytes.Compare(after.SessionID.ID[:], m.SessionID.ID[:]) < 0
}

const (
	cursorSize = 8 + 16 + 8
	// cursorLatest is 9999-12-31T23:59:59Z in Unix seconds.
	cursorLatest = 253402300799
)

// String is the cursor as clients carry it: base64url, without meaning to them.
func (c RevocationCursor) String() string {
	b := make([]byte, 0, cursorSize)
	b = appendTime(b, c.After.At)
	b = append(b, c.After.SessionID.ID[:]...)
	return base64.RawURLEncoding.EncodeToString(appendTime(b, c.ReadingSince))
}

// ParseRevocationCursor reads what String wrote. Anything else is ErrInvalidCursor.
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

// appendTime writes t in Unix microseconds, and the zero time as 0.
func appendTime(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return binary.BigEndian.AppendUint64(b, 0)
	}
	return binary.BigEndian.AppendUint64(b, uint64(t.UnixMicro())) //nolint:gosec // comes back the same
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
