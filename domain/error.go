package domain

import (
	"errors"
	"strings"
)

// Kind classifies an Error. An inbound adapter maps each Kind to one protocol status.
type Kind uint8

// The kinds of errors.
const (
	Malformed       Kind = iota + 1 // the input does not have the form of the contract, or a one-time token is not valid
	Invalid                         // the input has the form of the contract but violates a rule
	Unauthenticated                 // the caller did not prove an identity
	NotFound                        // the requested object does not exist
	Conflicting                     // a concurrent request is in the way; repeating this one may succeed
	RateLimited                     // too many attempts
	Unavailable                     // a dependency of the service does not respond; a retry may succeed
)

// Kinds lists every Kind, so that tests can walk them.
func Kinds() []Kind {
	return []Kind{Malformed, Invalid, Unauthenticated, NotFound, Conflicting, RateLimited, Unavailable}
}

// Error is an error that is written for the client. A client sees only its Text, Code and Field. Code is stable, snake_case,
// and meant for programs. Field names the invalid member of the input; empty if the error is about no single member.
type Error struct {
	Kind  Kind
	Code  string
	Field string
	Text  string
}

// Error returns the text, after the field's name if there is one.
func (e *Error) Error() string {
	if e.Field != "" {
		return e.Field + ": " + e.Text
	}
	return e.Text
}

// Is reports whether target is an Error of the same Code, whatever its Field.
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

// Errors are the violations of one input, in the order in which the contract documents the fields.
type Errors []*Error

// Error joins the texts.
func (es Errors) Error() string {
	texts := make([]string, len(es))
	for i, e := range es {
		texts[i] = e.Error()
	}
	return strings.Join(texts, "; ")
}

// Unwrap lets errors.Is and errors.As inspect each violation.
func (es Errors) Unwrap() []error {
	errs := make([]error, len(es))
	for i, e := range es {
		errs[i] = e
	}
	return errs
}

// Fields collects the violations in an input's fields, so that one response lists all of them.
type Fields struct {
	violations Errors
	other      error
}

// Check records err under field; nil means that the field is valid. An error of another kind than Invalid, such as an
// invalid token, belongs to no field: Err returns it only if no rule is violated.
func (f *Fields) Check(field string, err error) {
	if err == nil {
		return
	}
	if many, ok := errors.AsType[Errors](err); ok {
		f.violations = append(f.violations, many...)
		return
	}
	violation, ok := errors.AsType[*Error](err)
	switch {
	case !ok || violation.Kind != Invalid:
		f.other = err
	case violation.Field == "":
		f.violations = append(f.violations, violation.at(field))
	default:
		f.violations = append(f.violations, violation)
	}
}

// Err returns the violations as Errors; without any, the last other error that Check received; nil if every field is valid.
func (f *Fields) Err() error {
	if len(f.violations) > 0 {
		return f.violations
	}
	return f.other
}

func invalid(code, text string) *Error { return &Error{Kind: Invalid, Code: code, Text: text} }

// errRequired is the violation of an absent or empty field.
var errRequired = invalid("required", "is required")

// The errors that use cases return. None reveals whether an email address has an account.
var (
	// ErrInvalidCredentials: the email address is unknown, the password is wrong, or the account cannot be used. The error
	// does not reveal which.
	ErrInvalidCredentials = &Error{
		Kind: Unauthenticated, Code: "invalid_credentials",
		Text: "The email address or the password is wrong, or the account cannot be used.",
	}
	// ErrInvalidAccessToken: the access token is malformed, expired, of another issuer, or its session was revoked or has expired.
	ErrInvalidAccessToken = &Error{
		Kind: Unauthenticated, Code: "invalid_access_token",
		Text: "The access token is missing, malformed or expired, or its session was revoked. Refresh the tokens or log in again.",
	}
	// ErrInvalidRefreshToken: the refresh token is malformed, expired or already used, or its session was revoked or has expired.
	ErrInvalidRefreshToken = &Error{
		Kind: Unauthenticated, Code: "invalid_refresh_token",
		Text: "The refresh token is malformed, expired or already used, or its session was revoked. Log in again.",
	}
	// ErrInvalidToken: a mailed one-time token is malformed, unknown, expired or already used.
	ErrInvalidToken = &Error{
		Kind: Malformed, Code: "invalid_token",
		Text: "The token is malformed, unknown, expired or already used. Request a new link.",
	}
	// ErrWrongPassword: a logged-in user gave a wrong current password.
	ErrWrongPassword = &Error{
		Kind: Unauthenticated, Code: "invalid_credentials",
		Text: "The password is wrong. Try again, or request a password reset.",
	}
	// ErrNoMatchingSignup: the password that was given with a verification link is that of no pending signup of the email address.
	ErrNoMatchingSignup = &Error{
		Kind: Unauthenticated, Code: "invalid_credentials",
		Text: "The password matches no pending signup of this email address. Try again, or sign up again and use the same link.",
	}
	// ErrNoSuchSession: the user has no live session with that id.
	ErrNoSuchSession = &Error{
		Kind: NotFound, Code: "not_found",
		Text: "The user has no live session with this id. List the sessions to get current ids.",
	}
	// ErrTooManyAttempts: a rate limit blocks further attempts for a while. RateLimitError.RetryAfter is the time to wait.
	ErrTooManyAttempts = &Error{
		Kind: RateLimited, Code: "too_many_requests",
		Text: "There were too many attempts. Try again after the number of seconds in Retry-After.",
	}
	// ErrBusy: the service cannot take the request now.
	ErrBusy = &Error{
		Kind: Unavailable, Code: "unavailable",
		Text: "The service is temporarily unavailable. Try again after the number of seconds in Retry-After.",
	}
	// ErrOutcomeUnknown: the service lost contact to its database while the database committed. The request may have taken effect.
	ErrOutcomeUnknown = &Error{
		Kind: Unavailable, Code: "outcome_unknown",
		Text: "It is unknown whether the request took effect. Repeating it is safe: do so after the number of seconds in Retry-After.",
	}
)
