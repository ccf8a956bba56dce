package domain

import (
	"encoding/base64"
	"encoding/binary"
	"strings"
	"time"
)

// DeviceID identifies a device that somebody has signed in from.
type DeviceID struct{ ID }

// DeviceTokenLifetime is how long after a login its device is known: 400 days, as long as browsers keep a cookie.
const DeviceTokenLifetime = 400 * 24 * time.Hour

// DeviceGrant is what a device token stands for: a device from which an address has signed in, and when it last did. It
// gives its bearer guesses that strangers cannot use up, and nothing else
// (https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies).
type DeviceGrant struct {
	Device   DeviceID
	IssuedAt time.Time // in whole seconds
}

const (
	devicePrefix      = "sdev_"
	devicePayloadSize = 16 + 8
)

// Payload is what a device token's tag must cover: the grant, for one address.
func (g DeviceGrant) Payload(address Email) []byte { return append(g.bytes(), address.Canonical()...) }

func (g DeviceGrant) bytes() []byte {
	b := append(make([]byte, 0, devicePayloadSize), g.Device.ID[:]...)
	return binary.BigEndian.AppendUint64(b, uint64(g.IssuedAt.Unix())) //nolint:gosec // after 1970
}

// Token is the device token in clear: the grant and its tag. The address is not in it.
func (g DeviceGrant) Token(tag []byte) string {
	return devicePrefix + base64.RawURLEncoding.EncodeToString(append(g.bytes(), tag...))
}

// IsFresh reports whether the device is still known at now.
func (g DeviceGrant) IsFresh(now time.Time) bool {
	return !now.Before(g.IssuedAt) && now.Before(g.IssuedAt.Add(DeviceTokenLifetime))
}

// ParseDeviceToken splits a device token into its grant and tag. The grant is worth nothing before the tag is checked. What
// has not the form of a device token is the zero grant with a tag that fits nothing, since it only makes its bearer a
// stranger; only one that is too long is a fault.
func ParseDeviceToken(s string) (grant DeviceGrant, tag []byte, err error) {
	if len(s) > TokenMaxLength {
		return DeviceGrant{}, nil, errTokenLength
	}
	encoded, ok := strings.CutPrefix(s, devicePrefix)
	b, err := decode(encoded)
	if !ok || err != nil || len(b) <= devicePayloadSize {
		return DeviceGrant{}, nil, nil //nolint:nilerr // a stranger is no fault
	}
	copy(grant.Device.ID[:], b)
	grant.IssuedAt = time.Unix(int64(binary.BigEndian.Uint64(b[16:])), 0).UTC() //nolint:gosec // any number is checked by the tag
	return grant, b[devicePayloadSize:], nil
}
