package app

import "github.com/siriusys/user-management-service/domain"

// Authenticate returns the caller of an access token. It does not check that the session is live: the use case that follows
// checks it in one of its own statements, which saves a round trip. Errors: domain.ErrInvalidAccessToken.
func (a *Authentication) Authenticate(accessToken string) (domain.Caller, error) {
	claims, err := a.access.Verify(accessToken, a.now())
	if err != nil {
		return domain.Caller{}, err
	}
	return claims.Caller, nil
}
