package verifier

import (
	"errors"
	"fmt"
)

// The errors of Verify and Authenticate, for errors.Is.
var (
	// ErrNoToken: the request has no bearer token.
	ErrNoToken = errors.New("no bearer token")
	// ErrInvalidRequest: the request has more than one Authorization header.
	ErrInvalidRequest = errors.New("more than one Authorization header")
	// ErrInvalidToken: the token is not acceptable, and will not become so.
	ErrInvalidToken = errors.New("invalid access token")
	// ErrRevoked is an ErrInvalidToken: the session of the token was revoked.
	ErrRevoked = fmt.Errorf("%w: its session is revoked", ErrInvalidToken)
	// ErrInsufficientScope: the token lacks a required scope.
	ErrInsufficientScope = errors.New("insufficient scope")
	// ErrUnavailable: the token cannot be judged now, because there are no public keys or the feed of revocations is stale.
	ErrUnavailable = errors.New("access tokens cannot be verified now")
)

// invalid is an ErrInvalidToken with its reason, which is for logs and not for clients.
func invalid(reason string) error { return fmt.Errorf("%w: %s", ErrInvalidToken, reason) }
