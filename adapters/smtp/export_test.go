package smtp

import (
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// SetIdleAfter changes how long an unused connection stays open. Call it before Send.
func (m *Mailer) SetIdleAfter(d time.Duration) { m.idleAfter = d }

// Render returns what the recipient reads.
func Render(product string, m domain.Message) (subject, text, html string, err error) {
	c, err := render(product, m)
	return c.subject, c.text, c.html, err
}

// FormatLifetime formats the lifetime of a link.
var FormatLifetime = formatLifetime
