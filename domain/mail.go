package domain

import "time"

// MailTemplate names one of the letters that the service writes.
type MailTemplate string

// The letters.
const (
	// MailVerification carries the link that verifies an address.
	MailVerification MailTemplate = "verification"
	// MailAlreadyRegistered tells the owner of an account that somebody signed up again with the address.
	MailAlreadyRegistered MailTemplate = "already_registered"
	// MailPasswordReset carries the link that resets a password.
	MailPasswordReset MailTemplate = "password_reset"
	// MailPasswordChanged tells the owner that the password was changed or reset.
	MailPasswordChanged MailTemplate = "password_changed"
	// MailTerminated tells the owner that the account was terminated, and carries the link that reverses it, if there is
	// time for that.
	MailTerminated MailTemplate = "terminated"
	// MailSignupAfterTermination tells the owner of a terminated account that somebody signed up again with the address.
	MailSignupAfterTermination MailTemplate = "signup_after_termination"
	// MailTerminationReversed tells the owner that the account can be used again.
	MailTerminationReversed MailTemplate = "termination_reversed"
)

// MailTemplates lists every letter, so that tests can walk them.
func MailTemplates() []MailTemplate {
	return []MailTemplate{
		MailVerification, MailAlreadyRegistered, MailPasswordReset, MailPasswordChanged,
		MailTerminated, MailSignupAfterTermination, MailTerminationReversed,
	}
}

// Mail is one letter to one person, before it is put into words.
type Mail struct {
	// ID is the same for every attempt at sending this letter; the Message-ID is made of it (RFC 5322, section 3.6.4).
	ID       string
	Template MailTemplate
	To       Email
	// Name greets the person. It is empty for an address that is not verified: a stranger may have written it.
	Name FullName
	// Link is the page to open, with its token in the fragment; empty for letters that only tell.
	Link string
	// LinkLifetime is how long Link works, counted from the sending.
	LinkLifetime time.Duration
	// At is when that happened of which the letter tells.
	At time.Time
	// Until is when a terminated account is erased; zero if that is no longer ahead, or the letter tells of something else.
	Until time.Time
}

// String hides all of the letter but its kind.
func (m Mail) String() string { return "[mail " + string(m.Template) + "]" }

// GoString hides all of the letter but its kind from %#v.
func (m Mail) GoString() string { return m.String() }
