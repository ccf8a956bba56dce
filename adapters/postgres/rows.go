package postgres

import (
	"fmt"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/domain"
)

// sealed names the columns that are encrypted. A value opens only in the column and for the user it was sealed for.
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

func (s *Store) open(c sealed, id domain.UserID, b []byte) (string, error) {
	clear, err := s.sealer.Open(b, c.of(id.String()))
	if err != nil {
		return "", fmt.Errorf("open %s: %w", c, err)
	}
	return string(clear), nil
}

// user is the one place where a row becomes a domain.User.
func (s *Store) user(row sqlc.User, err error) (domain.User, error) {
	if err != nil {
		return domain.User{}, translate(err)
	}
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
	}, nil
}

// session is the one place where a row becomes a domain.Session.
func session(row sqlc.Session) domain.Session {
	return domain.Session{
		ID: domain.SessionID{ID: row.ID}, UserID: domain.UserID{ID: row.UserID},
		DeviceID:   domain.DeviceID{ID: orElse(row.DeviceID, row.ID)},
		SecretHash: domain.SecretHash(row.SecretHash), Generation: uint32(row.Generation), //nolint:gosec // counted up from 1 by one
		CreatedAt: row.CreatedAt.UTC(), RotatedAt: row.RotatedAt.UTC(), ExpiresAt: row.ExpiresAt.UTC(),
		EndsAt: row.EndsAt.UTC(), EndedAt: orZero(row.EndedAt).UTC(),
	}
}

// maxRows is a limit of the ports, which are small constants, as the queries take it.
func maxRows(limit int) int32 { return int32(limit) } //nolint:gosec // never near the bounds

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
