package app

import (
	"context"
	"net/netip"

	"github.com/siriusys/user-management-service/domain"
)

// RequestEmailVerification requests another verification message for the pending signups of an email address. It does the
// same with and without pending signups. Errors: domain.ErrTooManyAttempts; domain.Errors for an invalid email address.
func (a *Accounts) RequestEmailVerification(ctx context.Context, email string, from netip.Prefix) error {
	return a.requestMessage(ctx, domain.MessageVerification, messageInput{email: email, from: from})
}
