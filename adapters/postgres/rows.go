package postgres

import (
	"fmt"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/domain"
)

// sealed is the name of an encrypted column. A value can be opened only for the column and the owner for which it was sealed.
type sealed string

const (
	columnEmail         sealed = "users.email"
	columnFullName      sealed = "users.full_name"
	columnStateProvince sealed = "users.state_province"
	columnSigningKey    sealed = "signing_keys.sealed_seed"
)

func (c sealed) of(owner string) string { return string(c) + ":" + owner }

// seal encrypts a text column of a user's row.
func (s *Store) seal(c sealed, id domain.UserID, clear string) ([]byte, error) {
	b, err := s.sealer.Seal([]byte(clear), c.of(id.String()))
	if err != nil {
		return nil, fmt.Errorf("seal %s: %w", c, err)
	}
	return b, nil
}

// sealProfile encrypts the columns of a user's row that the user can change.
func (s *Store) sealProfile(u domain.User) (name, state []byte, err error) {
	if name, err = s.seal(columnFullName, u.ID, u.FullName.Value()); err != nil {
		return nil, nil, err
	}
	state, err = s.seal(columnStateProvince, u.ID, u.Residence.StateProvince())
	return name, state, err
}

func (s *Store) open(c sealed, id domain.UserID, b []byte) (string, error) {
	clear, err := s.sealer.Open(b, c.of(id.String()))
	if err != nil {
		return "", fmt.Errorf("open %s: %w", c, err)
	}
	return string(clear), nil
}

// user is the only function that maps a row to a domain.User.
func (s *Store) user(row sqlc.User) (domain.User, error) {
	id := domain.UserID{ID: row.ID}
	email, err := s.open(columnEmail, id, row.Email)
	if err != nil {
		return domain.User{}, err
	}
	name, err := s.open(columnFullName, id, row.FullName)
	if err != nil {
		return domain.User{}, err
	}
	state, err := s.open(columnStateProvince, id, row.StateProvince)
	if err != nil {
		return domain.User{}, err
	}
	return domain.User{
		ID: id, Email: domain.RestoreEmail(email), EmailIndex: domain.EmailIndex(row.EmailIndex),
		FullName: domain.RestoreFullName(name), Residence: domain.RestoreResidence(orZero(row.Country), state),
		PasswordHash: domain.PasswordHash(orZero(row.PasswordHash)),
		IsActive:     row.IsActive, IsTerminated: row.IsTerminated,
		VerifiedAt: orZero(row.VerifiedAt).UTC(), TerminatedAt: orZero(row.TerminatedAt).UTC(),
		CreatedAt: row.CreatedAt.UTC(), UpdatedAt: row.UpdatedAt.UTC(), Version: row.Version,
		SignupNetwork: domain.SignupNetwork(row.SignupNetwork),
	}, nil
}

// session is the only function that maps a row to a domain.Session.
func session(row sqlc.LiveSession) domain.Session {
	return domain.Session{
		ID: domain.SessionID{ID: row.ID}, UserID: domain.UserID{ID: row.UserID},
		DeviceID:   domain.DeviceID{ID: orElse(row.DeviceID, row.ID)},
		SecretHash: domain.SecretHash(row.SecretHash), Generation: uint32(row.Generation),
		CreatedAt: row.CreatedAt.UTC(), RotatedAt: row.RotatedAt.UTC(), ExpiresAt: row.ExpiresAt.UTC(),
		EndsAt: row.EndsAt.UTC(), RevokedAt: orZero(row.RevokedAt).UTC(),
		PreviousRotatedAt: orZero(row.PreviousRotatedAt).UTC(), RotatedFrom: domain.NetworkPseudonym(row.RotatedFrom),
		Elsewhere: domain.ReusesElsewhere{
			Count: int(row.ReuseCount), Since: orZero(row.ReuseSince).UTC(),
			Network: domain.NetworkPseudonym(row.ReuseNetwork), RecordedAt: orZero(row.ReuseRecordedAt).UTC(),
		},
	}
}

// maxRows converts a limit of the ports to the type of the queries. The limits are small constants.
func maxRows(limit int) int32 { return int32(limit) }

// indexBytes are the indexes of an email address in the type of the queries and of stored messages.
func indexBytes(indexes domain.EmailIndexes) [][]byte {
	columns := make([][]byte, len(indexes))
	for i, index := range indexes {
		columns[i] = []byte(index)
	}
	return columns
}

// bytesOrNull is NULL for an empty text.
func bytesOrNull(s domain.SignupNetwork) []byte {
	if s == "" {
		return nil
	}
	return []byte(s)
}

func orElse[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}

func orZero[T string | time.Time](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

// orNull is nil for the zero time.
func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
