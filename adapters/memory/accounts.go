package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

type accounts struct{ view }

func (a accounts) AddPending(_ context.Context, u domain.User) error {
	return a.do(func(s *state) error {
		s.users[u.ID] = u
		return nil
	})
}

func (a accounts) SignUp(_ context.Context, u domain.User, e domain.AuditEvent, l ports.Letter) error {
	return a.do(func(s *state) error {
		s.users[u.ID] = u
		s.record(e)
		s.enqueue(l)
		return nil
	})
}

func (a accounts) ByID(_ context.Context, id domain.UserID) (found domain.User, err error) {
	err = a.do(func(s *state) error {
		var ok bool
		if found, ok = s.users[id]; !ok {
			return ports.ErrNotFound
		}
		return nil
	})
	return found, err
}

func (a accounts) Verified(_ context.Context, address domain.EmailIndexes) (found domain.User, err error) {
	err = a.do(func(s *state) error {
		var ok bool
		if found, ok = s.verified(address); !ok {
			return ports.ErrNotFound
		}
		return nil
	})
	return found, err
}

func (s *state) verified(address domain.EmailIndexes) (domain.User, bool) {
	for _, u := range s.users {
		if slices.Contains(address, u.EmailIndex) && u.IsVerified() {
			return u, true
		}
	}
	return domain.User{}, false
}

func (a accounts) Guess(_ context.Context, address domain.EmailIndexes, budgets []domain.Budget, now time.Time) (allowed domain.Allowance, found domain.Credentials, err error) {
	err = a.do(func(s *state) error {
		allowed = s.take(budgets, now)
		if u, ok := s.verified(address); ok {
			found = u.Credentials()
		}
		return nil
	})
	return allowed, found, err
}

func (a accounts) Pending(_ context.Context, address domain.EmailIndexes, limit int) (found []domain.User, err error) {
	err = a.do(func(s *state) error {
		for _, u := range s.users {
			if slices.Contains(address, u.EmailIndex) && !u.IsVerified() {
				found = append(found, u)
			}
		}
		slices.SortFunc(found, func(a, b domain.User) int {
			return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), slices.Compare(b.ID.ID[:], a.ID.ID[:]))
		})
		found = found[:min(limit, len(found))]
		return nil
	})
	return found, err
}

func (a accounts) Activate(_ context.Context, id domain.UserID, address domain.EmailIndexes, now time.Time) error {
	return a.do(func(s *state) error {
		u, ok := s.users[id]
		if !ok || u.IsVerified() || !slices.Contains(address, u.EmailIndex) {
			return ports.ErrNotFound
		}
		if _, taken := s.verified(address); taken {
			return ports.ErrConflict
		}
		u.IsActive, u.VerifiedAt, u.UpdatedAt = true, now, now
		u.Version++
		s.users[id] = u
		for _, other := range s.users {
			if slices.Contains(address, other.EmailIndex) && !other.IsVerified() {
				s.removeUser(other.ID)
			}
		}
		return nil
	})
}

func (s *state) removeUser(id domain.UserID) {
	delete(s.users, id)
	for hash, l := range s.links {
		if l.UserID == id {
			delete(s.links, hash)
		}
	}
}

func (a accounts) SaveProfile(_ context.Context, u domain.User) error {
	return a.do(func(s *state) error {
		stored, ok := s.users[u.ID]
		if !ok || stored.Version != u.Version {
			return ports.ErrConflict
		}
		stored.FullName, stored.Residence, stored.UpdatedAt = u.FullName, u.Residence, u.UpdatedAt
		stored.Version++
		s.users[u.ID] = stored
		return nil
	})
}

func (a accounts) ReplacePassword(_ context.Context, id domain.UserID, old, replacement domain.PasswordHash, now time.Time) error {
	return a.do(func(s *state) error {
		u, ok := s.users[id]
		if !ok || !u.CanSignIn() || u.PasswordHash != old {
			return ports.ErrConflict
		}
		u.PasswordHash, u.UpdatedAt = replacement, now
		u.Version++
		s.users[id] = u
		return nil
	})
}

func (a accounts) Terminate(_ context.Context, id domain.UserID, now time.Time) error {
	return a.do(func(s *state) error {
		u, ok := s.users[id]
		if !ok || !u.CanSignIn() {
			return ports.ErrNotFound
		}
		u.IsTerminated, u.TerminatedAt, u.UpdatedAt = true, now, now
		u.Version++
		s.users[id] = u
		return nil
	})
}

func (a accounts) ReverseTermination(_ context.Context, id domain.UserID, now time.Time) error {
	return a.do(func(s *state) error {
		u, ok := s.users[id]
		if !ok || !u.IsTerminated {
			return ports.ErrNotFound
		}
		u.IsTerminated, u.TerminatedAt, u.UpdatedAt = false, time.Time{}, now
		u.Version++
		s.users[id] = u
		return nil
	})
}

func (a accounts) RemoveAbandoned(_ context.Context, before time.Time, limit int) (removed int, err error) {
	err = a.do(func(s *state) error {
		for id, u := range s.users {
			if removed < limit && !u.IsVerified() && u.CreatedAt.Before(before) {
				s.removeUser(id)
				removed++
			}
		}
		return nil
	})
	return removed, err
}
