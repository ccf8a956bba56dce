package postgres

import (
	"context"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

type links struct{ unitOfWork }

func (r links) Add(ctx context.Context, l domain.Link) error {
	if l.EmailIndex != "" {
		return mapError(r.q.AddEmailLink(ctx, sqlc.AddEmailLinkParams{
			TokenHash: l.Hash[:], Purpose: string(l.Purpose), EmailIndex: []byte(l.EmailIndex), SealedEmail: []byte(l.SealedEmail),
			ExpiresAt: l.ExpiresAt,
		}))
	}
	added, err := r.q.AddLink(ctx, sqlc.AddLinkParams{
		TokenHash: l.Hash[:], Purpose: string(l.Purpose), UserID: l.UserID.ID, ExpiresAt: l.ExpiresAt,
	})
	if err != nil {
		return mapError(err)
	}
	return expectRow(added, ports.ErrNotFound)
}

func (r links) FindUser(ctx context.Context, purpose domain.LinkPurpose, token domain.SecretHash, now time.Time) (domain.User, error) {
	row, err := r.q.FindLinkUser(ctx, sqlc.FindLinkUserParams{TokenHash: token[:], Purpose: string(purpose), Now: now})
	if err != nil {
		return domain.User{}, mapError(err)
	}
	return r.store.user(row)
}

func (r links) FindVerification(ctx context.Context, token domain.SecretHash, now time.Time) (domain.Link, domain.Email, error) {
	row, err := r.q.FindEmailLink(ctx, sqlc.FindEmailLinkParams{TokenHash: token[:], Purpose: string(domain.VerifyEmail), Now: now})
	if err != nil {
		return domain.Link{}, domain.Email{}, mapError(err)
	}
	l := domain.Link{
		Hash: token, Purpose: domain.VerifyEmail, UserID: domain.UserID{ID: orElse(row.UserID, domain.ID{})},
		EmailIndex: domain.EmailIndex(row.EmailIndex), SealedEmail: string(row.SealedEmail), ExpiresAt: row.ExpiresAt.UTC(),
	}
	if l.UserID.IsZero() {
		return l, domain.Email{}, nil
	}
	address, err := r.store.open(columnEmail, l.UserID, row.Email)
	return l, domain.RestoreEmail(address), err
}

func (r links) Use(ctx context.Context, purpose domain.LinkPurpose, token domain.SecretHash, now time.Time) (domain.UserID, error) {
	id, err := r.q.UseLink(ctx, sqlc.UseLinkParams{TokenHash: token[:], Purpose: string(purpose), Now: now})
	return domain.UserID{ID: orElse(id, domain.ID{})}, mapError(err)
}

func (r links) HasLive(ctx context.Context, user domain.UserID, purpose domain.LinkPurpose, now time.Time) (bool, error) {
	isLive, err := r.q.HasLiveLink(ctx, sqlc.HasLiveLinkParams{UserID: &user.ID, Purpose: string(purpose), Now: now})
	return isLive, mapError(err)
}

func (r links) HasLiveVerification(ctx context.Context, email domain.EmailIndexes, now time.Time) (bool, error) {
	isLive, err := r.q.HasLiveEmailLink(ctx, sqlc.HasLiveEmailLinkParams{
		EmailIndexes: indexBytes(email), Purpose: string(domain.VerifyEmail), Now: now,
	})
	return isLive, mapError(err)
}

func (r links) RemoveAllOf(ctx context.Context, user domain.UserID, purpose domain.LinkPurpose) error {
	return r.deferExec(ctx, func(q *sqlc.Queries) error {
		return q.RemoveLinksOf(ctx, sqlc.RemoveLinksOfParams{UserID: &user.ID, Purpose: string(purpose)})
	})
}

func (r links) RemoveVerifications(ctx context.Context, email domain.EmailIndexes) error {
	return r.deferExec(ctx, func(q *sqlc.Queries) error {
		return q.RemoveEmailLinks(ctx, sqlc.RemoveEmailLinksParams{EmailIndexes: indexBytes(email), Purpose: string(domain.VerifyEmail)})
	})
}

func (r links) PurgeExpired(ctx context.Context, before time.Time, limit int) (int, error) {
	purged, err := r.q.PurgeExpiredLinks(ctx, sqlc.PurgeExpiredLinksParams{Before: before, MaxRows: maxRows(limit)})
	return int(purged), mapError(err)
}
