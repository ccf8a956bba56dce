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

// about fills the session and its user in.
func about(e domain.AuditEvent, s domain.Session) domain.AuditEvent {
	e.UserID, e.SessionID = s.UserID, s.ID
	return e
}

func (r sessions) Open(_ context.Context, opened domain.Session, proven domain.PasswordHash, forgiven []domain.Budget, e domain.AuditEvent) error {
	return r.do(func(s *state) error {
		s.forgive(forgiven)
		u := s.users[opened.UserID]
		if !u.CanSignIn() || u.PasswordHash != proven {
			return ports.ErrConflict
		}
		s.save(opened)
		s.record(about(e, opened))
		return nil
	})
}

func (r sessions) User(_ context.Context, c domain.Caller, now time.Time) (found domain.User, err error) {
	err = r.do(func(s *state) error {
		if _, err := s.live(c, now); err != nil {
			return err
		}
		found = s.users[c.UserID]
		return nil
	})
	return found, err
}

func (r sessions) Own(_ context.Context, c domain.Caller, now time.Time) (found domain.Session, err error) {
	err = r.do(func(s *state) error {
		found, err = s.live(c, now)
		return err
	})
	return found, err
}

// live finds the caller's own live session.
func (s *state) live(c domain.Caller, now time.Time) (domain.Session, error) {
	session, ok := s.sessions[c.SessionID]
	if !ok || session.UserID != c.UserID || !session.IsLive(now) || !s.users[c.UserID].CanSignIn() {
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

func (r sessions) Ended(_ context.Context, after domain.RevocationMark, limit int) (found []domain.Revocation, err error) {
	err = r.do(func(s *state) error {
		for _, end := range s.ends {
			if compareMarks(end.Mark(), after) > 0 {
				found = append(found, end)
			}
		}
		slices.SortFunc(found, func(a, b domain.Revocation) int { return compareMarks(a.Mark(), b.Mark()) })
		found = found[:min(limit, len(found))]
		return nil
	})
	return found, err
}

func compareMarks(a, b domain.RevocationMark) int {
	return cmp.Or(a.At.Compare(b.At), slices.Compare(a.SessionID.ID[:], b.SessionID.ID[:]))
}

func (r sessions) ForgetEnds(_ context.Context, before time.Time, limit int) (removed int, err error) {
	err = r.do(func(s *state) error {
		for id, end := range s.ends {
			if removed < limit && end.EndedAt.Before(before) {
				delete(s.ends, id)
				removed++
			}
		}
		return nil
	})
	return removed, err
}

// save stores a session, and its end if it has one.
func (s *state) save(session domain.Session) {
	s.sessions[session.ID] = session
	if !session.EndedAt.IsZero() {
		s.ends[session.ID] = domain.Revocation{SessionID: session.ID, UserID: session.UserID, EndedAt: session.EndedAt}
	}
}

func (r sessions) List(_ context.Context, c domain.Caller, limit int, now time.Time) (found []domain.Session, err error) {
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

func (r sessions) Rotate(_ context.Context, g domain.RefreshGrant, policy domain.SessionPolicy, replay domain.AuditEvent, now time.Time) (rotated domain.Session, err error) {
	err = r.do(func(s *state) error {
		session, err := s.live(domain.Caller{UserID: s.sessions[g.Session].UserID, SessionID: g.Session}, now)
		if err != nil || session.SecretHash != g.Secret.Hash() || g.Generation > session.Generation {
			return ports.ErrNotFound
		}
		rotated = policy.Rotate(session, g.Generation, now)
		s.save(rotated)
		if !rotated.EndedAt.IsZero() {
			s.record(about(replay, rotated))
		}
		return nil
	})
	return rotated, err
}

func (r sessions) End(_ context.Context, c domain.Caller, e domain.AuditEvent, now time.Time) error {
	return r.do(func(s *state) error {
		session, err := s.live(c, now)
		if err != nil {
			return err
		}
		session.EndedAt = now
		s.save(session)
		s.record(about(e, session))
		return nil
	})
}

func (r sessions) EndAll(_ context.Context, c domain.Caller, e domain.AuditEvent, now time.Time) error {
	return r.do(func(s *state) error {
		if _, err := s.live(c, now); err != nil {
			return err
		}
		s.endAllOf(c.UserID, domain.SessionID{}, now)
		s.record(about(e, domain.Session{UserID: c.UserID}))
		return nil
	})
}

func (r sessions) EndAllOf(_ context.Context, user domain.UserID, keep domain.SessionID, now time.Time) error {
	return r.do(func(s *state) error {
		s.endAllOf(user, keep, now)
		return nil
	})
}

func (s *state) endAllOf(user domain.UserID, keep domain.SessionID, now time.Time) {
	for id, session := range s.sessions {
		if session.UserID == user && id != keep && session.EndedAt.IsZero() {
			session.EndedAt = now
			s.save(session)
		}
	}
}

func (r sessions) RemoveExpired(_ context.Context, before time.Time, limit int) (removed int, err error) {
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
