package accounts

import (
	"context"
	"errors"
	"time"

	"github.com/siriusys/user-management-service/sdk/go/internal/api"
)

// Session is one login of the user.
type Session struct {
	ID          string
	Current     bool // whether it is the session of this client
	CreatedAt   time.Time
	RefreshedAt time.Time
	ExpiresAt   time.Time // unless it is refreshed
}

// LogIn creates a session and keeps its tokens.
// Errors: Problem: 401 invalid_credentials, 429 with RetryAfter.
func (c *Client) LogIn(ctx context.Context, email string, password Secret) error {
	tokens, err := c.store.Load(ctx)
	if err != nil {
		return err
	}
	sent := c.now()
	response, err := c.api.LogInWithResponse(ctx, api.LoginRequest{
		Email: email, Password: string(password), DeviceToken: optional(string(tokens.Device)),
	})
	if err != nil {
		return err
	}
	return c.keepLogin(ctx, response.JSON200, sent)
}

func (c *Client) keepLogin(ctx context.Context, decoded *api.LoginTokens, sent time.Time) error {
	login, err := content(decoded)
	if err != nil {
		return err
	}
	return c.store.Update(ctx, func(Tokens) (Tokens, error) {
		return Tokens{
			Access: Secret(login.AccessToken), AccessExpiresAt: sent.Add(time.Duration(login.ExpiresIn) * time.Second),
			Refresh: Secret(login.RefreshToken), RefreshExpiresAt: sent.Add(time.Duration(login.RefreshExpiresIn) * time.Second),
			Device: Secret(login.DeviceToken),
		}, nil
	})
}

// LogOut revokes the session and removes its tokens from the store. A session that has ended already is no error.
// Errors: Problem; the tokens stay then, and the call can be repeated.
func (c *Client) LogOut(ctx context.Context) error { return c.logOut(ctx, false) }

// LogOutEverywhere revokes all sessions of the user, as LogOut does.
func (c *Client) LogOutEverywhere(ctx context.Context) error { return c.logOut(ctx, true) }

func (c *Client) logOut(ctx context.Context, everywhere bool) error {
	err := c.authorized(ctx, func(bearer api.RequestEditorFn) error {
		_, err := c.api.LogOutWithResponse(ctx, api.LogoutRequest{AllSessions: &everywhere}, bearer)
		return err
	})
	if err != nil && !errors.Is(err, ErrNotLoggedIn) {
		return err
	}
	return c.removeSession(ctx)
}

func (c *Client) removeSession(ctx context.Context) error {
	return c.store.Update(ctx, func(tokens Tokens) (Tokens, error) { return tokens.loggedOut(), nil })
}

// ListSessions returns the user's live sessions, newest first, at most 100.
// Errors: ErrNotLoggedIn, Problem.
func (c *Client) ListSessions(ctx context.Context) ([]Session, error) {
	var sessions []Session
	err := c.authorized(ctx, func(bearer api.RequestEditorFn) error {
		response, err := c.api.ListSessionsWithResponse(ctx, bearer)
		if err != nil {
			return err
		}
		list, err := content(response.JSON200)
		for _, s := range list.Sessions {
			sessions = append(sessions, Session{
				ID: s.ID, Current: s.Current, CreatedAt: s.CreatedAt, RefreshedAt: s.RefreshedAt, ExpiresAt: s.ExpiresAt,
			})
		}
		return err
	})
	return sessions, err
}

// RevokeSession revokes one session of the user.
// Errors: ErrNotLoggedIn, Problem: 404 not_found.
func (c *Client) RevokeSession(ctx context.Context, id string) error {
	return c.authorized(ctx, func(bearer api.RequestEditorFn) error {
		_, err := c.api.RevokeSessionWithResponse(ctx, id, bearer)
		return err
	})
}
