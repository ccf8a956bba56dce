package memory

import (
	"context"
	"slices"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// EraseTerminated removes the users: nothing that others refer to lies in memory.
func (a accounts) EraseTerminated(_ context.Context, before time.Time, limit int, _ time.Time) (erased []domain.UserID, err error) {
	err = a.do(func(s *state) error {
		var due []domain.User
		for _, u := range s.users {
			if u.IsTerminated && u.TerminatedAt.Before(before) {
				due = append(due, u)
			}
		}
		slices.SortFunc(due, func(a, b domain.User) int { return a.TerminatedAt.Compare(b.TerminatedAt) })
		for _, u := range due[:min(limit, len(due))] {
			s.removeUser(u.ID)
			s.restore(domain.EmailIndexes{u.EmailIndex})
			for id, session := range s.sessions {
				if session.UserID == u.ID {
					delete(s.sessions, id)
				}
			}
			erased = append(erased, u.ID)
		}
		return nil
	})
	return erased, err
}

func (a accounts) Export(_ context.Context, c domain.Caller, limit int, e domain.AuditEvent, now time.Time) (found domain.Export, err error) {
	err = a.do(func(s *state) error {
		own, err := s.live(c, now)
		if err != nil {
			return err
		}
		found.User = s.users[c.UserID]
		for _, session := range s.sessions {
			if session.UserID == c.UserID {
				found.Sessions = append(found.Sessions, domain.ExportedSession{
					ID: session.ID, DeviceID: session.DeviceID, CreatedAt: session.CreatedAt, RotatedAt: session.RotatedAt,
					ExpiresAt: session.ExpiresAt, EndsAt: session.EndsAt, EndedAt: session.EndedAt,
				})
			}
		}
		for _, l := range s.links {
			if l.UserID == c.UserID {
				found.Links = append(found.Links, domain.ExportedLink{Purpose: l.Purpose, ExpiresAt: l.ExpiresAt})
			}
		}
		for _, event := range slices.Backward(s.audit.events) {
			if event.UserID == c.UserID {
				found.Events = append(found.Events, domain.ExportedEvent{At: event.At, Kind: event.Kind, SessionID: event.SessionID})
			}
		}
		found.Sessions = newest(found.Sessions, limit, func(s domain.ExportedSession) time.Time { return s.CreatedAt })
		found.Links = newest(found.Links, limit, func(l domain.ExportedLink) time.Time { return l.ExpiresAt })
		found.Events = newest(found.Events, limit, func(e domain.ExportedEvent) time.Time { return e.At })
		s.record(about(e, own))
		return nil
	})
	return found, err
}

// newest are at most limit of all, by their times.
func newest[T any](all []T, limit int, at func(T) time.Time) []T {
	slices.SortStableFunc(all, func(a, b T) int { return at(b).Compare(at(a)) })
	return all[:min(limit, len(all))]
}
