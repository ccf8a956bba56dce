package porttest

import (
	"errors"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

var devicePromises = map[string]func(*testing.T, bench){
	"Create makes the device known for the account of its user only": func(t *testing.T, b bench) {
		u, other := b.active(t, 1), b.active(t, 2)
		s := b.session(t, 1, u)
		device := domain.KnownDevice{UserID: u.ID, ID: s.DeviceID}
		b.wantKnown(t, true, u.EmailIndex, device)
		b.wantKnown(t, false, other.EmailIndex, device)
		b.wantKnown(t, false, other.EmailIndex, domain.KnownDevice{UserID: other.ID, ID: s.DeviceID})
		b.wantKnown(t, false, u.EmailIndex, domain.KnownDevice{UserID: u.ID, ID: deviceOf(9)})
		b.wantKnown(t, false, "an unknown address", device)
	},
	"SpendLogin with a device that is not known counts nothing": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		limits := []domain.RateLimit{{Scope: domain.ScopePassword, Subject: "counted", Limit: 5, Window: time.Hour}}
		_, _, err := b.r().Accounts.SpendLogin(
			ctx, domain.EmailIndexes{u.EmailIndex}, domain.KnownDevice{UserID: u.ID, ID: deviceOf(1)}, limits, start)
		wantErr(t, err, ports.ErrConflict)
		decision, err := b.r().RateLimits.Spend(ctx, limits, start)
		must(t, err)
		if decision.Count != 1 {
			t.Errorf("the next attempt counts %d, want 1", decision.Count)
		}
	},
	"a new device beyond the limit replaces the one unused for longest": func(t *testing.T, b bench) {
		u, other := b.active(t, 1), b.active(t, 2)
		theirs := b.session(t, 9000, other)
		for n := range domain.MaxDevices {
			b.sessionAt(t, n+1, u, start.Add(time.Duration(n)*tick))
		}
		// The first device logs in again, so that the second is unused for longest.
		again := policy.NewSession(domain.SessionID{ID: number(500)}, u.ID, deviceOf(1), secretOf(500).Hash(), start.Add(time.Hour))
		must(t, b.r().Sessions.Create(ctx, again, u.PasswordHash, nil, event()))
		b.sessionAt(t, 600, u, start.Add(-time.Second))
		for n := range domain.MaxDevices {
			b.wantKnown(t, n != 1, u.EmailIndex, domain.KnownDevice{UserID: u.ID, ID: deviceOf(n + 1)})
		}
		b.wantKnown(t, true, u.EmailIndex, domain.KnownDevice{UserID: u.ID, ID: deviceOf(600)})
		b.wantKnown(t, true, other.EmailIndex, domain.KnownDevice{UserID: other.ID, ID: theirs.DeviceID})
	},
	"RemoveDevicesOf removes the devices of the user except the kept one": func(t *testing.T, b bench) {
		u, other := b.active(t, 1), b.active(t, 2)
		kept, removed, theirs := b.session(t, 1, u), b.session(t, 2, u), b.session(t, 3, other)
		must(t, b.r().Sessions.RemoveDevicesOf(ctx, u.ID, kept.DeviceID))
		b.wantKnown(t, true, u.EmailIndex, domain.KnownDevice{UserID: u.ID, ID: kept.DeviceID})
		b.wantKnown(t, false, u.EmailIndex, domain.KnownDevice{UserID: u.ID, ID: removed.DeviceID})
		b.wantKnown(t, true, other.EmailIndex, domain.KnownDevice{UserID: other.ID, ID: theirs.DeviceID})
		must(t, b.r().Sessions.RemoveDevicesOf(ctx, u.ID, domain.DeviceID{}))
		b.wantKnown(t, false, u.EmailIndex, domain.KnownDevice{UserID: u.ID, ID: kept.DeviceID})
	},
	"AddDevice makes a device known": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		device := domain.KnownDevice{UserID: u.ID, ID: deviceOf(1)}
		must(t, b.r().Sessions.AddDevice(ctx, device, start))
		b.wantKnown(t, true, u.EmailIndex, device)
	},
}

// wantKnown checks whether SpendLogin takes the device as one of the account of the email address.
func (b bench) wantKnown(t *testing.T, want bool, index domain.EmailIndex, d domain.KnownDevice) {
	t.Helper()
	limits := []domain.RateLimit{{Scope: domain.ScopePassword, Subject: "devices", Limit: 1000, Window: time.Hour}}
	_, _, err := b.r().Accounts.SpendLogin(ctx, domain.EmailIndexes{index}, d, limits, start)
	if err != nil && !errors.Is(err, ports.ErrConflict) {
		t.Fatal(err)
	}
	if known := err == nil; known != want {
		t.Errorf("device %v is known: %v, want %v", d.ID, known, want)
	}
}
