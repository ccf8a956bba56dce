package domain_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siriusys/user-management-service/domain"
)

func TestDeviceTokenGivesBackItsGrant(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var g domain.DeviceGrant
		copy(g.Device.ID[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		g.IssuedAt = time.Unix(rapid.Int64Range(0, 1<<40).Draw(t, "time"), 0).UTC()
		tag := rapid.SliceOfN(rapid.Byte(), 1, 40).Draw(t, "tag")
		got, gotTag, err := domain.ParseDeviceToken(g.Token(tag))
		if err != nil || got != g || string(gotTag) != string(tag) {
			t.Fatalf("%v, %x, %v instead of %v, %x", got, gotTag, err, g, tag)
		}
	})
}

func TestWhatIsNoDeviceTokenIsAStranger(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "sdev_", "sdev_AAAA", "sref_" + strings.Repeat("A", 80), strings.Repeat("A", 256)} {
		if g, tag, err := domain.ParseDeviceToken(s); err != nil || tag != nil || g != (domain.DeviceGrant{}) {
			t.Errorf("%q: %v, %x, %v", s, g, tag, err)
		}
	}
	_, _, err := domain.ParseDeviceToken(strings.Repeat("A", 257))
	wantFault(t, err, "too_long")
}

func TestDeviceTokenIsFreshFor400Days(t *testing.T) {
	t.Parallel()
	g := domain.DeviceGrant{IssuedAt: noon}
	for at, want := range map[time.Time]bool{
		noon.Add(-time.Second): false, noon: true, noon.AddDate(0, 0, 400).Add(-time.Second): true, noon.AddDate(0, 0, 400): false,
	} {
		if g.IsFresh(at) != want {
			t.Errorf("fresh at %v: %v", at, !want)
		}
	}
}

// A tag covers the device, the time and the address.
func TestDeviceTokenPayloadTellsAllApart(t *testing.T) {
	t.Parallel()
	ada, bea := mustEmail(t, "ada@example.com"), mustEmail(t, "bea@example.com")
	base := domain.DeviceGrant{Device: domain.DeviceID{ID: domain.ID{1}}, IssuedAt: noon}
	other, later := base, base
	other.Device.ID[15] = 1
	later.IssuedAt = noon.Add(time.Second)
	seen := map[string]bool{}
	for _, p := range [][]byte{base.Payload(ada), base.Payload(bea), other.Payload(ada), later.Payload(ada)} {
		seen[string(p)] = true
	}
	if len(seen) != 4 {
		t.Errorf("%d payloads instead of 4", len(seen))
	}
}
