package httpapi

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

type callerKey struct{}

// userAuthentication requires a bearer token (RFC 6750, section 2.1) and puts its user into the context of the request.
func userAuthentication(a *app.Authentication) echo.MiddlewareFunc {
	return func(handle echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := c.Request()
			token, ok := credentialsOf(r.Header, "Bearer")
			if !ok {
				return domain.ErrInvalidAccessToken
			}
			caller, err := a.Authenticate(token)
			if err != nil {
				return err
			}
			caller.Network = networkOf(r.Context())
			c.SetRequest(r.WithContext(context.WithValue(r.Context(), callerKey{}, caller)))
			return handle(c)
		}
	}
}

// callerOf returns the user that userAuthentication found. Without it, the caller is the zero value, which has no session.
func callerOf(ctx context.Context) domain.Caller {
	caller, _ := ctx.Value(callerKey{}).(domain.Caller)
	return caller
}

// serviceAuthentication requires the credential of another service, sent by HTTP Basic authentication with the id and the
// secret form-urlencoded first (RFC 6749, section 2.3.1).
func serviceAuthentication(a *app.Authentication) echo.MiddlewareFunc {
	return func(handle echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			encoded, ok := credentialsOf(c.Request().Header, "Basic")
			decoded, err := base64.StdEncoding.DecodeString(encoded)
			id, secret, colon := strings.Cut(string(decoded), ":")
			clientID, idErr := url.QueryUnescape(id)
			clientSecret, secretErr := url.QueryUnescape(secret)
			if !ok || !colon || errors.Join(err, idErr, secretErr) != nil {
				return domain.ErrInvalidClient
			}
			if err := a.AuthenticateService(clientID, clientSecret); err != nil {
				return err
			}
			return handle(c)
		}
	}
}

// credentialsOf returns the credentials of the only Authorization header, if they are of the scheme. One space or more separates the
// two, and nothing else does; the letter case of the scheme does not matter (RFC 9110, sections 11.1 and 11.4).
func credentialsOf(h http.Header, scheme string) (credentials string, ok bool) {
	all := h.Values(echo.HeaderAuthorization)
	if len(all) != 1 {
		return "", false
	}
	given, rest, _ := strings.Cut(all[0], " ")
	credentials = strings.TrimLeft(rest, " ")
	return credentials, strings.EqualFold(given, scheme) && isToken68(credentials)
}

// isToken68 reports whether s is the token68 of RFC 9110, section 11.2.
func isToken68(s string) bool {
	digits := strings.TrimRight(s, "=")
	for i := range len(digits) {
		if !isDigitOfToken68[digits[i]] {
			return false
		}
	}
	return digits != ""
}

// isDigitOfToken68 is a table, since every request with an access token has some 600 of them.
var isDigitOfToken68 = func() (table [256]bool) {
	for _, digit := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/") {
		table[digit] = true
	}
	return table
}()
