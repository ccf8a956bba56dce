package httpapi

import (
	"context"

	"github.com/google/uuid"

	"github.com/siriusys/user-management-service/adapters/httpapi/internal/gen"
	"github.com/siriusys/user-management-service/domain"
)

func (h handlers) ListRevocations(ctx context.Context, r gen.ListRevocationsRequestObject) (gen.ListRevocationsResponseObject, error) {
	since, err := cursorOf(r.Params.Since)
	if err != nil {
		return nil, err
	}
	page, err := h.authentication.ListRevocations(ctx, since)
	list := make([]gen.Revocation, len(page.Found))
	for i, found := range page.Found {
		list[i] = revocation(found)
	}
	return gen.ListRevocations200JSONResponse{Revocations: list, Next: page.Next.String(), More: page.More}, err
}

func cursorOf(since *string) (domain.RevocationCursor, error) {
	if since == nil {
		return domain.RevocationCursor{}, nil
	}
	return domain.ParseRevocationCursor(*since)
}

func revocation(r domain.Revocation) gen.Revocation {
	return gen.Revocation{Sid: uuid.UUID(r.SessionID.ID), Sub: uuid.UUID(r.UserID.ID), EndedAt: r.RevokedAt}
}
