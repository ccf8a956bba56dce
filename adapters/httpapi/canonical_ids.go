package httpapi

import (
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/siriusys/user-management-service/adapters/httpapi/internal/gen"
	"github.com/siriusys/user-management-service/domain"
)

// canonicalIDs refuses a parameter of the path that is not a UUID in the canonical form of RFC 9562, section 4. The generated code
// would also accept braces, "urn:uuid:" and digits without hyphens, so one id would have several URLs. Every parameter of a path is a
// UUID; a test checks that.
func canonicalIDs(handle echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		var invalid []gen.FieldError
		for _, name := range c.ParamNames() {
			value := c.Param(name)
			if value == "" || strings.Contains(value, "/") {
				return echo.ErrNotFound // "/sessions/" and "/sessions/a/b" are other paths, which Echo routes here
			}
			if c.Request().URL.RawPath != "" { // Echo then takes parameters from it
				value, _ = url.PathUnescape(value) // the result of an error is empty, so it is refused
			}
			if _, err := domain.ParseID(value); err != nil {
				invalid = append(invalid, gen.FieldError{
					Field: name, Code: "invalid_uuid", Text: "is not a UUID of the form 0198f3c2-7a51-7c3e-9d0b-4f1f6f0a2b11",
				})
			}
		}
		if len(invalid) > 0 {
			return invalidParameters(invalid)
		}
		return handle(c)
	}
}
