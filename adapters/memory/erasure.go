package memory

import (
	"context"
	"slices"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// EraseTerminated removes the whole user: nothing in memory refers to an erased user.
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
