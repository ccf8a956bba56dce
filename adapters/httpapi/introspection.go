package httpapi

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/siriusys/user-management-service/adapters/httpapi/internal/gen"
	"github.com/siriusys/user-management-service/domain"
)

func (h handlers) IntrospectToken(ctx context.Context, r gen.IntrospectTokenRequestObject) (gen.IntrospectTokenResponseObject, error) {
	claims, err := h.authentication.IntrospectToken(ctx, r.Body.Token)
	if errors.Is(err, domain.ErrInvalidAccessToken) {
		return gen.IntrospectToken200JSONResponse{Active: false}, nil // and nothing else (RFC 7662, section 2.2)
	}
	if err != nil {
		return nil, err
	}
	return gen.IntrospectToken200JSONResponse{
		Active: true, TokenType: new("Bearer"), Iss: &h.issuer, Aud: &h.audience, Jti: &claims.ID,
		Sub: new(uuid.UUID(claims.UserID.ID)), Sid: new(uuid.UUID(claims.SessionID.ID)),
		Iat: new(claims.IssuedAt.Unix()), Nbf: new(claims.IssuedAt.Unix()), Exp: new(claims.ExpiresAt.Unix()),
	}, nil
}
