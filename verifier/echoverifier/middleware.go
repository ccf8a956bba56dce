// Package echoverifier is the middleware of package verifier for Echo. It is a module of its own, so that services without Echo do not
// depend on it.
package echoverifier

import (
	"github.com/labstack/echo/v4"

	"github.com/siriusys/user-management-service/verifier"
)

// Middleware is the Verifier's Middleware for Echo: handlers find the claims with Claims.
func Middleware(v *verifier.Verifier, requirements ...verifier.Requirement) echo.MiddlewareFunc {
	return func(handle echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			authenticated, err := v.Authenticate(c.Request(), requirements...)
			if err != nil {
				v.WriteProblem(c.Response(), c.Request(), err)
				return nil
			}
			c.SetRequest(authenticated)
			return handle(c)
		}
	}
}

// Claims returns the claims of the request's token. Without the Middleware they are empty, and false.
func Claims(c echo.Context) (verifier.Claims, bool) { return verifier.ClaimsOf(c.Request().Context()) }
