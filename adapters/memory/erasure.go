package memory

import (
	"context"
	"slices"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

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
			s.erase(u.ID)
			erased = append(erased, u.ID)
		}
		return nil
	})
	return erased, err
}

func (a accounts) EraseAccounts(_ context.Context, ids []domain.UserID, _ time.Time) (erased []domain.UserID, err error) {
	err = a.do(func(s *state) error {
		for _, id := range ids {
			if _, exists := s.users[id]; exists {
				s.erase(id)
				erased = append(erased, id)
			}
		}
		return nil
	})
	return erased, err
}

// erase removes the whole user: nothing in memory refers to an erased user.
func (s *state) erase(id domain.UserID) {
	s.removeUser(id)
	for sessionID, session := range s.sessions {
		if session.UserID == id {
			delete(s.sessions, sessionID)
		}
	}
}
