package httpapi

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/siriusys/user-management-service/adapters/httpapi/internal/gen"
)

// strictQuery refuses a request whose query has an unknown or repeated parameter.
func strictQuery(known ...string) echo.MiddlewareFunc {
	return func(handle echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if _, err := parseParameters(c.Request().URL.RawQuery, nil, known); err != nil {
				return err
			}
			return handle(c)
		}
	}
}

// strictForm reads an application/x-www-form-urlencoded body. It refuses unknown, repeated and missing parameters. A required
// parameter must not be empty (RFC 6749, section 3.2).
func strictForm(required, optional []string) echo.MiddlewareFunc {
	return func(handle echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			body, err := readBody(c, echo.MIMEApplicationForm)
			if err != nil {
				return err
			}
			form, err := parseParameters(string(body), required, optional)
			if err != nil {
				return err
			}
			// The generated handler reads the form from here instead of parsing the body.
			c.Request().Form, c.Request().PostForm = form, form
			return handle(c)
		}
	}
}

// parseParameters decodes form-urlencoded parameters. The problem lists every invalid one.
func parseParameters(encoded string, required, optional []string) (url.Values, error) {
	values, err := url.ParseQuery(encoded)
	if err != nil {
		return nil, invalidRequest(err, "The parameters are not form-urlencoded.")
	}
	var invalid []gen.FieldError
	for _, name := range slices.Sorted(maps.Keys(values)) {
		switch value := strings.Join(values[name], ""); {
		case !slices.Contains(required, name) && !slices.Contains(optional, name):
			invalid = append(invalid, gen.FieldError{
				Field: strings.ToValidUTF8(name, "\uFFFD"), Code: "unknown_parameter", Text: "is not a parameter of this request",
			})
		case len(values[name]) > 1:
			invalid = append(invalid, gen.FieldError{Field: name, Code: "repeated_parameter", Text: "appears more than once"})
		case strings.ContainsRune(value, 0) || !utf8.ValidString(value):
			invalid = append(invalid, gen.FieldError{Field: name, Code: "null_character", Text: "must be valid UTF-8 without the character U+0000"})
		}
	}
	for _, name := range required {
		if strings.Join(values[name], "") == "" {
			invalid = append(invalid, gen.FieldError{Field: name, Code: "required", Text: "is required"})
		}
	}
	if len(invalid) > 0 {
		return nil, invalidParameters(invalid)
	}
	return values, nil
}
