package verifier

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
)

// problem is a response to a request that is not authenticated (RFC 9457), in the form of the service's own problems.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
	// bearer is the error code of the challenge (RFC 6750, section 3.1), "" if the request has no token or the error is none of the
	// client's. hasChallenge says whether there is a challenge.
	bearer       string
	hasChallenge bool
}

func newProblem(status int, code, bearer, detail string) problem {
	return problem{
		Type: "urn:siriusys:problem:" + code, Title: http.StatusText(status), Status: status, Code: code, Detail: detail,
		bearer: bearer, hasChallenge: status < http.StatusInternalServerError,
	}
}

// The problems. A client learns that a token is invalid, but not why: the reason is in the error.
var (
	noTokenProblem = newProblem(http.StatusUnauthorized, "invalid_access_token", "",
		"This operation needs an access token. Log in, and send the token as Authorization: Bearer.")
	invalidTokenProblem = newProblem(http.StatusUnauthorized, "invalid_access_token", "invalid_token",
		"The access token is invalid, expired or revoked. Refresh it, or log in again.")
	invalidRequestProblem = newProblem(http.StatusBadRequest, "invalid_request", "invalid_request",
		"The request has more than one Authorization header. Send one.")
	scopeProblem = newProblem(http.StatusForbidden, "insufficient_scope", "insufficient_scope",
		"The access token lacks a scope that this operation requires. The WWW-Authenticate header lists them.")
	unavailableProblem = newProblem(http.StatusServiceUnavailable, "unavailable", "",
		"Access tokens cannot be verified now. Keep the token, and try again after the number of seconds in Retry-After.")
)

func problemOf(err error) problem {
	switch {
	case errors.Is(err, ErrNoToken):
		return noTokenProblem
	case errors.Is(err, ErrInvalidToken):
		return invalidTokenProblem
	case errors.Is(err, ErrInvalidRequest):
		return invalidRequestProblem
	case errors.Is(err, ErrInsufficientScope):
		return scopeProblem
	default:
		return unavailableProblem
	}
}

// WriteProblem responds to a request that Authenticate refused, with a problem (RFC 9457) and a challenge (RFC 6750): 401 without a
// valid token, 400 for more than one Authorization header, 403 without a required scope. It responds with 503 if the token could not
// be judged, so that a client does not take an outage for the end of its session.
func (v *Verifier) WriteProblem(w http.ResponseWriter, r *http.Request, err error) {
	p := problemOf(err)
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	if p.hasChallenge {
		h.Set("WWW-Authenticate", v.challenge(p, err))
	} else {
		h.Set("Retry-After", "1")
	}
	w.WriteHeader(p.Status)
	if r.Method != http.MethodHead {
		_ = json.NewEncoder(w).Encode(p) // the client has gone
	}
}

func (v *Verifier) challenge(p problem, err error) string {
	c := `Bearer realm="` + v.config.Audiences[0] + `"`
	if p.bearer != "" {
		c += `, error="` + p.bearer + `"`
	}
	if scopes, ok := errors.AsType[*scopeError](err); ok {
		c += `, scope="` + strings.Join(scopes.required, " ") + `"`
	}
	return c
}
