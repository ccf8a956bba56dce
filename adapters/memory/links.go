package memory

import (
	"context"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

type links struct{ view }

func (r links) Add(_ context.Context, l domain.Link) error {
	return r.do(func(s *state) error {
		if _, ok := s.users[l.UserID]; !ok {
			return ports.ErrNotFound
		}
		s.links[l.Hash] = l
		return nil
	})
}

func (r links) User(_ context.Context, purpose domain.LinkPurpose, token domain.SecretHash, now time.Time) (found domain.User, err error) {
	err = r.do(func(s *state) error {
		l, err := s.link(purpose, token, now)
		found = s.users[l.UserID]
		return err
	})
	return found, err
}

func (s *state) link(purpose domain.LinkPurpose, token domain.SecretHash, now time.Time) (domain.Link, error) {
	l, ok := s.links[token]
	if !ok || l.Purpose != purpose || !now.Before(l.ExpiresAt) {
		return domain.Link{}, ports.ErrNotFound
	}
	return l, nil
}

func (r links) Use(_ context.Context, purpose domain.LinkPurpose, token domain.SecretHash, now time.Time) (user domain.UserID, err error) {
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

func (r links) RemoveExpired(_ context.Context, before time.Time, limit int) (removed int, err error) {
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
