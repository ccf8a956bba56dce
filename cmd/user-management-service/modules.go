package main

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// modules are the modules of app that serve requests and jobs.
type modules struct {
	authentication *app.Authentication
	accounts       *app.Accounts
	mail           *app.Mail
	auditLog       *app.AuditLog
	// pseudonyms are those of the request log.
	pseudonyms app.Pseudonyms
}

// realRuntime is the clock, the ids and the randomness of this process.
func realRuntime(c Config) app.Runtime {
	return app.Runtime{Now: c.Now, NewID: newID, Entropy: rand.Reader}
}

// pause waits for d, or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// newModules builds the modules on the adapters.
func newModules(c Config, store ports.Store, mailer ports.Mailer, access ports.AccessTokens) modules {
	runtime, mac := realRuntime(c), c.Keyset.MAC()
	hasher, mailer := c.traced(newHasher(c), mailer)
	pseudonyms := app.NewPseudonyms(mac)
	events := app.NewAuditEvents(pseudonyms, runtime)
	limiter := app.NewLimiter(store, c.rateLimitPolicy(), c.Metrics, runtime.Now)
	passwords := app.NewPasswordChecker(store, hasher, limiter, events, runtime.Now)
	tokens := app.NewSessionTokens(access, mac, c.sessionPolicy(), runtime)
	return modules{
		authentication: app.NewAuthentication(app.AuthenticationConfig{
			Store: store, Hasher: hasher, AccessTokens: access, Passwords: passwords, Tokens: tokens,
			Pseudonyms: pseudonyms, AuditEvents: events, Services: c.Services, Now: runtime.Now,
		}),
		accounts: app.NewAccounts(app.AccountsConfig{
			Store: store, Hasher: hasher, Breached: newBreachedPasswords(c), Passwords: passwords, Tokens: tokens,
			Limiter: limiter, Idempotency: app.NewIdempotency(store, pseudonyms, runtime, pause), Pseudonyms: pseudonyms, AuditEvents: events,
			PasswordPolicy:   domain.PasswordPolicy{MinLength: c.PasswordMinLength},
			TerminationGrace: c.TerminationGrace, Now: runtime.Now, NewID: runtime.NewID,
		}),
		mail: app.NewMail(app.MailConfig{
			Store: store, Mailer: mailer, Limiter: limiter, Pseudonyms: pseudonyms, Metrics: c.Metrics,
			TerminationGrace: c.TerminationGrace, PublicURL: c.PublicURL, Now: runtime.Now, Entropy: runtime.Entropy,
		}),
		auditLog:   newAuditLog(c, store),
		pseudonyms: pseudonyms,
	}
}
