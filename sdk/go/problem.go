package accounts

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// ErrNotLoggedIn reports that there is no session: the user never logged in, logged out, or the session expired or was revoked.
var ErrNotLoggedIn = errors.New("accounts: not logged in")

// Problem is a response of the service that is no success (RFC 9457). It contains no password, token or personal data.
type Problem struct {
	Status    int    // of HTTP
	Code      string // what went wrong, for programs; empty if the response is not from the service but from a proxy
	Title     string // the status in words
	Detail    string // what went wrong and what to do about it, for people
	RequestID string // quote it when you ask the operator for help
	// Fields are the invalid members of the request.
	Fields []FieldError
	// RetryAfter is how long to wait before the next attempt; 0 if the response does not say so.
	RetryAfter time.Duration
}

// FieldError is what is wrong with one member of the request.
type FieldError struct {
	Field string `json:"field"` // the member's name in the contract, such as full_name
	Code  string `json:"code"`  // what is wrong, for programs
	Text  string `json:"text"`  // what is wrong, for people: a phrase that follows the name
}

// Error returns the status, the codes and the request id.
func (p *Problem) Error() string {
	var text strings.Builder
	fmt.Fprintf(&text, "accounts: %d %s", p.Status, p.Code)
	for _, field := range p.Fields {
		fmt.Fprintf(&text, ", %s: %s", field.Field, field.Code)
	}
	if p.RequestID != "" {
		fmt.Fprintf(&text, " (request %s)", p.RequestID)
	}
	return text.String()
}

// problemOf reads a response. The body of anything but a problem is ignored, because a proxy may repeat the request in it.
func problemOf(response *http.Response, body []byte, now time.Time) *Problem {
	var content struct {
		Title     string       `json:"title"`
		Detail    string       `json:"detail"`
		Code      string       `json:"code"`
		RequestID string       `json:"request_id"`
		Errors    []FieldError `json:"errors"`
	}
	mediaType, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	if mediaType != "application/problem+json" || json.Unmarshal(body, &content) != nil {
		content.Title, content.RequestID = http.StatusText(response.StatusCode), response.Header.Get("X-Request-Id")
	}
	return &Problem{
		Status: response.StatusCode, Code: content.Code, Title: content.Title, Detail: content.Detail,
		RequestID: content.RequestID, Fields: content.Errors,
		RetryAfter: retryAfter(response.Header.Get("Retry-After"), now),
	}
}

// retryAfter reads the two forms of RFC 9110 section 10.2.3, seconds and a date. It is 0 if there is none in the future.
func retryAfter(header string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(header, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second //nolint:gosec // at most 31 bits
	}
	if date, err := http.ParseTime(header); err == nil {
		return max(0, date.Sub(now))
	}
	return 0
}

// hasCode reports whether the error is a problem of that code.
func hasCode(err error, code string) bool {
	var problem *Problem
	return errors.As(err, &problem) && problem.Code == code
}
