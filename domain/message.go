package domain

import (
	"fmt"
	"time"
)

// MessageTemplate names one of the messages that the service sends. The values are stored.
type MessageTemplate string

// The message templates.
const (
	// MessageVerification carries the link that verifies an email address.
	MessageVerification MessageTemplate = "verification"
	// MessageAlreadyRegistered informs an account holder of another signup with the same email address.
	MessageAlreadyRegistered MessageTemplate = "already_registered"
	// MessagePasswordReset carries the link that resets a password.
	MessagePasswordReset MessageTemplate = "password_reset"
	// MessagePasswordChanged informs the account holder that the password was changed or reset.
	MessagePasswordChanged MessageTemplate = "password_changed"
	// MessageTerminated informs the account holder that the account was terminated. It carries the link that cancels the
	// termination while the grace period lasts.
	MessageTerminated MessageTemplate = "terminated"
	// MessageSignupAfterTermination informs the holder of a terminated account of a signup with the same email address.
	MessageSignupAfterTermination MessageTemplate = "signup_after_termination"
	// MessageTerminationCancelled informs the account holder that the account can be used again.
	MessageTerminationCancelled MessageTemplate = "termination_reversed"
)

// MessageTemplates lists every template, so that tests can walk them.
func MessageTemplates() []MessageTemplate {
	return []MessageTemplate{
		MessageVerification, MessageAlreadyRegistered, MessagePasswordReset, MessagePasswordChanged,
		MessageTerminated, MessageSignupAfterTermination, MessageTerminationCancelled,
	}
}

// Message is one message to one recipient, before a mailer renders its template.
type Message struct {
	// ID is the same for every attempt to send this message; the Message-ID contains it (RFC 5322, section 3.6.4).
	ID       string
	Template MessageTemplate
	To       Email
	// Name is the name in the greeting. It is empty for an email address that is not verified: another person may have typed it.
	Name FullName
	// Link is the URL of the page to open, with the token in its fragment; empty for messages without a link.
	Link string
	// LinkLifetime is how long Link is valid after the message was sent.
	LinkLifetime time.Duration
	// At is when the event happened that the message is about.
	At time.Time
	// Until is when a terminated account is erased; zero if that time has passed, or for other templates.
	Until time.Time
}

// Format hides all of the message but its template.
func (m Message) Format(s fmt.State, _ rune) { hide(s, "[message "+string(m.Template)+"]") }
