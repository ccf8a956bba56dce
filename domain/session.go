package domain

import (
	"net/netip"
	"time"
)

// ReuseDay is the time in which SessionPolicy.ReusesElsewhere counts.
const ReuseDay = 24 * time.Hour

// SessionPolicy limits how long a session lives.
type SessionPolicy struct {
	// Idle is how long a session lives without a refresh.
	Idle time.Duration
	// Absolute is how long a session lives after the login, however often it is refreshed.
	Absolute time.Duration
	// AccessToken is the lifetime of an access token.
	AccessToken time.Duration
	// ReuseInterval is how long after a rotation the same refresh token still yields the same successor, for clients that did
	// not receive the response (RFC 9700, section 4.14.2).
	ReuseInterval time.Duration
	// ReusesElsewhere is how many refresh tokens a session accepts in a day within the reuse interval from another network than
	// that of the last rotation.
	ReusesElsewhere int
	// ReuseEventGap is the least time between two audit events of such uses from one network.
	ReuseEventGap time.Duration
}

// DefaultSessionPolicy applies unless the settings say otherwise.
func DefaultSessionPolicy() SessionPolicy {
	return SessionPolicy{
		Idle: 14 * 24 * time.Hour, Absolute: 30 * 24 * time.Hour,
		AccessToken: 5 * time.Minute, ReuseInterval: 10 * time.Second,
		ReusesElsewhere: 20, ReuseEventGap: time.Hour,
	}
}

const (
	// MaxSessions is how many live sessions a user has at most. A login beyond revokes the least recently refreshed ones, so that
	// what must revoke all sessions of a user costs the same for every account.
	MaxSessions = 100
	// MaxTrimmedSessions is how many sessions one login revokes at most. It bounds a login of a user who has more than
	// MaxSessions, as after a restored backup of an earlier release.
	MaxTrimmedSessions = 1000
)

// Session is one login. Generation numbers its refresh tokens; only the newest is valid.
type Session struct {
	ID     SessionID
	UserID UserID
	// DeviceID identifies the device of the login. One device may have several sessions, one after another.
	DeviceID   DeviceID
	SecretHash SecretHash
	Generation uint32
	CreatedAt  time.Time
	RotatedAt  time.Time // when Generation became the newest, so when the token before it was used
	// PreviousRotatedAt is when the generation before became the newest, so when the token two before the newest was used. It is
	// zero if there is no such token.
	PreviousRotatedAt time.Time
	// RotatedFrom is the pseudonym of the network that the last rotation came from, empty before the first.
	RotatedFrom NetworkPseudonym
	Elsewhere   ReusesElsewhere
	ExpiresAt   time.Time // the idle limit, never beyond EndsAt
	EndsAt      time.Time // the absolute limit
	RevokedAt   time.Time // zero unless the session was revoked
}

// ReusesElsewhere are the uses of rotated refresh tokens of one session, within the reuse interval, from another network than
// that of the last rotation. Two tabs of one browser share a network; a copy of the tokens on another machine does not.
type ReusesElsewhere struct {
	Count int
	Since time.Time // of the first that Count includes
	// Network and RecordedAt are of the newest audit event about one.
	Network    NetworkPseudonym
	RecordedAt time.Time
}

// NewSession returns a session that user starts on device at now. The caller keeps the secret; the session stores its hash.
func (p SessionPolicy) NewSession(id SessionID, user UserID, device DeviceID, secret SecretHash, now time.Time) Session {
	s := Session{
		ID: id, UserID: user, DeviceID: device, SecretHash: secret, Generation: 1,
		CreatedAt: now, RotatedAt: now, EndsAt: now.Add(p.Absolute),
	}
	s.ExpiresAt = p.idleLimit(s, now)
	return s
}

// IsLive reports whether the session is neither revoked nor expired at now.
func (s Session) IsLive(now time.Time) bool { return s.RevokedAt.IsZero() && now.Before(s.ExpiresAt) }

// AccessTokenEnd is when an access token of s that is signed at now expires: never later than the session, so that the
// tokens of an expired session need no revocation.
func (p SessionPolicy) AccessTokenEnd(s Session, now time.Time) time.Time {
	if end := now.Add(p.AccessToken); end.Before(s.ExpiresAt) {
		return end
	}
	return s.ExpiresAt
}

// Rotate returns the live session s after a client of the network presented its refresh token of generation at now, and whether
// an audit event about it is due.
//
// The newest token rotates the session. A token that was used within the reuse interval leaves it, so that the client receives
// the current successor. Any other token is the late reuse of an old one, perhaps a stolen one: it revokes the session.
//
// A session knows when its last two rotated tokens were used. So the newest token does not rotate the session within the reuse
// interval of the one two before it: the client receives the newest token again. Every token used within the interval is then
// one of the last two.
func (p SessionPolicy) Rotate(s Session, generation uint32, network NetworkPseudonym, now time.Time) (after Session, isEvent bool) {
	switch {
	case generation == s.Generation && p.isRecent(s.PreviousRotatedAt, now):
		return s, false
	case generation == s.Generation:
		if s.Generation > 1 {
			s.PreviousRotatedAt = s.RotatedAt
		}
		s.Generation++
		s.RotatedAt, s.RotatedFrom = now, network
		s.ExpiresAt = p.idleLimit(s, now)
		return s, false
	case generation > 0 && generation+1 == s.Generation && p.isRecent(s.RotatedAt, now),
		generation > 0 && generation+2 == s.Generation && p.isRecent(s.PreviousRotatedAt, now):
		return p.reuse(s, network, now)
	default:
		s.RevokedAt = now
		return s, true
	}
}

// ReuseKind is the kind of the audit event about a reuse that left the session as s.
func (s Session) ReuseKind() AuditKind {
	if s.RevokedAt.IsZero() {
		return AuditReusedElsewhere
	}
	return AuditRefreshTokenReused
}

// isRecent reports whether a token that was used at the time may still be used at now.
func (p SessionPolicy) isRecent(used, now time.Time) bool {
	return !used.IsZero() && !now.After(used.Add(p.ReuseInterval))
}

// reuse counts the use of a rotated token if it comes from another network than the last rotation. A day begins with the first
// such use. Too many in a day revoke the session: the holder of a copy of the tokens reads along.
func (p SessionPolicy) reuse(s Session, network NetworkPseudonym, now time.Time) (after Session, isEvent bool) {
	if s.RotatedFrom == "" || s.RotatedFrom == network {
		return s, false
	}
	e := &s.Elsewhere
	if e.Count == 0 || !now.Before(e.Since.Add(ReuseDay)) {
		e.Count, e.Since = 0, now
	}
	e.Count++
	isRevoked := e.Count > p.ReusesElsewhere
	if isRevoked {
		s.RevokedAt = now
	}
	isEvent = isRevoked || e.Network != network || !now.Before(e.RecordedAt.Add(p.ReuseEventGap))
	if isEvent {
		e.Network, e.RecordedAt = network, now
	}
	return s, isEvent
}

func (p SessionPolicy) idleLimit(s Session, now time.Time) time.Time {
	if idle := now.Add(p.Idle); idle.Before(s.EndsAt) {
		return idle
	}
	return s.EndsAt
}

// Caller is the user and the session that a valid access token names. Only storage knows whether the session is still live.
type Caller struct {
	UserID    UserID
	SessionID SessionID
	// Network is the network of this request's client. It is not part of the token.
	Network netip.Prefix
}

// AccessClaims are the claims of an access token (RFC 9068, section 2.2) except its issuer and audience. They contain no
// personal data.
type AccessClaims struct {
	Caller
	ID        string // jti
	IssuedAt  time.Time
	ExpiresAt time.Time
}
