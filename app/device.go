package app

import (
	"fmt"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// device finds the device that a token proves to have signed in the address before, or the zero one, a stranger.
// Errors: that of a token that is too long.
func (a *App) device(token string, address domain.Email) (domain.DeviceID, error) {
	grant, tag, err := domain.ParseDeviceToken(token)
	if err != nil {
		return domain.DeviceID{}, err
	}
	if !grant.IsFresh(a.Now()) || !a.MAC.Verify(deviceTokenPurpose, grant.Payload(address), tag) {
		return domain.DeviceID{}, nil
	}
	return grant.Device, nil
}

// knownOrNew is the device itself, or a new one for a stranger who has just signed in.
func (a *App) knownOrNew(d domain.DeviceID) domain.DeviceID {
	if d.IsZero() {
		return domain.DeviceID{ID: a.NewID()}
	}
	return d
}

func (a *App) deviceToken(d domain.DeviceID, address domain.Email, now time.Time) (string, error) {
	grant := domain.DeviceGrant{Device: d, IssuedAt: now}
	tag, err := a.MAC.Tag(deviceTokenPurpose, grant.Payload(address))
	if err != nil {
		return "", fmt.Errorf("tag a device token: %w", err)
	}
	return grant.Token(tag), nil
}
