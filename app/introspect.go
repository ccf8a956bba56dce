package app

import (
	"context"
	"fmt"

	"github.com/siriusys/user-management-service/domain"
)

// AuthenticateService proves that a call comes from another service. Errors: domain.ErrInvalidClient.
func (a *App) AuthenticateService(clientID, secret string) error {
	if !a.Services.Match(clientID, secret) {
		return domain.ErrInvalidClient
	}
	return nil
}

// Introspect tells another service what an access token says, if the token is good and its session still lives.
// Errors: domain.ErrInvalidAccessToken for everything else, refresh tokens too.
func (a *App) Introspect(ctx context.Context, token string) (domain.AccessClaims, error) {
	now := a.Now()
	claims, err := a.AccessTokens.Verify(token, now)
	if err != nil {
		return domain.AccessClaims{}, err
	}
	live, err := a.Store.Repos().Sessions.IsLive(ctx, claims.Caller, now)
	if err != nil {
		return domain.AccessClaims{}, fmt.Errorf("ask whether a session lives: %w", err)
	}
	if !live {
		return domain.AccessClaims{}, domain.ErrInvalidAccessToken
	}
	return claims, nil
}
