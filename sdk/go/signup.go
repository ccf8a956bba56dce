package accounts

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/siriusys/user-management-service/sdk/go/internal/api"
)

// Signup is a new account. It is printed without its content, which is personal.
type Signup struct {
	Email         string
	FullName      string
	Country       string // ISO 3166-1 alpha-2 code
	StateProvince string // ISO 3166-2 code or name of a subdivision; empty for a country without any
	Password      Secret
}

// Format prints a placeholder.
func (Signup) Format(f fmt.State, _ rune) { write(f, "[signup]") }

// LogValue returns a placeholder.
func (Signup) LogValue() slog.Value { return slog.StringValue("[signup]") }

// SignUp creates a pending signup. The service emails a verification link, also if the email address has an account already.
// Errors: Problem, such as 422 with Fields.
func (c *Client) SignUp(ctx context.Context, signup Signup) error {
	_, err := c.api.SignUpWithResponse(ctx, api.SignupRequest{
		Email: signup.Email, FullName: signup.FullName, Country: signup.Country,
		StateProvince: optional(signup.StateProvince), Password: string(signup.Password),
	}, idempotent(ctx))
	return err
}

// RequestEmailVerification requests a new verification link, if the email address has a pending signup.
// Errors: Problem.
func (c *Client) RequestEmailVerification(ctx context.Context, email string) error {
	_, err := c.api.RequestEmailVerificationWithResponse(ctx, api.VerificationLinkRequest{Email: email})
	return err
}

// VerifyEmail activates the account with the token of the emailed link and the password of the signup, and logs the user in.
// Errors: Problem: 400 invalid_token, 401 invalid_credentials.
func (c *Client) VerifyEmail(ctx context.Context, token, password Secret) error {
	sent := c.now()
	response, err := c.api.VerifyEmailWithResponse(ctx, api.VerifyEmailRequest{Token: string(token), Password: string(password)})
	if err != nil {
		return err
	}
	return c.keepLogin(ctx, response.JSON200, sent)
}
