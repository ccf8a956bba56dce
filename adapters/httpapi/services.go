package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/siriusys/user-management-service/adapters/httpapi/internal/gen"
	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

// serviceAuthentication asks for the credential of another service, by HTTP Basic as RFC 6749, section 2.3.1 has it: id and
// secret are form-urlencoded first.
func serviceAuthentication(a *app.App) echo.MiddlewareFunc {
	return func(handle echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			id, secret, ok := c.Request().BasicAuth()
			if !ok || len(c.Request().Header.Values(echo.HeaderAuthorization)) != 1 {
				return domain.ErrInvalidClient
			}
			clientID, idErr := url.QueryUnescape(id)
			clientSecret, secretErr := url.QueryUnescape(secret)
			if idErr != nil || secretErr != nil {
				return domain.ErrInvalidClient
			}
			if err := a.AuthenticateService(clientID, clientSecret); err != nil {
				return err
			}
			return handle(c)
		}
	}
}

func (h handlers) IntrospectToken(ctx context.Context, r gen.IntrospectTokenRequestObject) (gen.IntrospectTokenResponseObject, error) {
	claims, err := h.app.Introspect(ctx, r.Body.Token)
	if errors.Is(err, domain.ErrInvalidAccessToken) {
		return inactive{}, nil
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

// inactive is the one answer for every token that is no good, to the byte.
type inactive struct{}

// VisitIntrospectTokenResponse writes the answer.
func (inactive) VisitIntrospectTokenResponse(w http.ResponseWriter) error {
	w.Header().Set(echo.HeaderContentType, echo.MIMEApplicationJSON)
	if _, err := w.Write([]byte(`{"active":false}`)); err != nil {
		return fmt.Errorf("answer about an inactive token: %w", err)
	}
	return nil
}

func (h handlers) ListRevocations(ctx context.Context, r gen.ListRevocationsRequestObject) (gen.ListRevocationsResponseObject, error) {
	since, err := cursorOf(r.Params.Since)
	if err != nil {
		return nil, err
	}
	page, err := h.app.Revocations(ctx, since)
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
	return gen.Revocation{Sid: uuid.UUID(r.SessionID.ID), Sub: uuid.UUID(r.UserID.ID), EndedAt: r.EndedAt}
}
