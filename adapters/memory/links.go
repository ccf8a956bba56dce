package memory

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

type links struct{ view }

func (r links) Add(_ context.Context, l domain.Link) error {
	return r.do(func(s *state) error {
		if _, ok := s.users[l.UserID]; !ok && l.EmailIndex == "" {
			return ports.ErrNotFound
		}
		s.links[l.Hash] = l
		return nil
	})
}

func (r links) FindUser(
	_ context.Context, purpose domain.LinkPurpose, token domain.SecretHash, now time.Time,
) (found domain.User, err error) {
	err = r.do(func(s *state) error {
		l, err := s.link(purpose, token, now)
		u, ok := s.users[l.UserID]
		found = u
		if err == nil && !ok {
			err = ports.ErrNotFound // the link belongs to an email address
		}
		return err
	})
	return found, err
}

func (r links) FindVerification(
	_ context.Context, token domain.SecretHash, now time.Time,
) (found domain.Link, to domain.Email, err error) {
	err = r.do(func(s *state) error {
		var err error
		found, err = s.link(domain.VerifyEmail, token, now)
		to = s.users[found.UserID].Email
		return err
	})
	return found, to, err
}

func (s *state) link(purpose domain.LinkPurpose, token domain.SecretHash, now time.Time) (domain.Link, error) {
	l, ok := s.links[token]
	if !ok || l.Purpose != purpose || !now.Before(l.ExpiresAt) {
		return domain.Link{}, ports.ErrNotFound
	}
	return l, nil
}

func (r links) Use(
	_ context.Context, purpose domain.LinkPurpose, token domain.SecretHash, now time.Time,
) (user domain.UserID, err error) {
	err = r.do(func(s *state) error {
		l, err := s.link(purpose, token, now)
		if err != nil {
			return err
		}
		delete(s.links, token)
		user = l.UserID
		return nil
	})
	return user, err
}

func (r links) HasLive(
	_ context.Context, user domain.UserID, purpose domain.LinkPurpose, now time.Time,
) (isLive bool, err error) {
	err = r.do(func(s *state) error {
		for _, l := range s.links {
			isLive = isLive || l.UserID == user && l.Purpose == purpose && now.Before(l.ExpiresAt)
		}
		return nil
	})
	return isLive, err
}

func (r links) HasLiveVerification(_ context.Context, email domain.EmailIndexes, now time.Time) (isLive bool, err error) {
	err = r.do(func(s *state) error {
		for _, l := range s.links {
			isOfEmail := l.Purpose == domain.VerifyEmail && slices.Contains(email, l.EmailIndex)
			isLive = isLive || isOfEmail && now.Before(l.ExpiresAt)
		}
		return nil
	})
	return isLive, err
}

func (r links) RemoveAllOf(_ context.Context, user domain.UserID, purpose domain.LinkPurpose) error {
	return r.do(func(s *state) error {
		for hash, l := range s.links {
			if l.UserID == user && l.Purpose == purpose {
				delete(s.links, hash)
			}
		}
		return nil
	})
}

func (r links) RemoveVerifications(_ context.Context, email domain.EmailIndexes) error {
	return r.do(func(s *state) error {
		maps.DeleteFunc(s.links, func(_ domain.SecretHash, l domain.Link) bool { return slices.Contains(email, l.EmailIndex) })
		return nil
	})
}

func (r links) PurgeExpired(_ context.Context, before time.Time, limit int) (removed int, err error) {
	err = r.do(func(s *state) error {
		for hash, l := range s.links {
			if removed < limit && l.ExpiresAt.Before(before) {
				delete(s.links, hash)
				removed++
			}
		}
		return nil
	})
	return removed, err
}
