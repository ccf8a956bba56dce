package app

import (
	"context"
	"fmt"

	"github.com/siriusys/user-management-service/domain"
)

// IntrospectToken returns the claims of an access token for another service, if the token is valid and its session is live.
// Errors: domain.ErrInvalidAccessToken for every other token, refresh tokens included.
func (a *Authentication) IntrospectToken(ctx context.Context, token string) (domain.AccessClaims, error) {
	now := a.now()
	claims, err := a.access.Verify(token, now)
	if err != nil {
		return domain.AccessClaims{}, err
	}
	live, err := a.store.Repos().Sessions.IsLive(ctx, claims.Caller, now)
	if err != nil {
		return domain.AccessClaims{}, fmt.Errorf("check that a session is live: %w", err)
	}
	if !live {
		return domain.AccessClaims{}, domain.ErrInvalidAccessToken
	}
	return claims, nil
}
