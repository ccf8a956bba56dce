package memory

import (
	"cmp"
	"context"
	"slices"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

type signingKeys struct{ view }

// SigningKeys returns the signing keys of the store.
func (s *Store) SigningKeys() ports.SigningKeys { return signingKeys{view{store: s}} }

func (k signingKeys) List(context.Context) (all []domain.SigningKey, err error) {
	err = k.do(func(s *state) error {
		all = slices.Clone(s.keys)
		return nil
	})
	return all, err
}

func (k signingKeys) Add(_ context.Context, key domain.SigningKey, newest string, events ...domain.AuditEvent) error {
	return k.do(func(s *state) error {
		first := ""
		if len(s.keys) > 0 {
			first = s.keys[0].ID
		}
		if first != newest {
			return ports.ErrConflict
		}
		s.putKey(key)
		s.record(events...)
		return nil
	})
}

func (k signingKeys) Remove(_ context.Context, id string, events ...domain.AuditEvent) error {
	return k.do(func(s *state) error {
		if s.removeKey(id) {
			s.record(events...)
		}
		return nil
	})
}

func (k signingKeys) Replace(_ context.Context, id string, key domain.SigningKey, events ...domain.AuditEvent) error {
	return k.do(func(s *state) error {
		if !s.removeKey(id) {
			return ports.ErrNotFound
		}
		s.putKey(key)
		s.record(events...)
		return nil
	})
}

func (s *state) putKey(key domain.SigningKey) {
	s.keys = append(s.keys, key)
	slices.SortFunc(s.keys, func(a, b domain.SigningKey) int {
		return cmp.Or(b.ActiveAt.Compare(a.ActiveAt), cmp.Compare(a.ID, b.ID))
	})
}

func (s *state) removeKey(id string) (found bool) {
	n := len(s.keys)
	s.keys = slices.DeleteFunc(slices.Clone(s.keys), func(k domain.SigningKey) bool { return k.ID == id })
	return len(s.keys) < n
}
