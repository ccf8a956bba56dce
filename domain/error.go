package domain

import (
	"errors"
	"strings"
)

// Kind says what sort of fault an Error is. An inbound adapter maps each Kind to one protocol status.
type Kind uint8

// The kinds of faults.
const (
	Malformed       Kind = iota + 1 // the input is not of the form agreed on, or a one-time token is no good
	Invalid                         // the input is of the form agreed on but breaks a rule
	Unauthenticated                 // who is asking could not be established
	NotFound                        // what was asked for does not exist
	Throttled                       // too many attempts
	Unavailable                     // something the service depends on does not answer; trying again helps
)

// Kinds lists every Kind, so that tests can walk them.
func Kinds() []Kind {
	return []Kind{Malformed, Invalid, Unauthenticated, NotFound, Throttled, Unavailable}
}

// Error is a fault with a text made for the client. Its Text, Code and Field are the only words of an error that leave
// the service. Code is stable, snake_case, and meant for programs; Field names the faulty member of the input, if one is.
type Error struct {
	Kind  Kind
	Code  string
	Field string
	Text  string
}

// Error returns the text, led by the field's name where there is one.
func (e *Error) Error() string {
	if e.Field != "" {
		return e.Field + ": " + e.Text
	}
	return e.Text
}

// Is reports whether target is an Error of the same Code, wherever the field is.
func (e *Error) Is(target error) bool {
	other, ok := errors.AsType[*Error](target)
	return ok && other.Code == e.Code
}

// at returns a copy of e that names field.
func (e *Error) at(field string) *Error {
	c := *e
	c.Field = field
	return &c
}

// Errors are all the faulty fields of one input, in the order in which the input's fields are documented.
type Errors []*Error

// Error joins the texts.
func (es Errors) Error() string {
	texts := make([]string, len(es))
	for i, e := range es {
		texts[i] = e.Error()
	}
	return strings.Join(texts, "; ")
}

// Unwrap lets errors.Is and errors.As look at each fault.
func (es Errors) Unwrap() []error {
	errs := make([]error, len(es))
	for i, e := range es {
		errs[i] = e
	}
	return errs
}

// Fields collects the faults of an input's fields, so that a client learns all of them at once.
type Fields struct {
	faults Errors
	other  error
}

// Check files err under field; nil is a sound field. What is no broken rule, such as a token that is no good, is not the
// fault of one field and waits until all rules are kept.
func (f *Fields) Check(field string, err error) {
	if err == nil {
		return
	}
	if many, ok := errors.AsType[Errors](err); ok {
		f.faults = append(f.faults, many...)
		return
	}
	fault, ok := errors.AsType[*Error](err)
	switch {
	case !ok || fault.Kind != Invalid:
		f.other = err
	case fault.Field == "":
		f.faults = append(f.faults, fault.at(field))
	default:
		f.faults = append(f.faults, fault)
	}
}

// Err returns the collected faults as Errors; without any, what else Check was given; nil if every field was sound.
func (f *Fields) Err() error {
	if len(f.faults) > 0 {
		return f.faults
	}
	return f.other
}

func invalid(code, text string) *Error { return &Error{Kind: Invalid, Code: code, Text: text} }

// errRequired is the fault of an absent or empty field.
var errRequired = invalid("required", "is required")

// The faults that use cases answer with. None tells whether an address has an account.
var (
	// ErrInvalidCredentials: the address is unknown, the password wrong, or the account not usable; never which.
	ErrInvalidCredentials = &Error{Kind: Unauthenticated, Code: "invalid_credentials", Text: "The email address or the password is wrong, or the account cannot be used."}
	// ErrInvalidAccessToken: the access token is malformed, expired, of a wrong issuer, or its session has ended.
	ErrInvalidAccessToken = &Error{Kind: Unauthenticated, Code: "invalid_access_token", Text: "The access token is missing, malformed or expired, or its session has ended."}
	// ErrInvalidRefreshToken: the refresh token is malformed, expired, already used, or its session has ended.
	ErrInvalidRefreshToken = &Error{Kind: Unauthenticated, Code: "invalid_refresh_token", Text: "The refresh token is malformed, expired or already used, or its session has ended."}
	// ErrInvalidToken: a mailed one-time token is malformed, unknown, expired or already used.
	ErrInvalidToken = &Error{Kind: Malformed, Code: "invalid_token", Text: "The link is not valid: it was already used, is too old, or is incomplete. Ask for a new one."}
	// ErrWrongPassword: a signed-in user did not prove knowledge of the current password.
	ErrWrongPassword = &Error{Kind: Unauthenticated, Code: "invalid_credentials", Text: "The password is wrong."}
	// ErrNoSuchSession: the user has no live session of that id.
	ErrNoSuchSession = &Error{Kind: NotFound, Code: "not_found", Text: "There is no such session."}
	// ErrTooManyAttempts: a budget is exhausted for a while; the answer says for how long.
	ErrTooManyAttempts = &Error{Kind: Throttled, Code: "too_many_requests", Text: "There were too many attempts. Wait before you try again."}
	// ErrPasswordDisabled: after too many wrong passwords in a row, only a reset helps. The same for an address without account.
	ErrPasswordDisabled = &Error{Kind: Throttled, Code: "password_disabled", Text: "There were too many wrong passwords in a row. Ask for a password reset."}
	// ErrBusy: the service cannot take the request now.
	ErrBusy = &Error{Kind: Unavailable, Code: "unavailable", Text: "The service cannot answer right now. Try again in a moment."}
)
