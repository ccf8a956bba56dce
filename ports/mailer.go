package ports

import (
	"context"
	"errors"

	"github.com/siriusys/user-management-service/domain"
)

// ErrMessageRejected: the mail server rejected the message permanently, so that a retry is useless.
var ErrMessageRejected = errors.New("message rejected permanently")

// MailReplyError is what Mailer.Send returns if the mail server refused a message, for good or for now. It contains no part of the
// reply's text, which may quote the email address.
type MailReplyError struct {
	// Code is the reply code (RFC 5321) and, if there is one, the enhanced status code (RFC 3463): "550 5.1.1". If the message was
	// not even offered to the server, it is the enhanced code alone.
	Code string
	// Err says what the server refused. It wraps ErrMessageRejected if the refusal is permanent.
	Err error
}

// Error is the action that failed, with the code.
func (e *MailReplyError) Error() string { return e.Err.Error() + ": code " + e.Code }

// Unwrap returns Err.
func (e *MailReplyError) Unwrap() error { return e.Err }

// Mailer hands messages to a mail server.
type Mailer interface {
	// Send returns nil once a mail server has accepted the message. Messages with the same Message.ID have the same Message-ID
	// header (RFC 5322, section 3.6.4), others have different ones.
	// Errors: ErrMessageRejected if the mail server rejected the recipient or the message permanently; ctx's error, and nothing was
	// sent if ctx was done before the call; any other error if a retry may succeed, or if the configuration is at fault. A
	// *MailReplyError contains the code of the server's reply. No error contains the recipient's email address.
	Send(ctx context.Context, m domain.Message) error
}
