package app

import "github.com/siriusys/user-management-service/domain"

// AuthenticateService checks the credential of another service. Errors: domain.ErrInvalidClient.
func (a *Authentication) AuthenticateService(clientID, secret string) error {
	if !a.services.Match(clientID, secret) {
		return domain.ErrInvalidClient
	}
	return nil
}
