package postgres

import (
	"context"
	"encoding/binary"
	"slices"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

type accounts struct{ unitOfWork }

func (a accounts) AddPending(ctx context.Context, u domain.User) error {
	row, err := a.store.pending(u)
	if err != nil {
		return err
	}
	return mapError(a.q.AddPendingSignup(ctx, row))
}

func (a accounts) SignUp(
	ctx context.Context, u domain.User, email domain.EmailIndexes, network string, e domain.AuditEvent, m ports.MessageRequest,
) error {
	row, err := a.store.pending(u)
	if err != nil {
		return err
	}
	job, err := a.store.messageJob(ctx, m)
	if err != nil {
		return err
	}
	room := sqlc.ReplacePendingSignupsParams{
		SignupNetwork: row.SignupNetwork, EmailIndexes: indexBytes(email), MaxOthers: domain.MaxPendingSignups - 1,
	}
	return a.sendBatch(ctx, func(q *sqlc.Queries) error {
		// Each statement sees what was committed before it: the second one what the previous holders of the lock did.
		if err := q.LockEmailIndexes(ctx, lockKeys(email)); err != nil {
			return err
		}
		if err := q.ReplacePendingSignups(ctx, room); err != nil {
			return err
		}
		if err := q.AddPendingSignup(ctx, row); err != nil {
			return err
		}
		if err := q.EnqueueMessage(ctx, job); err != nil {
			return err
		}
		// Last, for its lock is the only one that all signups of a network share.
		return q.RecordFirstAuditEvents(ctx, firstAuditRows(network, e))
	})
}

// lockKeys are the advisory locks of the signups of an email address: the ends of its indexes, which are tags.
func lockKeys(email domain.EmailIndexes) []int64 {
	keys := make([]int64, len(email))
	for i, index := range email {
		var end [8]byte
		copy(end[:], index[max(0, len(index)-len(end)):])
		keys[i] = int64(binary.BigEndian.Uint64(end[:])) //nolint:gosec // every bit pattern is a key
	}
	return keys
}

// pending is the row of a pending signup.
func (s *Store) pending(u domain.User) (sqlc.AddPendingSignupParams, error) {
	email, err := s.seal(columnEmail, u.ID, u.Email.Address())
	if err != nil {
		return sqlc.AddPendingSignupParams{}, err
	}
	name, state, err := s.sealProfile(u)
	if err != nil {
		return sqlc.AddPendingSignupParams{}, err
	}
	country, hash := u.Residence.Country(), string(u.PasswordHash)
	return sqlc.AddPendingSignupParams{
		ID: u.ID.ID, Email: email, EmailIndex: []byte(u.EmailIndex), FullName: name, Country: &country,
		StateProvince: state, PasswordHash: &hash, CreatedAt: u.CreatedAt, SignupNetwork: bytesOrNull(u.SignupNetwork),
	}, nil
}

func (a accounts) FindByID(ctx context.Context, id domain.UserID) (domain.User, error) {
	row, err := a.q.FindUser(ctx, id.ID)
	if err != nil {
		return domain.User{}, mapError(err)
	}
	return a.store.user(row)
}

func (a accounts) FindVerified(ctx context.Context, email domain.EmailIndexes) (domain.User, error) {
	row, err := a.q.FindVerifiedUser(ctx, indexBytes(email))
	if err != nil {
		return domain.User{}, mapError(err)
	}
	return a.store.user(row)
}

// SpendLogin finds the credentials in the batch that spends the limits. It finds them first, so that the counters' rows are
// locked only while the statement that spends runs.
func (a accounts) SpendLogin(
	ctx context.Context, email domain.EmailIndexes, device domain.KnownDevice, limits []domain.RateLimit, now time.Time,
) (domain.Decision, domain.Credentials, error) {
	var found sqlc.FindCredentialsRow
	find := func(q *sqlc.Queries) (err error) {
		found, err = q.FindCredentials(ctx, indexBytes(email))
		return err
	}
	decision, err := rateLimits(a).spend(ctx, loginParams(email, device, limits, now), limits, find)
	if err != nil {
		return domain.Decision{}, domain.Credentials{}, err
	}
	return decision, domain.Credentials{
		UserID:       domain.UserID{ID: orElse(found.ID, domain.ID{})},
		PasswordHash: domain.PasswordHash(orZero(found.PasswordHash)), CanLogIn: found.CanLogIn,
	}, nil
}

func (a accounts) FindPending(ctx context.Context, email domain.EmailIndexes, limit int) ([]domain.User, error) {
	rows, err := a.q.FindPendingSignups(ctx, sqlc.FindPendingSignupsParams{EmailIndexes: indexBytes(email), MaxRows: maxRows(limit)})
	if err != nil {
		return nil, mapError(err)
	}
	users := make([]domain.User, len(rows))
	for i, row := range rows {
		if users[i], err = a.store.user(row); err != nil {
			return nil, err
		}
	}
	return users, nil
}

func (a accounts) Activate(ctx context.Context, id domain.UserID, email domain.EmailIndexes, now time.Time) error {
	return a.inTx(ctx, func(w unitOfWork) error {
		indexes := indexBytes(email)
		pending, err := w.q.LockPendingSignups(ctx, indexes)
		if err != nil {
			return mapError(err)
		}
		if !slices.Contains(pending, id.ID) {
			return ports.ErrNotFound
		}
		activated, err := w.q.ActivateUser(ctx, sqlc.ActivateUserParams{ID: id.ID, Now: &now, EmailIndexes: indexes})
		if err != nil {
			return mapError(err)
		}
		if err := expectRow(activated, ports.ErrConflict); err != nil {
			return err
		}
		return w.deferExec(ctx, func(q *sqlc.Queries) error { return q.RemovePendingSignups(ctx, without(pending, id.ID)) })
	})
}

func (a accounts) ReplaceEmail(ctx context.Context, id domain.UserID, form domain.Email, email domain.EmailIndexes) error {
	sealedForm, err := a.store.seal(columnEmail, id, form.Address())
	if err != nil {
		return err
	}
	replaced, err := a.q.ReplaceEmail(ctx, sqlc.ReplaceEmailParams{ID: id.ID, Email: sealedForm, EmailIndexes: indexBytes(email)})
	if err != nil {
		return mapError(err)
	}
	return expectRow(replaced, ports.ErrNotFound)
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

func (a accounts) ReadProfile(ctx context.Context, c domain.Caller, now time.Time) (domain.User, error) {
	row, err := a.q.ReadProfile(ctx, sqlc.ReadProfileParams{ID: c.SessionID.ID, UserID: c.UserID.ID, Now: now})
	if err != nil {
		return domain.User{}, mapError(err)
	}
	return a.store.user(row)
}

func (a accounts) ChangeProfile(ctx context.Context, u domain.User) error {
	name, state, err := a.store.sealProfile(u)
	if err != nil {
		return err
	}
	country := u.Residence.Country()
	saved, err := a.q.ChangeProfile(ctx, sqlc.ChangeProfileParams{
		ID: u.ID.ID, FullName: name, Country: &country, StateProvince: state, Now: u.UpdatedAt, Version: u.Version,
	})
	if err != nil {
		return mapError(err)
	}
	return expectRow(saved, ports.ErrConflict)
}

func (a accounts) ReplacePassword(ctx context.Context, id domain.UserID, old, replacement domain.PasswordHash, now time.Time) error {
	from, to := string(old), string(replacement)
	replaced, err := a.q.ReplacePassword(ctx, sqlc.ReplacePasswordParams{ID: id.ID, Old: &from, Replacement: &to, Now: now})
	if err != nil {
		return mapError(err)
	}
	return expectRow(replaced, ports.ErrConflict)
}

func (a accounts) TerminateAccount(ctx context.Context, id domain.UserID, now time.Time) error {
	terminated, err := a.q.TerminateAccount(ctx, sqlc.TerminateAccountParams{ID: id.ID, Now: &now})
	if err != nil {
		return mapError(err)
	}
	return expectRow(terminated, ports.ErrNotFound)
}

func (a accounts) CancelTermination(ctx context.Context, id domain.UserID, now time.Time) error {
	cancelled, err := a.q.CancelTermination(ctx, sqlc.CancelTerminationParams{ID: id.ID, Now: now})
	if err != nil {
		return mapError(err)
	}
	return expectRow(cancelled, ports.ErrNotFound)
}

func (a accounts) PurgeAbandoned(ctx context.Context, before time.Time, limit int) (int, error) {
	purged, err := a.q.PurgeAbandonedSignups(ctx, sqlc.PurgeAbandonedSignupsParams{Before: before, MaxRows: maxRows(limit)})
	return int(purged), mapError(err)
}
