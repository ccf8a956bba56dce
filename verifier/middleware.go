package verifier

import (
	"fmt"
	"net/http"
	"strings"
)

// Requirement is what a route requires of a token beyond its validity.
type Requirement struct {
	scopes   []string
	audience string
}

// RequireScopes requires all of these scopes. A valid token without one of them leads to 403.
func RequireScopes(scopes ...string) Requirement { return Requirement{scopes: scopes} }

// RequireAudience requires this value in aud. A token without it leads to 401, because it was issued for another service.
func RequireAudience(audience string) Requirement { return Requirement{audience: audience} }

// Middleware lets a request with a valid bearer token pass, with its claims in the context: see ClaimsOf. It responds to any other
// request itself: see WriteProblem.
func (v *Verifier) Middleware(requirements ...Requirement) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			authenticated, err := v.Authenticate(r, requirements...)
			if err != nil {
				v.WriteProblem(w, r, err)
				return
			}
			next.ServeHTTP(w, authenticated)
		})
	}
}

// Authenticate returns the request with the claims of its bearer token in the context: for frameworks without net/http middleware.
// Pass an error to WriteProblem.
// Errors: ErrNoToken, ErrInvalidRequest, ErrInsufficientScope, and those of Verify.
func (v *Verifier) Authenticate(r *http.Request, requirements ...Requirement) (*http.Request, error) {
	token, err := bearerToken(r.Header)
	if err != nil {
		return nil, err
	}
	claims, err := v.Verify(r.Context(), token)
	if err != nil {
		return nil, err
	}
	for _, required := range requirements {
		if required.audience != "" && !claims.HasAudience(required.audience) {
			return nil, invalid("aud is another audience")
		}
		if !claims.HasScopes(required.scopes...) {
			return nil, &scopeError{scopesOf(requirements)}
		}
	}
	return r.WithContext(WithClaims(r.Context(), claims)), nil
}

// bearerToken returns the token of the Authorization header (RFC 6750, section 2.1), the only place where one is accepted.
func bearerToken(h http.Header) (string, error) {
	switch values := h.Values("Authorization"); len(values) {
	case 0:
		return "", ErrNoToken
	case 1:
		scheme, token, _ := strings.Cut(values[0], " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return "", ErrNoToken
		}
		return strings.TrimLeft(token, " "), nil
	default:
		return "", ErrInvalidRequest
	}
}

// scopeError is an ErrInsufficientScope with the scopes that the route requires.
type scopeError struct{ required []string }

func (e *scopeError) Error() string {
	return fmt.Sprintf("insufficient scope: requires %q", e.required)
}
func (e *scopeError) Unwrap() error { return ErrInsufficientScope }

func scopesOf(requirements []Requirement) (all []string) {
	for _, r := range requirements {
		all = append(all, r.scopes...)
	}
	return all
}
