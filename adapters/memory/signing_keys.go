package memory

import (
	"context"
	"slices"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

type signingKeys struct{ view }

// SigningKeys are the keys that the store keeps.
func (s *Store) SigningKeys() ports.SigningKeys { return signingKeys{view{store: s}} }

func (k signingKeys) All(context.Context) (all []domain.SigningKey, err error) {
	err = k.do(func(s *state) error {
		all = slices.Clone(s.keys)
		return nil
	})
	return all, err
}

func (k signingKeys) AddFirst(_ context.Context, key domain.SigningKey) error {
	return k.do(func(s *state) error {
		if len(s.keys) == 0 {
			s.keys = append(s.keys, key)
		}
		return nil
	})
}
