package domain

import "time"

// Export contains the stored data about a user, for the user (GDPR, article 15). It contains no secret. Passwords and tokens
// are stored only as hashes, which would help only an attacker, so they are left out.
type Export struct {
	User User
	// Sessions are all stored sessions, including revoked and expired ones. Events are the user's audit events. Both are
	// ordered, the newest first.
	Sessions []ExportedSession
	// Devices are the known devices, the last used first.
	Devices []ExportedDevice
	Links   []ExportedLink
	Events  []ExportedEvent
}

// ExportedSession is the exported part of a session.
type ExportedSession struct {
	ID                                      SessionID
	DeviceID                                DeviceID
	CreatedAt, RotatedAt, ExpiresAt, EndsAt time.Time
	RevokedAt                               time.Time // zero unless the session was revoked
}

// ExportedDevice is a known device.
type ExportedDevice struct {
	ID         DeviceID
	LastUsedAt time.Time
}

// ExportedLink is the exported part of a mailed link that was not used.
type ExportedLink struct {
	Purpose   LinkPurpose
	ExpiresAt time.Time
}

// ExportedEvent is the exported part of an audit event.
type ExportedEvent struct {
	At        time.Time
	Kind      AuditKind
	SessionID SessionID // zero if the event is about no session
}
