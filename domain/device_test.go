package domain_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siriusys/user-management-service/domain"
)

func TestDeviceTokenRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var g domain.DeviceGrant
		copy(g.UserID.ID[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "user"))
		copy(g.ID.ID[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		g.IssuedAt = time.Unix(rapid.Int64Range(0, 1<<40).Draw(t, "time"), 0).UTC()
		tag := rapid.SliceOfN(rapid.Byte(), 1, 40).Draw(t, "tag")
		got, gotTag, err := domain.ParseDeviceToken(g.Token(tag))
		if err != nil || got != g || string(gotTag) != string(tag) {
			t.Fatalf("ParseDeviceToken returned %v, %x, %v; want %v, %x", got, gotTag, err, g, tag)
		}
	})
}

func TestAnInvalidDeviceTokenIsNoKnownDevice(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "sdev_", "sdev_AAAA", "sref_" + strings.Repeat("A", 80), strings.Repeat("A", 256)} {
		if g, tag, err := domain.ParseDeviceToken(s); err != nil || tag != nil || g != (domain.DeviceGrant{}) {
			t.Errorf("ParseDeviceToken(%q) = %v, %x, %v; want the zero grant, no tag and no error", s, g, tag, err)
		}
	}
	_, _, err := domain.ParseDeviceToken(strings.Repeat("A", 257))
	wantViolation(t, err, "too_long")
}

func TestDeviceTokenIsFreshFor400Days(t *testing.T) {
	t.Parallel()
	g := domain.DeviceGrant{IssuedAt: noon}
	for at, want := range map[time.Time]bool{
		noon.Add(-time.Second): false, noon: true, noon.AddDate(0, 0, 400).Add(-time.Second): true, noon.AddDate(0, 0, 400): false,
	} {
		if g.IsFresh(at) != want {
			t.Errorf("IsFresh(%v) = %v, want %v", at, !want, want)
		}
	}
}

// The tag covers the user, the device and the time.
func TestDeviceTokenPayloadsDiffer(t *testing.T) {
	t.Parallel()
	base := domain.DeviceGrant{KnownDevice: domain.KnownDevice{ID: domain.DeviceID{ID: domain.ID{1}}}, IssuedAt: noon}
	user, device, later := base, base, base
	user.UserID.ID[15], device.ID.ID[15] = 1, 1
	later.IssuedAt = noon.Add(time.Second)
	seen := map[string]bool{}
	for _, g := range []domain.DeviceGrant{base, user, device, later} {
		seen[string(g.Payload())] = true
	}
	if len(seen) != 4 {
		t.Errorf("got %d different payloads, want 4", len(seen))
	}
}
