package domain

import (
	"encoding/base64"
	"encoding/binary"
	"strings"
	"time"
)

// DeviceID identifies a known device: one from which a user has logged in.
type DeviceID struct{ ID }

// DeviceTokenLifetime is how long a device stays known after a login: 400 days, the longest that browsers keep a cookie.
const DeviceTokenLifetime = 400 * 24 * time.Hour

// MaxDevices is how many known devices a user has at most. A login from a new one removes those unused for longest.
const MaxDevices = 50

// KnownDevice is a device of a user. It is known as long as storage has a row of it.
type KnownDevice struct {
	UserID UserID
	ID     DeviceID
}

// IsZero reports whether there is no device.
func (d KnownDevice) IsZero() bool { return d.ID.IsZero() }

// DeviceGrant is the content of a device token: a device from which a user has logged in or reset the password, and when the
// token was issued. Only storage knows whether the device is still known. It only gives its bearer password attempts that other
// clients cannot spend (https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies).
type DeviceGrant struct {
	KnownDevice
	IssuedAt time.Time // in whole seconds
}

const (
	devicePrefix      = "sdev_"
	devicePayloadSize = 16 + 16 + 8
)

// Payload returns the bytes that the tag of a device token covers: user, device and issued time.
func (g DeviceGrant) Payload() []byte {
	b := append(make([]byte, 0, devicePayloadSize), g.UserID.ID[:]...)
	b = append(b, g.ID.ID[:]...)
	return binary.BigEndian.AppendUint64(b, uint64(g.IssuedAt.Unix()))
}

// Token returns the device token in clear: the grant and its tag. It contains no personal data.
func (g DeviceGrant) Token(tag []byte) string {
	return devicePrefix + base64.RawURLEncoding.EncodeToString(append(g.Payload(), tag...))
}

// IsFresh reports whether the token has not expired at now.
func (g DeviceGrant) IsFresh(now time.Time) bool {
	return !now.Before(g.IssuedAt) && now.Before(g.IssuedAt.Add(DeviceTokenLifetime))
}

// ParseDeviceToken splits a device token into its grant and tag. The grant proves nothing before the tag is verified. A text
// without the form of a device token yields the zero grant and a nil tag, which never verifies: its bearer is a client
// without a known device. Only a text that is too long is an error.
func ParseDeviceToken(s string) (grant DeviceGrant, tag []byte, err error) {
	if len(s) > TokenMaxLength {
		return DeviceGrant{}, nil, errTokenLength
	}
	encoded, ok := strings.CutPrefix(s, devicePrefix)
	b, err := decode(encoded)
	if !ok || err != nil || len(b) <= devicePayloadSize {
		return DeviceGrant{}, nil, nil //nolint:nilerr // a client without a known device is no error
	}
	copy(grant.UserID.ID[:], b)
	copy(grant.ID.ID[:], b[16:])
	grant.IssuedAt = time.Unix(int64(binary.BigEndian.Uint64(b[32:])), 0).UTC()
	return grant, b[devicePayloadSize:], nil
}
