package ports

import (
	"context"
	"errors"

	"github.com/siriusys/user-management-service/domain"
)

// ErrMailRefused: the mail server refused the letter for good, so that trying again is useless.
var ErrMailRefused = errors.New("mail refused for good")

// Mailer hands letters to a mail server.
type Mailer interface {
	// Send returns nil once a mail server has accepted the letter, ErrMailRefused if it never will, and any other error
	// if it may later. Two calls with the same Mail.ID send letters with the same Message-ID. Errors name no address.
	Send(ctx context.Context, m domain.Mail) error
}
