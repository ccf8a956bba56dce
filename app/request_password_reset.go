package app

import (
	"context"
	"net/netip"

	"github.com/siriusys/user-management-service/domain"
)

// RequestPasswordReset requests a reset message for the account of an email address. It does the same with and without an
// account. A device token takes the request out of the spacing of messages, if its device is still a known one of the account;
// only the worker that sends the message finds that out, so that the response takes the same time.
// Errors: domain.ErrTooManyAttempts; domain.Errors for an invalid email address or a too long token.
func (a *Accounts) RequestPasswordReset(ctx context.Context, email, deviceToken string, from netip.Prefix) error {
	return a.requestMessage(ctx, domain.MessagePasswordReset, messageInput{email: email, deviceToken: deviceToken, from: from})
}
