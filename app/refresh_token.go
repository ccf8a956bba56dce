package app

import (
	"context"
	"net/netip"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// RefreshToken exchanges a refresh token for a new pair. A client that did not receive the response may repeat the request within
// the policy's reuse interval and gets the newest refresh token. Later reuse means that the token was stolen, and revokes the
// session (RFC 9700, section 4.14.2). So do too many uses within the interval from another network than that of the rotation.
// Errors: domain.ErrInvalidRefreshToken; domain.Errors.
func (a *Authentication) RefreshToken(ctx context.Context, refreshToken string, from netip.Prefix) (TokenPair, error) {
	grant, err := a.tokens.parseRefreshToken(refreshToken)
	if err != nil {
		return TokenPair{}, err
	}
	now := a.now()
	wide, err := a.pseudonyms.sessionNetwork(grant.Session, from)
	if err != nil {
		return TokenPair{}, err
	}
	network, err := a.pseudonyms.auditTagOf(from)
	if err != nil {
		return TokenPair{}, err
	}
	reuse := a.events.new(domain.AuditRefreshTokenReused, domain.AuditEvent{Network: network})
	s, err := a.store.Repos().Sessions.RefreshToken(ctx, grant, a.tokens.policy, wide, reuse, now)
	if err != nil {
		return TokenPair{}, mapNotFound(err, domain.ErrInvalidRefreshToken)
	}
	// Tokens count whole seconds, so a session in its last second gets none.
	if !s.IsLive(now) || s.ExpiresAt.Sub(now) < time.Second {
		return TokenPair{}, domain.ErrInvalidRefreshToken
	}
	return a.tokens.issuePair(sessionWithSecret{session: s, secret: grant.Secret}, now)
}
