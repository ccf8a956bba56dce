package app

import (
	"fmt"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// The purposes that distinguish the tags of tokens from other tags of the same MAC. They are part of every issued token.
const (
	refreshTokenPurpose = "refresh_token"
	// Tokens of the purpose "device_token", of earlier releases, were bound to an email address. They are ignored.
	deviceTokenPurpose = "user_device_token"
)

// TokenPair is what a client gets when it logs in or refreshes: an access token for the services (RFC 9068) and a refresh
// token for this one.
type TokenPair struct {
	AccessToken      string
	ExpiresIn        time.Duration
	RefreshToken     string
	RefreshExpiresIn time.Duration
}

// LoggedIn is what a client gets when it logs in.
type LoggedIn struct {
	TokenPair
	// DeviceToken gives the next login from the same device a rate limit of its own.
	DeviceToken string
}

// SessionTokens creates sessions and issues their access, refresh and device tokens.
type SessionTokens struct {
	access  ports.AccessTokens
	mac     ports.MAC
	policy  domain.SessionPolicy
	runtime Runtime
}

// NewSessionTokens returns an issuer that signs access tokens with access and tags the other tokens with mac.
func NewSessionTokens(access ports.AccessTokens, mac ports.MAC, policy domain.SessionPolicy, r Runtime) *SessionTokens {
	return &SessionTokens{access: access, mac: mac, policy: policy, runtime: r}
}

// revocationLifetime is how long a revocation is listed: until the access tokens of its session have expired and every reader
// of the list has had time to find it.
func (t *SessionTokens) revocationLifetime() time.Duration {
	return t.policy.AccessToken + domain.RevocationSettling
}

// sessionWithSecret is a session together with its secret, of which only the hash is stored.
type sessionWithSecret struct {
	session domain.Session
	secret  domain.Secret
}

func (t *SessionTokens) newSession(user domain.UserID, device domain.DeviceID, now time.Time) (sessionWithSecret, error) {
	secret, err := domain.NewSecret(t.runtime.Entropy)
	if err != nil {
		return sessionWithSecret{}, err
	}
	id := domain.SessionID{ID: t.runtime.NewID()}
	return sessionWithSecret{session: t.policy.NewSession(id, user, device, secret.Hash(), now), secret: secret}, nil
}

// issue issues the tokens of a new session.
func (t *SessionTokens) issue(s sessionWithSecret, now time.Time) (LoggedIn, error) {
	pair, err := t.issuePair(s, now)
	if err != nil {
		return LoggedIn{}, err
	}
	device, err := t.deviceToken(domain.KnownDevice{UserID: s.session.UserID, ID: s.session.DeviceID}, now)
	return LoggedIn{TokenPair: pair, DeviceToken: device}, err
}

func (t *SessionTokens) issuePair(n sessionWithSecret, now time.Time) (TokenPair, error) {
	s := n.session
	expiresAt := t.policy.AccessTokenEnd(s, now)
	access, err := t.access.Sign(domain.AccessClaims{
		Caller: domain.Caller{UserID: s.UserID, SessionID: s.ID}, ID: t.runtime.NewID().String(),
		IssuedAt: now, ExpiresAt: expiresAt,
	})
	if err != nil {
		return TokenPair{}, fmt.Errorf("sign an access token: %w", err)
	}
	grant := domain.RefreshGrant{Session: s.ID, Generation: s.Generation, Secret: n.secret}
	tag, err := t.mac.Tag(refreshTokenPurpose, grant.Payload())
	if err != nil {
		return TokenPair{}, fmt.Errorf("tag a refresh token: %w", err)
	}
	return TokenPair{
		AccessToken: access, ExpiresIn: expiresAt.Sub(now),
		RefreshToken: grant.Token(tag), RefreshExpiresIn: s.ExpiresAt.Sub(now),
	}, nil
}

// parseRefreshToken reads a refresh token that this service issued.
// Errors: domain.ErrInvalidRefreshToken; domain.Errors for the field refresh_token.
func (t *SessionTokens) parseRefreshToken(token string) (domain.RefreshGrant, error) {
	var fields domain.Fields
	grant, tag, err := domain.ParseRefreshToken(token)
	fields.Check("refresh_token", err)
	if err := fields.Err(); err != nil {
		return domain.RefreshGrant{}, err
	}
	if !t.mac.Verify(refreshTokenPurpose, grant.Payload(), tag) {
		return domain.RefreshGrant{}, domain.ErrInvalidRefreshToken
	}
	return grant, nil
}

// parseDeviceToken returns the device of a token that this service issued, or the zero one. Whether the device is still known,
// only storage knows. Errors: the token is too long.
func (t *SessionTokens) parseDeviceToken(token string) (domain.KnownDevice, error) {
	grant, tag, err := domain.ParseDeviceToken(token)
	if err != nil {
		return domain.KnownDevice{}, err
	}
	if !grant.IsFresh(t.runtime.Now()) || !t.mac.Verify(deviceTokenPurpose, grant.Payload(), tag) {
		return domain.KnownDevice{}, nil
	}
	return grant.KnownDevice, nil
}

func (t *SessionTokens) newDevice() domain.DeviceID { return domain.DeviceID{ID: t.runtime.NewID()} }

// knownOrNewDevice returns the device itself, or a new one for a client without a known device.
func (t *SessionTokens) knownOrNewDevice(d domain.DeviceID) domain.DeviceID {
	if d.IsZero() {
		return t.newDevice()
	}
	return d
}

func (t *SessionTokens) deviceToken(d domain.KnownDevice, now time.Time) (string, error) {
	grant := domain.DeviceGrant{KnownDevice: d, IssuedAt: now}
	tag, err := t.mac.Tag(deviceTokenPurpose, grant.Payload())
	if err != nil {
		return "", fmt.Errorf("tag a device token: %w", err)
	}
	return grant.Token(tag), nil
}
