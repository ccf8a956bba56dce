package postgres

import (
	"context"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

type links struct{ work }

func (r links) Add(ctx context.Context, l domain.Link) error {
	added, err := r.q.AddLink(ctx, sqlc.AddLinkParams{
		TokenHash: l.Hash[:], Purpose: string(l.Purpose), UserID: l.UserID.ID, ExpiresAt: l.ExpiresAt,
	})
	return changed(added, err, ports.ErrNotFound)
}

func (r links) User(ctx context.Context, purpose domain.LinkPurpose, token domain.SecretHash, now time.Time) (domain.User, error) {
	return r.store.user(r.q.LinkUser(ctx, sqlc.LinkUserParams{TokenHash: token[:], Purpose: string(purpose), Now: now}))
}

func (r links) Use(ctx context.Context, purpose domain.LinkPurpose, token domain.SecretHash, now time.Time) (domain.UserID, error) {
	id, err := r.q.UseLink(ctx, sqlc.UseLinkParams{TokenHash: token[:], Purpose: string(purpose), Now: now})
	return domain.UserID{ID: domain.ID(id)}, translate(err)
}

func (r links) RemoveAllOf(ctx context.Context, user domain.UserID, purpose domain.LinkPurpose) error {
	return r.later(ctx, func(q *sqlc.Queries) error {
		return q.RemoveLinksOf(ctx, sqlc.RemoveLinksOfParams{UserID: user.ID, Purpose: string(purpose)})
	})
}

func (r links) RemoveExpired(ctx context.Context, before time.Time, limit int) (int, error) {
	removed, err := r.q.RemoveExpiredLinks(ctx, sqlc.RemoveExpiredLinksParams{Before: before, MaxRows: maxRows(limit)})
	return int(removed), translate(err)
}
