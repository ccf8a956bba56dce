package domain_test

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/siriusys/user-management-service/domain"
)

func TestRevocationCursorRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		at := func(name string) time.Time {
			if rapid.Bool().Draw(r, "no "+name) {
				return time.Time{}
			}
			return time.UnixMicro(rapid.Int64Range(1, 4e15).Draw(r, name)).UTC()
		}
		c := domain.RevocationCursor{After: domain.RevocationPosition{At: at("after")}, ReadingSince: at("reading since")}
		copy(c.After.SessionID.ID[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(r, "session"))
		got, err := domain.ParseRevocationCursor(c.String())
		if err != nil {
			r.Fatal(err)
		}
		if diff := cmp.Diff(c, got); diff != "" {
			r.Error(diff)
		}
	})
}

func TestParseRevocationCursorRefuses(t *testing.T) {
	t.Parallel()
	sized := func(first, last uint64) string {
		b := binary.BigEndian.AppendUint64(nil, first)
		return base64.RawURLEncoding.EncodeToString(binary.BigEndian.AppendUint64(append(b, make([]byte, 16)...), last))
	}
	good := domain.RevocationCursor{After: domain.RevocationPosition{At: noon}}.String()
	for name, bad := range map[string]string{
		"nothing": "", "truncated": good[:len(good)-1], "longer": good + "A", "not base64": "!" + good[1:], "line break": good + "\n",
		"position after the year 9999": sized(math.MaxUint64, 0), "reading since after the year 9999": sized(0, 253402300800*1e6),
	} {
		if c, err := domain.ParseRevocationCursor(bad); !errors.Is(err, domain.ErrInvalidCursor) || c != (domain.RevocationCursor{}) {
			t.Errorf("%s: ParseRevocationCursor returned %v, %v; want ErrInvalidCursor", name, c, err)
		}
	}
}

func TestRevocationCursorBefore(t *testing.T) {
	t.Parallel()
	at := func(d time.Duration, n byte) domain.RevocationPosition {
		return domain.RevocationPosition{At: noon.Add(d), SessionID: domain.SessionID{ID: domain.ID{n}}}
	}
	const settling = domain.RevocationSettling
	between := domain.RevocationCursor{After: at(0, 5)}
	early := domain.RevocationCursor{After: at(0, 5), ReadingSince: noon.Add(settling + 1)}
	late := domain.RevocationCursor{After: at(0, 5), ReadingSince: noon}
	for _, c := range []struct {
		name     string
		cursor   domain.RevocationCursor
		position domain.RevocationPosition
		want     bool
	}{
		{"zero cursor", domain.RevocationCursor{}, at(0, 0), true},
		{"the same position", between, at(0, 5), false},
		{"an earlier time", between, at(-1, 9), false},
		{"a later time", between, at(1, 0), true},
		{"a smaller id", between, at(0, 4), false},
		{"a greater id", between, at(0, 6), true},
		{"settled when the reading began", early, at(0, 5), false},
		{"not settled when the reading began", late, at(-settling+1, 0), true},
		{"just settled when the reading began", late, at(-settling-1, 0), false},
	} {
		if got := c.cursor.Before(c.position); got != c.want {
			t.Errorf("%s: Before returned %v", c.name, got)
		}
	}
}

// A service that verifies only signatures would accept a token that outlives its expired session, and no revocation lists it.
func TestAnAccessTokenExpiresNoLaterThanItsSession(t *testing.T) {
	t.Parallel()
	p := domain.DefaultSessionPolicy()
	s := newSession(p)
	for _, c := range []struct{ now, want time.Time }{
		{noon, noon.Add(p.AccessToken)},
		{s.ExpiresAt.Add(-p.AccessToken), s.ExpiresAt},
		{s.ExpiresAt.Add(-time.Second), s.ExpiresAt},
	} {
		if got := p.AccessTokenEnd(s, c.now); !got.Equal(c.want) {
			t.Errorf("AccessTokenEnd = %v for a token signed at %v, want %v", got, c.now, c.want)
		}
	}
}
