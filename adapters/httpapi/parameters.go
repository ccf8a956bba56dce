package httpapi

import (
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/siriusys/user-management-service/adapters/httpapi/internal/gen"
)

// strictQuery lets a request pass whose URL has no other parameters than those known, and each once at most.
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

// strictForm reads a body of application/x-www-form-urlencoded whose parameters are the required and the optional ones, and
// no other, each once at most. What is required must not be empty (RFC 6749, section 3.2).
func strictForm(required, optional []string) echo.MiddlewareFunc {
	return func(handle echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := c.Request()
			if media, params, err := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType)); err != nil || media != echo.MIMEApplicationForm || !isUTF8(params) {
				return &fault{status: http.StatusUnsupportedMediaType, code: "unsupported_media_type", text: "Send the body as application/x-www-form-urlencoded.", cause: err}
			}
			body, err := readBody(c)
			if err != nil {
				return err
			}
			form, err := parseParameters(string(body), required, optional)
			if err != nil {
				return err
			}
			// The generated handler takes the form from here, and parses no other.
			r.Form, r.PostForm = form, form
			return handle(c)
		}
	}
}

// readBody reads the whole body, within the limit.
func readBody(c echo.Context) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(c.Response(), c.Request().Body, maxBodyBytes))
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, &fault{status: http.StatusRequestEntityTooLarge, code: "body_too_large", text: "The body is longer than 64 KiB.", cause: tooLarge}
	}
	if err != nil {
		return nil, malformed(err, "The body could not be read to its end.")
	}
	return body, nil
}

// parseParameters reads what is form-urlencoded, and names every parameter at fault.
func parseParameters(encoded string, required, optional []string) (url.Values, error) {
	values, err := url.ParseQuery(encoded)
	if err != nil {
		return nil, &fault{status: http.StatusBadRequest, code: "invalid_request", text: "The parameters are not form-urlencoded.", cause: err}
	}
	var faults []gen.FieldError
	for _, name := range slices.Sorted(maps.Keys(values)) {
		switch value := strings.Join(values[name], ""); {
		case !slices.Contains(required, name) && !slices.Contains(optional, name):
			faults = append(faults, gen.FieldError{Field: strings.ToValidUTF8(name, "\uFFFD"), Code: "unknown_parameter", Text: "is not a parameter of this request"})
		case len(values[name]) > 1:
			faults = append(faults, gen.FieldError{Field: name, Code: "repeated_parameter", Text: "stands there twice"})
		case strings.ContainsRune(value, 0) || !utf8.ValidString(value):
			faults = append(faults, gen.FieldError{Field: name, Code: "null_character", Text: "must be UTF-8 without the character U+0000"})
		}
	}
	for _, name := range required {
		if strings.Join(values[name], "") == "" {
			faults = append(faults, gen.FieldError{Field: name, Code: "required", Text: "is required"})
		}
	}
	if len(faults) > 0 {
		return nil, &fault{status: http.StatusBadRequest, code: "invalid_request", text: "Some parameters are not valid.", fields: faults}
	}
	return values, nil
}
