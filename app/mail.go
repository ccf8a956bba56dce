package app

import (
	"io"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// Mail composes and sends the messages that use cases request.
type Mail struct {
	store      ports.Store
	mailer     ports.Mailer
	limiter    *Limiter
	pseudonyms Pseudonyms
	metrics    ports.Metrics
	// terminationGrace is the grace period before a terminated account is erased.
	terminationGrace time.Duration
	publicURL        string
	now              func() time.Time
	entropy          io.Reader
}

// MailConfig contains the dependencies and settings of Mail. Every field must be set; TerminationGrace may be 0.
type MailConfig struct {
	Store      ports.Store
	Mailer     ports.Mailer
	Limiter    *Limiter
	Pseudonyms Pseudonyms
	Metrics    ports.Metrics
	// TerminationGrace is the grace period before a terminated account is erased. If it is 0, no message carries a cancellation
	// link.
	TerminationGrace time.Duration
	// PublicURL is the URL below which links open pages, without a trailing slash.
	PublicURL string
	Now       func() time.Time
	// Entropy is the source of the tokens in links.
	Entropy io.Reader
}

// NewMail builds the module.
func NewMail(c MailConfig) *Mail {
	return &Mail{
		store: c.Store, mailer: c.Mailer, limiter: c.Limiter, pseudonyms: c.Pseudonyms, metrics: c.Metrics,
		terminationGrace: c.TerminationGrace, publicURL: c.PublicURL, now: c.Now, entropy: c.Entropy,
	}
}

// The paths of the pages that links open, below the public URL. The token is in the fragment, which browsers do not send to
// servers.
const (
	VerifyEmailPage       = "/pages/verify-email"
	ResetPasswordPage     = "/pages/password-reset"
	CancelTerminationPage = "/pages/reverse-termination"
)

// cancellableUntil is the time until which the user can cancel the termination, zero if it has passed.
func (m *Mail) cancellableUntil(u domain.User) time.Time {
	if !u.IsCancellable(m.terminationGrace, m.now()) {
		return time.Time{}
	}
	return u.CancellableUntil(m.terminationGrace)
}
