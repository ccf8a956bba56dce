package accounts

import (
	"context"
	"errors"
	"net/http"

	"github.com/siriusys/user-management-service/sdk/go/internal/api"
)

// authorized calls with the access token, and once more with a new one if the service refuses it. A wrong password is no refusal
// of the token.
func (c *Client) authorized(ctx context.Context, call func(bearer api.RequestEditorFn) error) error {
	access, err := c.accessToken(ctx, "")
	if err != nil {
		return err
	}
	if err = call(bearer(access)); !hasCode(err, "invalid_access_token") {
		return err
	}
	if access, err = c.accessToken(ctx, access); err != nil {
		return err
	}
	return call(bearer(access))
}

func bearer(access Secret) api.RequestEditorFn {
	return func(_ context.Context, request *http.Request) error {
		request.Header.Set("Authorization", "Bearer "+string(access))
		return nil
	}
}

// content returns the decoded body of a success.
func content[T any](decoded *T) (T, error) {
	if decoded == nil {
		var none T
		return none, errors.New("accounts: the response is not of this operation: is the URL that of the service?")
	}
	return *decoded, nil
}

// optional leaves out an empty member of a request.
func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
