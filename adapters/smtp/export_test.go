package smtp

import (
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// SetIdleAfter changes how long an unused connection stays open. Call it before Send.
func (m *Mailer) SetIdleAfter(d time.Duration) { m.idleAfter = d }

// Write puts a letter into words.
func Write(product string, m domain.Mail) (subject, text, html string, err error) {
	w, err := wording{product: product}.write(m)
	return w.subject, w.text, w.html, err
}

// InWords says how long d is.
var InWords = inWords
