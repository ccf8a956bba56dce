package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

type sessions struct{ view }

// about returns the event with the session and its user filled in.
func about(e domain.AuditEvent, s domain.Session) domain.AuditEvent {
	e.UserID, e.SessionID = s.UserID, s.ID
	return e
}

func (r sessions) Create(
	_ context.Context, created domain.Session, proven domain.PasswordHash, spent []domain.RateLimit, e domain.AuditEvent,
) error {
	return r.do(func(s *state) error {
		s.clear(spent)
		u := s.users[created.UserID]
		if !u.CanLogIn() || u.PasswordHash != proven {
			return ports.ErrConflict
		}
		s.save(created)
		s.trimSessions(created)
		s.useDevice(created)
		s.record(about(e, created))
		return nil
	})
}

// trimSessions revokes the sessions beyond domain.MaxSessions of the user of a new one.
func (s *state) trimSessions(created domain.Session) {
	var others []domain.Session
	for id, session := range s.sessions {
		if session.UserID == created.UserID && id != created.ID && session.RevokedAt.IsZero() {
			others = append(others, session)
		}
	}
	now := created.CreatedAt
	slices.SortFunc(others, func(a, b domain.Session) int {
		return cmp.Or(compareLiveness(b, a, now), b.RotatedAt.Compare(a.RotatedAt), slices.Compare(b.ID.ID[:], a.ID.ID[:]))
	})
	beyond := others[min(domain.MaxSessions-1, len(others)):]
	for _, session := range beyond[:min(domain.MaxTrimmedSessions, len(beyond))] {
		session.RevokedAt = now
		s.save(session)
	}
}

// compareLiveness orders an expired session before a live one.
func compareLiveness(a, b domain.Session, now time.Time) int {
	switch {
	case a.IsLive(now) == b.IsLive(now):
		return 0
	case a.IsLive(now):
		return 1
	default:
		return -1
	}
}

func (r sessions) ReadSession(_ context.Context, c domain.Caller, now time.Time) (found domain.Session, err error) {
	err = r.do(func(s *state) error {
		found, err = s.live(c, now)
		return err
	})
	return found, err
}

// live finds the caller's own live session.
func (s *state) live(c domain.Caller, now time.Time) (domain.Session, error) {
	session, err := s.revocable(c, now)
	if err != nil || !s.users[c.UserID].CanLogIn() {
		return domain.Session{}, ports.ErrNotFound
	}
	return session, nil
}

// revocable finds the caller's own session, also if its user can no longer log in.
func (s *state) revocable(c domain.Caller, now time.Time) (domain.Session, error) {
	session, ok := s.sessions[c.SessionID]
	if !ok || session.UserID != c.UserID || !session.IsLive(now) {
		return domain.Session{}, ports.ErrNotFound
	}
	return session, nil
}

func (r sessions) IsLive(_ context.Context, c domain.Caller, now time.Time) (live bool, err error) {
	err = r.do(func(s *state) error {
		_, notFound := s.live(c, now)
		live = notFound == nil
		return nil
	})
	return live, err
}

func (r sessions) ListRevocations(
	_ context.Context, after domain.RevocationPosition, limit int,
) (found []domain.Revocation, err error) {
	err = r.do(func(s *state) error {
		for _, revocation := range s.revocations {
			if comparePositions(revocation.Position(), after) > 0 {
				found = append(found, revocation)
			}
		}
		slices.SortFunc(found, func(a, b domain.Revocation) int { return comparePositions(a.Position(), b.Position()) })
		found = found[:min(limit, len(found))]
		return nil
	})
	return found, err
}

func comparePositions(a, b domain.RevocationPosition) int {
	return cmp.Or(a.At.Compare(b.At), slices.Compare(a.SessionID.ID[:], b.SessionID.ID[:]))
}

func (r sessions) PurgeRevocations(_ context.Context, before time.Time, limit int) (removed int, err error) {
	err = r.do(func(s *state) error {
		for id, revocation := range s.revocations {
			if removed < limit && revocation.RevokedAt.Before(before) {
				delete(s.revocations, id)
				delete(s.sessions, revocation.SessionID)
				removed++
			}
		}
		return nil
	})
	return removed, err
}

// save stores a session, and its revocation if it is revoked.
func (s *state) save(session domain.Session) {
	s.sessions[session.ID] = session
	if !session.RevokedAt.IsZero() {
		s.revocations[session.ID] = domain.Revocation{SessionID: session.ID, UserID: session.UserID, RevokedAt: session.RevokedAt}
	}
}

func (r sessions) ListSessions(_ context.Context, c domain.Caller, limit int, now time.Time) (found []domain.Session, err error) {
	err = r.do(func(s *state) error {
		if _, err := s.live(c, now); err != nil {
			return err
		}
		for _, session := range s.sessions {
			if session.UserID == c.UserID && session.IsLive(now) {
				found = append(found, session)
			}
		}
		slices.SortFunc(found, func(a, b domain.Session) int {
			return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), slices.Compare(b.ID.ID[:], a.ID.ID[:]))
		})
		found = found[:min(limit, len(found))]
		return nil
	})
	return found, err
}

func (r sessions) RefreshToken(
	_ context.Context, g domain.RefreshGrant, policy domain.SessionPolicy, from domain.NetworkPseudonym, e domain.AuditEvent, now time.Time,
) (rotated domain.Session, err error) {
	err = r.do(func(s *state) error {
		session, err := s.live(domain.Caller{UserID: s.sessions[g.Session].UserID, SessionID: g.Session}, now)
		if err != nil || session.SecretHash != g.Secret.Hash() || g.Generation > session.Generation {
			return ports.ErrNotFound
		}
		var isEvent bool
		rotated, isEvent = policy.Rotate(session, g.Generation, from, now)
		s.save(rotated)
		if isEvent {
			e.Kind, e.Network = rotated.ReuseKind(), domain.AuditPseudonym(e.Network, session.UserID)
			s.record(about(e, rotated))
		}
		return nil
	})
	return rotated, err
}

func (r sessions) RevokeSession(_ context.Context, c domain.Caller, e domain.AuditEvent, now time.Time) error {
	return r.do(func(s *state) error {
		session, err := s.revocable(c, now)
		if err != nil {
			return err
		}
		session.RevokedAt = now
		s.save(session)
		s.record(about(e, session))
		return nil
	})
}

func (r sessions) RevokeAllSessions(_ context.Context, c domain.Caller, e domain.AuditEvent, now time.Time) error {
	return r.do(func(s *state) error {
		if _, err := s.revocable(c, now); err != nil {
			return err
		}
		s.revokeSessionsOf(c.UserID, domain.SessionID{}, now)
		s.record(about(e, domain.Session{UserID: c.UserID}))
		return nil
	})
}

func (r sessions) RevokeSessionsOf(_ context.Context, user domain.UserID, keep domain.SessionID, now time.Time) error {
	return r.do(func(s *state) error {
		s.revokeSessionsOf(user, keep, now)
		return nil
	})
}

func (s *state) revokeSessionsOf(user domain.UserID, keep domain.SessionID, now time.Time) {
	for id, session := range s.sessions {
		if session.UserID == user && id != keep && session.RevokedAt.IsZero() {
			session.RevokedAt = now
			s.save(session)
		}
	}
}

func (r sessions) PurgeExpired(_ context.Context, before time.Time, limit int) (removed int, err error) {
	err = r.do(func(s *state) error {
		for id, session := range s.sessions {
			if removed < limit && session.EndsAt.Before(before) {
				delete(s.sessions, id)
				removed++
			}
		}
		return nil
	})
	return removed, err
}

func (r sessions) IsKnownDevice(_ context.Context, user domain.UserID, device domain.DeviceID) (isKnown bool, err error) {
	err = r.do(func(s *state) error {
		_, isKnown = s.devices[domain.KnownDevice{UserID: user, ID: device}]
		return nil
	})
	return isKnown, err
}
