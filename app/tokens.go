package app

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// TokenPair is what a client gets when it signs in or refreshes: an access token for the services (RFC 9068) and a refresh
// token for this one.
type TokenPair struct {
	AccessToken      string
	ExpiresIn        time.Duration
	RefreshToken     string
	RefreshExpiresIn time.Duration
}

// SignedIn is what a client gets when it signs in.
type SignedIn struct {
	TokenPair
	// DeviceToken makes the next login from the same device independent of how often strangers guess.
	DeviceToken string
}

// openedSession is a session together with its secret, which storage does not keep.
type openedSession struct {
	session domain.Session
	secret  domain.Secret
}

func (a *App) newSession(user domain.UserID, device domain.DeviceID, now time.Time) (openedSession, error) {
	secret, err := domain.NewSecret(a.Entropy)
	if err != nil {
		return openedSession{}, err
	}
	id := domain.SessionID{ID: a.NewID()}
	return openedSession{session: a.Sessions.Open(id, user, device, secret.Hash(), now), secret: secret}, nil
}

// signedIn is the answer to a login of the address by the session that was just opened.
func (a *App) signedIn(o openedSession, address domain.Email, now time.Time) (SignedIn, error) {
	pair, err := a.tokenPair(o, now)
	if err != nil {
		return SignedIn{}, err
	}
	token, err := a.deviceToken(o.session.DeviceID, address, now)
	return SignedIn{TokenPair: pair, DeviceToken: token}, err
}

func (a *App) tokenPair(o openedSession, now time.Time) (TokenPair, error) {
	s := o.session
	expiresAt := a.Sessions.AccessTokenEnd(s, now)
	access, err := a.AccessTokens.Sign(domain.AccessClaims{
		Caller: domain.Caller{UserID: s.UserID, SessionID: s.ID}, ID: a.NewID().String(),
		IssuedAt: now, ExpiresAt: expiresAt,
	})
	if err != nil {
		return TokenPair{}, fmt.Errorf("sign an access token: %w", err)
	}
	grant := domain.RefreshGrant{Session: s.ID, Generation: s.Generation, Secret: o.secret}
	tag, err := a.MAC.Tag(refreshTokenPurpose, grant.Payload())
	if err != nil {
		return TokenPair{}, fmt.Errorf("tag a refresh token: %w", err)
	}
	return TokenPair{
		AccessToken: access, ExpiresIn: expiresAt.Sub(now),
		RefreshToken: grant.Token(tag), RefreshExpiresIn: s.ExpiresAt.Sub(now),
	}, nil
}

// RefreshTokens answers a refresh token with a new pair and makes the token worthless. A client whose answer got lost may
// try once more within the policy's grace and gets the same refresh token; a later replay means that the token was stolen,
// and ends the session (RFC 9700, section 4.14.2). Errors: domain.ErrInvalidRefreshToken; domain.Errors.
func (a *App) RefreshTokens(ctx context.Context, refreshToken string, from netip.Prefix) (TokenPair, error) {
	var fields domain.Fields
	grant, tag, err := domain.ParseRefreshToken(refreshToken)
	fields.Check("refresh_token", err)
	if err := fields.Err(); err != nil {
		return TokenPair{}, err
	}
	if !a.MAC.Verify(refreshTokenPurpose, grant.Payload(), tag) {
		return TokenPair{}, domain.ErrInvalidRefreshToken
	}
	now := a.Now()
	network, err := a.networkPseudonym(from)
	if err != nil {
		return TokenPair{}, err
	}
	replay := a.event(domain.AuditRefreshReplayed, domain.AuditEvent{Network: network})
	s, err := a.Store.Repos().Sessions.Rotate(ctx, grant, a.Sessions, replay, now)
	if err != nil {
		return TokenPair{}, lost(err, domain.ErrInvalidRefreshToken)
	}
	// Tokens count whole seconds, so in a session's last one there is none to give.
	if !s.IsLive(now) || s.ExpiresAt.Sub(now) < time.Second {
		return TokenPair{}, domain.ErrInvalidRefreshToken
	}
	return a.tokenPair(openedSession{session: s, secret: grant.Secret}, now)
}

// Authenticate tells for whom an access token speaks. It does not ask whether the session still lives: the use case that
// is then called does, in the same breath as its work. Errors: domain.ErrInvalidAccessToken.
func (a *App) Authenticate(accessToken string) (domain.Caller, error) {
	claims, err := a.AccessTokens.Verify(accessToken, a.Now())
	if err != nil {
		return domain.Caller{}, err
	}
	return claims.Caller, nil
}

// PublicKeys is the JWK Set by which the other services verify access tokens, as JSON.
func (a *App) PublicKeys() ([]byte, error) { return a.AccessTokens.PublicKeys() }
