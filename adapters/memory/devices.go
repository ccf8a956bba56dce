package memory

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// useDevice makes the device of a new session known and removes those beyond domain.MaxDevices.
func (s *state) useDevice(created domain.Session) {
	used := domain.KnownDevice{UserID: created.UserID, ID: created.DeviceID}
	if s.devices[used].Before(created.CreatedAt) {
		s.devices[used] = created.CreatedAt
	}
	var others []domain.KnownDevice
	for d := range s.devices {
		if d.UserID == used.UserID && d != used {
			others = append(others, d)
		}
	}
	slices.SortFunc(others, func(a, b domain.KnownDevice) int {
		return cmp.Or(s.devices[b].Compare(s.devices[a]), slices.Compare(b.ID.ID[:], a.ID.ID[:]))
	})
	for _, d := range others[min(domain.MaxDevices-1, len(others)):] {
		delete(s.devices, d)
	}
}

func (r sessions) AddDevice(_ context.Context, d domain.KnownDevice, now time.Time) error {
	return r.do(func(s *state) error {
		s.devices[d] = now
		return nil
	})
}

func (r sessions) RemoveDevicesOf(_ context.Context, user domain.UserID, keep domain.DeviceID) error {
	return r.do(func(s *state) error {
		s.removeDevicesOf(user, keep)
		return nil
	})
}

func (s *state) removeDevicesOf(user domain.UserID, keep domain.DeviceID) {
	maps.DeleteFunc(s.devices, func(d domain.KnownDevice, _ time.Time) bool { return d.UserID == user && d.ID != keep })
}
