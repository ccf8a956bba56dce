package domain

import "time"

// Export is what is kept about a user, for the user (GDPR, article 15). It holds no secret: of passwords and tokens only
// hashes are kept, which would help nobody but a thief.
type Export struct {
	User User
	// Sessions are all that are still kept, ended ones too; Events is what happened. Each is ordered, the newest first.
	Sessions []ExportedSession
	Links    []ExportedLink
	Events   []ExportedEvent
}

// ExportedSession is what a user may know of a session.
type ExportedSession struct {
	ID                                      SessionID
	DeviceID                                DeviceID
	CreatedAt, RotatedAt, ExpiresAt, EndsAt time.Time
	EndedAt                                 time.Time // zero while the session lives
}

// ExportedLink is what a user may know of a mailed link that was not used.
type ExportedLink struct {
	Purpose   LinkPurpose
	ExpiresAt time.Time
}

// ExportedEvent is what a user may know of an audit event.
type ExportedEvent struct {
	At        time.Time
	Kind      AuditKind
	SessionID SessionID // zero if it was about no session
}
