package app

import (
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// Authentication establishes who a client is: it logs users in and out, refreshes and revokes their sessions, and reports
// to other services which tokens are valid.
type Authentication struct {
	store      ports.Store
	hasher     ports.PasswordHasher
	access     ports.AccessTokens
	passwords  *PasswordChecker
	tokens     *SessionTokens
	pseudonyms Pseudonyms
	events     AuditEvents
	services   domain.ServiceCredentials
	now        func() time.Time
}

// AuthenticationConfig contains the dependencies of Authentication. Every field but Services must be set.
type AuthenticationConfig struct {
	Store        ports.Store
	Hasher       ports.PasswordHasher
	AccessTokens ports.AccessTokens
	Passwords    *PasswordChecker
	Tokens       *SessionTokens
	Pseudonyms   Pseudonyms
	AuditEvents  AuditEvents
	// Services are the services that may introspect tokens and read revocations. Without any, both operations are disabled.
	Services domain.ServiceCredentials
	Now      func() time.Time
}

// NewAuthentication builds the module.
func NewAuthentication(c AuthenticationConfig) *Authentication {
	return &Authentication{
		store: c.Store, hasher: c.Hasher, access: c.AccessTokens, passwords: c.Passwords, tokens: c.Tokens,
		pseudonyms: c.Pseudonyms, events: c.AuditEvents, services: c.Services, now: c.Now,
	}
}
