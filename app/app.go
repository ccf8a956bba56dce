// Package app contains the use cases, one file for each. A use case parses its input into domain values, calls ports, and
// returns domain values or a domain.Error. It depends on no protocol and no driver.
//
// The use cases are methods of eight modules:
//
//   - Authentication: login, logout, refresh, sessions, introspection, revocations.
//   - Accounts: signup, verification, profile, passwords, termination, erasure, export.
//   - Import: adds accounts of another system.
//   - Mail: composes and sends messages.
//   - AuditLog: extends and verifies the audit chain.
//   - SigningKeys: rotates the keys that sign access tokens.
//   - Keyset: rotates the keys that encrypt what is stored.
//   - Restoration: makes a restored backup safe to serve.
//
// Several modules share the collaborators Pseudonyms, AuditEvents, Limiter, PasswordChecker,
// SessionTokens and Idempotency. A module or a
// collaborator is complete when its constructor returns it, and depends only on what it calls.
package app

import (
	"errors"
	"io"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// Runtime is the clock, the ids and the randomness of a process. Tests replace all three to make a run repeatable.
type Runtime struct {
	// Now is the only clock of the use cases.
	Now func() time.Time
	// NewID makes ids that sort by time (UUIDv7).
	NewID func() domain.ID
	// Entropy is the source of secrets.
	Entropy io.Reader
}

// mapNotFound returns toClient instead of ports.ErrNotFound and ports.ErrConflict: the client's error for what does not
// exist, or what another request changed first. It returns every other error unchanged.
func mapNotFound(err error, toClient *domain.Error) error {
	if errors.Is(err, ports.ErrNotFound) || errors.Is(err, ports.ErrConflict) {
		return toClient
	}
	return err
}
