package domain

import (
	"net/netip"
	"time"
)

// SessionPolicy limits how long a session lives.
type SessionPolicy struct {
	// Idle ends a session that was not refreshed for so long.
	Idle time.Duration
	// Absolute ends a session so long after the login, however busy it is.
	Absolute time.Duration
	// AccessToken is the lifetime of an access token.
	AccessToken time.Duration
	// ReplayGrace is how long after a rotation the same refresh token still yields the same successor, for clients whose
	// answer got lost (RFC 9700, section 4.14.2).
	ReplayGrace time.Duration
}

// DefaultSessionPolicy is used unless the settings say otherwise.
func DefaultSessionPolicy() SessionPolicy {
	return SessionPolicy{Idle: 14 * 24 * time.Hour, Absolute: 30 * 24 * time.Hour, AccessToken: 5 * time.Minute, ReplayGrace: 10 * time.Second}
}

// Session is one signed-in device. Its refresh tokens are numbered by Generation; only the newest is live.
type Session struct {
	ID     SessionID
	UserID UserID
	// DeviceID tells the device from which its user signed in; several sessions may follow one another on one.
	DeviceID   DeviceID
	SecretHash SecretHash
	Generation uint32
	CreatedAt  time.Time
	RotatedAt  time.Time // when Generation became the newest
	ExpiresAt  time.Time // the idle limit, never beyond EndsAt
	EndsAt     time.Time // the absolute limit
	EndedAt    time.Time // zero while the session lives
}

// Open starts a session of user on a device at now with the secret whose hash is given.
func (p SessionPolicy) Open(id SessionID, user UserID, device DeviceID, secret SecretHash, now time.Time) Session {
	s := Session{ID: id, UserID: user, DeviceID: device, SecretHash: secret, Generation: 1, CreatedAt: now, RotatedAt: now, EndsAt: now.Add(p.Absolute)}
	s.ExpiresAt = p.idleLimit(s, now)
	return s
}

// IsLive reports whether the session is neither ended nor past a limit at now.
func (s Session) IsLive(now time.Time) bool { return s.EndedAt.IsZero() && now.Before(s.ExpiresAt) }

// AccessTokenEnd is when an access token of s that is signed at now expires: never later than the session, so that a token
// whose session ran out needs no revocation.
func (p SessionPolicy) AccessTokenEnd(s Session, now time.Time) time.Time {
	if end := now.Add(p.AccessToken); end.Before(s.ExpiresAt) {
		return end
	}
	return s.ExpiresAt
}

// Rotate decides what a refresh token of generation does to a live session at now. The newest generation moves the session
// on. The one before it, within the policy's grace, leaves it as it is, so that the same successor is handed out again. Any
// older one was stolen or replayed: the session ends.
func (p SessionPolicy) Rotate(s Session, generation uint32, now time.Time) Session {
	switch {
	case generation == s.Generation:
		s.Generation++
		s.RotatedAt = now
		s.ExpiresAt = p.idleLimit(s, now)
	case generation+1 == s.Generation && !now.After(s.RotatedAt.Add(p.ReplayGrace)):
	default:
		s.EndedAt = now
	}
	return s
}

func (p SessionPolicy) idleLimit(s Session, now time.Time) time.Time {
	if idle := now.Add(p.Idle); idle.Before(s.EndsAt) {
		return idle
	}
	return s.EndsAt
}

// Caller is who a valid access token speaks for. Whether the session still lives, storage knows.
type Caller struct {
	UserID    UserID
	SessionID SessionID
	// Network is where this request comes from; the token does not say it.
	Network netip.Prefix
}

// AccessClaims is what an access token says (RFC 9068, section 2.2), beside its issuer and audience. It holds no personal data.
type AccessClaims struct {
	Caller
	ID        string // jti
	IssuedAt  time.Time
	ExpiresAt time.Time
}
