package accounts

import (
	"context"
	"fmt"
	"time"

	"github.com/siriusys/user-management-service/sdk/go/internal/api"
)

const (
	// expiryMargin is how long before its expiry an access token is replaced: a request takes time to arrive.
	expiryMargin = 10 * time.Second
	// flightTimeout bounds a refresh with all its attempts.
	flightTimeout = time.Minute
)

// AccessToken returns a token for other services of siriusys.com, valid for at least ten more seconds. It refreshes the tokens if
// it has to.
// Errors: ErrNotLoggedIn, Problem.
func (c *Client) AccessToken(ctx context.Context) (Secret, error) { return c.accessToken(ctx, "") }

// Refresh replaces the tokens now. The other methods refresh them by themselves when they expire.
// Errors: ErrNotLoggedIn, Problem.
func (c *Client) Refresh(ctx context.Context) error {
	tokens, err := c.store.Load(ctx)
	if err != nil {
		return err
	}
	_, err = c.sharedRefresh(ctx, tokens.Access)
	return err
}

// accessToken returns a stored token that lives long enough and is not the refused one, or refreshes.
func (c *Client) accessToken(ctx context.Context, refused Secret) (Secret, error) {
	tokens, err := c.store.Load(ctx)
	if err != nil {
		return "", err
	}
	if c.isUsable(tokens, refused) {
		return tokens.Access, nil
	}
	return c.sharedRefresh(ctx, refused)
}

func (c *Client) isUsable(tokens Tokens, refused Secret) bool {
	return tokens.Access != "" && tokens.Access != refused && c.now().Add(expiryMargin).Before(tokens.AccessExpiresAt)
}

// flight is a refresh that runs, or its result.
type flight struct {
	done   chan struct{} // closed at the end
	access Secret
	err    error
}

// sharedRefresh waits for the running refresh, or starts one. It runs to its end even if the context ends: the service has
// rotated the token by then, and only a stored successor keeps the session alive.
func (c *Client) sharedRefresh(ctx context.Context, refused Secret) (Secret, error) {
	for {
		c.mu.Lock()
		running := c.flight
		if running == nil {
			running = &flight{done: make(chan struct{})}
			c.flight = running
			go c.fly(context.WithoutCancel(ctx), running, refused)
		}
		c.mu.Unlock()
		select {
		case <-running.done:
		case <-ctx.Done():
			return "", ctx.Err()
		}
		// A flight that began earlier may return the very token that was refused since.
		if running.err != nil || running.access != refused {
			return running.access, running.err
		}
	}
}

func (c *Client) fly(ctx context.Context, f *flight, refused Secret) {
	ctx, cancel := context.WithTimeout(ctx, flightTimeout)
	defer cancel()
	f.access, f.err = c.refresh(ctx, refused)
	c.mu.Lock()
	c.flight = nil
	c.mu.Unlock()
	close(f.done)
}

// refresh exchanges the stored refresh token. It reads the store first, inside of Update, because another process may have
// rotated the token since this one read it.
func (c *Client) refresh(ctx context.Context, refused Secret) (access Secret, err error) {
	var ended error
	err = c.store.Update(ctx, func(tokens Tokens) (Tokens, error) {
		if c.isUsable(tokens, refused) {
			access = tokens.Access
			return tokens, nil
		}
		next, err := c.exchange(ctx, tokens)
		if hasCode(err, "invalid_refresh_token") {
			ended = fmt.Errorf("%w: %w", ErrNotLoggedIn, err)
			return tokens.loggedOut(), nil
		}
		access = next.Access
		return next, err
	})
	if err == nil {
		err = ended
	}
	return access, err
}

func (c *Client) exchange(ctx context.Context, tokens Tokens) (Tokens, error) {
	if tokens.Refresh == "" {
		return Tokens{}, ErrNotLoggedIn
	}
	sent := c.now()
	response, err := c.api.RefreshTokenWithResponse(asRefresh(ctx), api.RefreshTokenRequest{RefreshToken: string(tokens.Refresh)})
	if err != nil {
		return Tokens{}, err
	}
	pair, err := content(response.JSON200)
	if err != nil {
		return Tokens{}, err
	}
	return Tokens{
		Access: Secret(pair.AccessToken), AccessExpiresAt: sent.Add(time.Duration(pair.ExpiresIn) * time.Second),
		Refresh: Secret(pair.RefreshToken), RefreshExpiresAt: sent.Add(time.Duration(pair.RefreshExpiresIn) * time.Second),
		Device: tokens.Device,
	}, nil
}
