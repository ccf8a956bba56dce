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

func (a accounts) SignUp(
	_ context.Context, u domain.User, email domain.EmailIndexes, network string, e domain.AuditEvent, m ports.MessageRequest,
) error {
	return a.do(func(s *state) error {
		s.makeRoom(u.SignupNetwork, email)
		s.users[u.ID] = u
		s.enqueue(m)
		s.recordFirst(network, e)
		return nil
	})
}

// makeRoom removes the pending signup of the network, and those that leave no room for one more.
func (s *state) makeRoom(network domain.SignupNetwork, email domain.EmailIndexes) {
	type ranked struct {
		id  domain.UserID
		nth int // 1 is the newest of its network
	}
	var others []ranked
	count := map[domain.SignupNetwork]int{}
	for _, u := range s.pending(email) {
		if u.SignupNetwork == network {
			s.removeUser(u.ID)
			continue
		}
		count[u.SignupNetwork]++
		others = append(others, ranked{u.ID, count[u.SignupNetwork]})
	}
	slices.SortStableFunc(others, func(a, b ranked) int { return cmp.Compare(a.nth, b.nth) })
	for _, o := range others[min(len(others), domain.MaxPendingSignups-1):] {
		s.removeUser(o.id)
	}
}

// pending returns the pending signups of an email address, the newest first.
func (s *state) pending(email domain.EmailIndexes) (found []domain.User) {
	for _, u := range s.users {
		if slices.Contains(email, u.EmailIndex) && !u.IsVerified() {
			found = append(found, u)
		}
	}
	slices.SortFunc(found, func(a, b domain.User) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), slices.Compare(b.ID.ID[:], a.ID.ID[:]))
	})
	return found
}

func (a accounts) FindByID(_ context.Context, id domain.UserID) (found domain.User, err error) {
	err = a.do(func(s *state) error {
		var ok bool
		if found, ok = s.users[id]; !ok {
			return ports.ErrNotFound
		}
		return nil
	})
	return found, err
}

func (a accounts) FindVerified(_ context.Context, email domain.EmailIndexes) (found domain.User, err error) {
	err = a.do(func(s *state) error {
		var ok bool
		if found, ok = s.verified(email); !ok {
			return ports.ErrNotFound
		}
		return nil
	})
	return found, err
}

func (s *state) verified(email domain.EmailIndexes) (domain.User, bool) {
	for _, u := range s.users {
		if slices.Contains(email, u.EmailIndex) && u.IsVerified() {
			return u, true
		}
	}
	return domain.User{}, false
}

func (a accounts) SpendLogin(
	_ context.Context, email domain.EmailIndexes, device domain.KnownDevice, limits []domain.RateLimit, now time.Time,
) (decision domain.Decision, found domain.Credentials, err error) {
	err = a.do(func(s *state) error {
		u, ok := s.verified(email)
		if _, known := s.devices[device]; !device.IsZero() && (!known || !ok || device.UserID != u.ID) {
			return ports.ErrConflict
		}
		decision = s.spend(limits, now)
		if ok {
			found = u.Credentials()
		}
		return nil
	})
	return decision, found, err
}

func (a accounts) FindPending(_ context.Context, email domain.EmailIndexes, limit int) (found []domain.User, err error) {
	err = a.do(func(s *state) error {
		found = s.pending(email)
		found = found[:min(limit, len(found))]
		return nil
	})
	return found, err
}

func (a accounts) Activate(_ context.Context, id domain.UserID, email domain.EmailIndexes, now time.Time) error {
	return a.do(func(s *state) error {
		u, ok := s.users[id]
		if !ok || u.IsVerified() || !slices.Contains(email, u.EmailIndex) {
			return ports.ErrNotFound
		}
		if _, exists := s.verified(email); exists {
			return ports.ErrConflict
		}
		u.IsActive, u.VerifiedAt, u.UpdatedAt, u.SignupNetwork = true, now, now, ""
		u.Version++
		s.users[id] = u
		for _, other := range s.users {
			if slices.Contains(email, other.EmailIndex) && !other.IsVerified() {
				s.removeUser(other.ID)
			}
		}
		return nil
	})
}

func (a accounts) ReplaceEmail(_ context.Context, id domain.UserID, form domain.Email, email domain.EmailIndexes) error {
	return a.do(func(s *state) error {
		u, ok := s.users[id]
		if !ok || !slices.Contains(email, u.EmailIndex) {
			return ports.ErrNotFound
		}
		u.Email = form
		s.users[id] = u
		return nil
	})
}

func (s *state) removeUser(id domain.UserID) {
	delete(s.users, id)
	s.removeDevicesOf(id, domain.DeviceID{})
	for hash, l := range s.links {
		if l.UserID == id {
			delete(s.links, hash)
		}
	}
}

func (a accounts) ReadProfile(_ context.Context, c domain.Caller, now time.Time) (found domain.User, err error) {
	err = a.do(func(s *state) error {
		if _, err := s.live(c, now); err != nil {
			return err
		}
		found = s.users[c.UserID]
		return nil
	})
	return found, err
}

func (a accounts) ChangeProfile(_ context.Context, u domain.User) error {
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
		if !ok || !u.CanLogIn() || u.PasswordHash != old {
			return ports.ErrConflict
		}
		u.PasswordHash, u.UpdatedAt = replacement, now
		u.Version++
		s.users[id] = u
		return nil
	})
}

func (a accounts) TerminateAccount(_ context.Context, id domain.UserID, now time.Time) error {
	return a.do(func(s *state) error {
		u, ok := s.users[id]
		if !ok || !u.CanLogIn() {
			return ports.ErrNotFound
		}
		u.IsTerminated, u.TerminatedAt, u.UpdatedAt = true, now, now
		u.Version++
		s.users[id] = u
		return nil
	})
}

func (a accounts) CancelTermination(_ context.Context, id domain.UserID, now time.Time) error {
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

func (a accounts) PurgeAbandoned(_ context.Context, before time.Time, limit int) (removed int, err error) {
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
