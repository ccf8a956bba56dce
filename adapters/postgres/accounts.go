package postgres

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

type accounts struct{ work }

func (a accounts) AddPending(ctx context.Context, u domain.User) error {
	row, err := a.store.pending(u)
	if err != nil {
		return err
	}
	return translate(a.q.AddPendingUser(ctx, row))
}

func (a accounts) SignUp(ctx context.Context, u domain.User, e domain.AuditEvent, l ports.Letter) error {
	row, err := a.store.pending(u)
	if err != nil {
		return err
	}
	letter, err := a.store.letter(l)
	if err != nil {
		return err
	}
	_, err = a.together(ctx, func(q *sqlc.Queries) error {
		return errors.Join(q.AddPendingUser(ctx, row), q.RecordAuditEvents(ctx, auditRows(e)), q.EnqueueLetter(ctx, letter))
	})
	return err
}

// pending is the row of a pending user.
func (s *Store) pending(u domain.User) (sqlc.AddPendingUserParams, error) {
	email, err := s.seal(columnEmail, u.ID, u.Email.Address())
	if err != nil {
		return sqlc.AddPendingUserParams{}, err
	}
	name, err := s.seal(columnFullName, u.ID, u.FullName.Value())
	if err != nil {
		return sqlc.AddPendingUserParams{}, err
	}
	state, err := s.seal(columnStateProvince, u.ID, u.Residence.StateProvince())
	if err != nil {
		return sqlc.AddPendingUserParams{}, err
	}
	country, hash := u.Residence.Country(), string(u.PasswordHash)
	return sqlc.AddPendingUserParams{
		ID: u.ID.ID, Email: email, EmailIndex: []byte(u.EmailIndex), FullName: name, Country: &country,
		StateProvince: state, PasswordHash: &hash, CreatedAt: u.CreatedAt,
	}, nil
}

func (a accounts) ByID(ctx context.Context, id domain.UserID) (domain.User, error) {
	return a.store.user(a.q.UserByID(ctx, id.ID))
}

func (a accounts) Verified(ctx context.Context, address domain.EmailIndexes) (domain.User, error) {
	return a.store.user(a.q.VerifiedUser(ctx, ports.AddressOf(address)))
}

func (a accounts) Guess(ctx context.Context, address domain.EmailIndexes, budgets []domain.Budget, now time.Time) (domain.Allowance, domain.Credentials, error) {
	allowed, rows, err := throttle(a).takeAndFind(ctx, ports.AddressOf(address), budgets, now)
	if err != nil {
		return domain.Allowance{}, domain.Credentials{}, err
	}
	return allowed, domain.Credentials{
		UserID:       domain.UserID{ID: orElse(rows[0].UserID, domain.ID{})},
		PasswordHash: domain.PasswordHash(orZero(rows[0].PasswordHash)), Usable: rows[0].Usable,
	}, nil
}

func (a accounts) Pending(ctx context.Context, address domain.EmailIndexes, limit int) ([]domain.User, error) {
	rows, err := a.q.PendingUsers(ctx, sqlc.PendingUsersParams{EmailIndexes: ports.AddressOf(address), MaxRows: maxRows(limit)})
	if err != nil {
		return nil, translate(err)
	}
	users := make([]domain.User, len(rows))
	for i, row := range rows {
		if users[i], err = a.store.user(row, nil); err != nil {
			return nil, err
		}
	}
	return users, nil
}

func (a accounts) Activate(ctx context.Context, id domain.UserID, address domain.EmailIndexes, now time.Time) error {
	return a.atomically(ctx, func(w work) error {
		indexes := ports.AddressOf(address)
		pending, err := w.q.LockPendingUsers(ctx, indexes)
		if err != nil {
			return translate(err)
		}
		if !slices.Contains(pending, id.ID) {
			return ports.ErrNotFound
		}
		activated, err := w.q.ActivateUser(ctx, sqlc.ActivateUserParams{ID: id.ID, Now: &now, EmailIndexes: indexes})
		if err := changed(activated, err, ports.ErrConflict); err != nil {
			return err
		}
		return w.later(ctx, func(q *sqlc.Queries) error { return q.RemovePendingUsers(ctx, without(pending, id.ID)) })
	})
}

func without(ids []domain.ID, id domain.ID) []domain.ID {
	others := make([]domain.ID, 0, len(ids))
	for _, other := range ids {
		if other != id {
			others = append(others, other)
		}
	}
	return others
}

func (a accounts) SaveProfile(ctx context.Context, u domain.User) error {
	name, err := a.store.seal(columnFullName, u.ID, u.FullName.Value())
	if err != nil {
		return err
	}
	state, err := a.store.seal(columnStateProvince, u.ID, u.Residence.StateProvince())
	if err != nil {
		return err
	}
	country := u.Residence.Country()
	saved, err := a.q.SaveProfile(ctx, sqlc.SaveProfileParams{
		ID: u.ID.ID, FullName: name, Country: &country, StateProvince: state, Now: u.UpdatedAt, Version: u.Version,
	})
	return changed(saved, err, ports.ErrConflict)
}

func (a accounts) ReplacePassword(ctx context.Context, id domain.UserID, old, replacement domain.PasswordHash, now time.Time) error {
	from, to := string(old), string(replacement)
	replaced, err := a.q.ReplacePassword(ctx, sqlc.ReplacePasswordParams{ID: id.ID, Old: &from, Replacement: &to, Now: now})
	return changed(replaced, err, ports.ErrConflict)
}

func (a accounts) Terminate(ctx context.Context, id domain.UserID, now time.Time) error {
	terminated, err := a.q.TerminateUser(ctx, sqlc.TerminateUserParams{ID: id.ID, Now: &now})
	return changed(terminated, err, ports.ErrNotFound)
}

func (a accounts) ReverseTermination(ctx context.Context, id domain.UserID, now time.Time) error {
	reversed, err := a.q.ReverseTermination(ctx, sqlc.ReverseTerminationParams{ID: id.ID, Now: now})
	return changed(reversed, err, ports.ErrNotFound)
}

func (a accounts) RemoveAbandoned(ctx context.Context, before time.Time, limit int) (int, error) {
	removed, err := a.q.RemoveAbandonedUsers(ctx, sqlc.RemoveAbandonedUsersParams{Before: before, MaxRows: maxRows(limit)})
	return int(removed), translate(err)
}
