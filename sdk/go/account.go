package accounts

import (
	"context"

	"github.com/siriusys/user-management-service/sdk/go/internal/api"
)

// ExportAccount returns everything that the service stores about the user, as the JSON of a file to save. It is personal.
// Errors: ErrNotLoggedIn, Problem: 429 after 10 exports in an hour.
func (c *Client) ExportAccount(ctx context.Context) ([]byte, error) {
	var export []byte
	err := c.authorized(ctx, func(bearer api.RequestEditorFn) error {
		response, err := c.api.ExportAccountWithResponse(ctx, bearer)
		if err != nil {
			return err
		}
		export = response.Body
		_, err = content(response.JSON200)
		return err
	})
	return export, err
}

// ChangePassword replaces the password and revokes the user's other sessions.
// Errors: ErrNotLoggedIn, Problem: 401 invalid_credentials for a wrong current password, 422 for a weak new one.
func (c *Client) ChangePassword(ctx context.Context, currentPassword, newPassword Secret) error {
	return c.authorized(ctx, func(bearer api.RequestEditorFn) error {
		_, err := c.api.ChangePasswordWithResponse(ctx, api.PasswordChangeRequest{
			CurrentPassword: string(currentPassword), NewPassword: string(newPassword),
		}, bearer)
		return err
	})
}

// RequestPasswordReset requests an email with a reset link, if the email address has an account.
// Errors: Problem.
func (c *Client) RequestPasswordReset(ctx context.Context, email string) error {
	tokens, err := c.store.Load(ctx)
	if err != nil {
		return err
	}
	_, err = c.api.RequestPasswordResetWithResponse(ctx, api.ResetLinkRequest{
		Email: email, DeviceToken: optional(string(tokens.Device)),
	})
	return err
}

// ResetPassword replaces the password with the token of the emailed link. The user's sessions are revoked; log in next.
// Errors: Problem: 400 invalid_token; 422 for a weak password, which leaves the token valid.
func (c *Client) ResetPassword(ctx context.Context, token, newPassword Secret) error {
	response, err := c.api.ResetPasswordWithResponse(ctx, api.PasswordResetRequest{
		Token: string(token), NewPassword: string(newPassword),
	}, idempotent(ctx))
	if err != nil {
		return err
	}
	reset, err := content(response.JSON200)
	if err != nil {
		return err
	}
	return c.store.Update(ctx, func(tokens Tokens) (Tokens, error) {
		tokens.Device = Secret(reset.DeviceToken)
		return tokens, nil
	})
}

// TerminateAccount terminates the account and revokes its sessions. The service emails a link that cancels the termination.
// Errors: ErrNotLoggedIn, Problem: 401 invalid_credentials for a wrong password.
func (c *Client) TerminateAccount(ctx context.Context, password Secret) error {
	key := idempotent(ctx)
	err := c.authorized(ctx, func(bearer api.RequestEditorFn) error {
		_, err := c.api.TerminateAccountWithResponse(ctx, api.TerminateRequest{Password: string(password)}, bearer, key)
		return err
	})
	if err != nil {
		return err
	}
	return c.removeSession(ctx)
}

// CancelTermination cancels the termination with the token of the emailed link. The user can log in again.
// Errors: Problem: 400 invalid_token.
func (c *Client) CancelTermination(ctx context.Context, token Secret) error {
	_, err := c.api.CancelTerminationWithResponse(ctx, api.CancelTerminationRequest{Token: string(token)})
	return err
}
