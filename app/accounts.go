package app

import (
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// Accounts manages accounts, from the signup to the erasure.
type Accounts struct {
	store            ports.Store
	hasher           ports.PasswordHasher
	breached         ports.BreachedPasswords
	passwords        *PasswordChecker
	tokens           *SessionTokens
	limiter          *Limiter
	idempotency      *Idempotency
	pseudonyms       Pseudonyms
	events           AuditEvents
	passwordPolicy   domain.PasswordPolicy
	terminationGrace time.Duration
	now              func() time.Time
	newID            func() domain.ID
}

// AccountsConfig contains the dependencies and policies of Accounts. Every field must be set; TerminationGrace may be 0.
type AccountsConfig struct {
	Store          ports.Store
	Hasher         ports.PasswordHasher
	Breached       ports.BreachedPasswords
	Passwords      *PasswordChecker
	Tokens         *SessionTokens
	Limiter        *Limiter
	Idempotency    *Idempotency
	Pseudonyms     Pseudonyms
	AuditEvents    AuditEvents
	PasswordPolicy domain.PasswordPolicy
	// TerminationGrace is the grace period before a terminated account is erased. If it is 0, no termination can be cancelled.
	TerminationGrace time.Duration
	Now              func() time.Time
	NewID            func() domain.ID
}

// NewAccounts builds the module.
func NewAccounts(c AccountsConfig) *Accounts {
	return &Accounts{
		store: c.Store, hasher: c.Hasher, breached: c.Breached, passwords: c.Passwords, tokens: c.Tokens, limiter: c.Limiter,
		idempotency: c.Idempotency, pseudonyms: c.Pseudonyms, events: c.AuditEvents, passwordPolicy: c.PasswordPolicy,
		terminationGrace: c.TerminationGrace, now: c.Now, newID: c.NewID,
	}
}
