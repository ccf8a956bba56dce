// Package app holds the use cases: what the service does, one file a use case. A use case parses its input into domain
// values, asks the ports, and answers with domain values or a domain.Error; it knows no protocol and no driver.
package app

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// App runs the use cases. Every field must be set.
type App struct {
	Store        ports.Store
	Hasher       ports.PasswordHasher
	AccessTokens ports.AccessTokens
	MAC          ports.MAC
	Mailer       ports.Mailer
	Breached     ports.BreachedPasswords

	Passwords domain.PasswordPolicy
	Sessions  domain.SessionPolicy
	Throttle  domain.ThrottlePolicy
	// Services may ask about tokens. It may be empty: then none may.
	Services domain.ServiceCredentials
	// TerminationGrace is how long a terminated account can be brought back before it is erased; 0 is not at all.
	TerminationGrace time.Duration
	// PublicURL is where the pages lie that mails link to, without a trailing slash.
	PublicURL string

	// Now is the one clock.
	Now func() time.Time
	// NewID makes ids that sort by time (UUIDv7).
	NewID func() domain.ID
	// Entropy is where secrets are drawn from.
	Entropy io.Reader
}

// The purposes that keep the tags of the one MAC apart.
const (
	emailIndexPurpose   = "email_index"
	refreshTokenPurpose = "refresh_token"
	deviceTokenPurpose  = "device_token"
	networkPurpose      = "network"
)

// IndexEmail computes the indexes of an address. All of them find it; the current one is stored.
func IndexEmail(mac ports.MAC, e domain.Email) (domain.EmailIndexes, error) {
	tags, err := mac.Tags(emailIndexPurpose, []byte(e.Canonical()))
	if err != nil {
		return nil, fmt.Errorf("index an address: %w", err)
	}
	indexes := make(domain.EmailIndexes, len(tags))
	for i, tag := range tags {
		indexes[i] = domain.EmailIndex(tag)
	}
	return indexes, nil
}

func (a *App) emailIndex(e domain.Email) (domain.EmailIndexes, error) { return IndexEmail(a.MAC, e) }

// parseIndex reads an address and finds its indexes.
func (a *App) parseIndex(email string) (domain.EmailIndexes, error) {
	var fields domain.Fields
	parsed, err := domain.ParseEmail(email)
	fields.Check("email", err)
	if err := fields.Err(); err != nil {
		return nil, err
	}
	return a.emailIndex(parsed)
}

// lost replaces what a repository says when something is no longer there, or no longer as it was, by what a client is told.
func lost(err error, told *domain.Error) error {
	if errors.Is(err, ports.ErrNotFound) || errors.Is(err, ports.ErrConflict) {
		return told
	}
	return err
}
