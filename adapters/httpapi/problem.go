package httpapi

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/siriusys/user-management-service/adapters/httpapi/internal/gen"
	"github.com/siriusys/user-management-service/domain"
)

// problem is an error in the form that clients see (RFC 9457). This package returns one directly for an error of the protocol,
// which no use case sees; problemOf makes one of any other error.
type problem struct {
	status int
	code   string
	detail string
	fields []gen.FieldError
	// limit is the state of the rate limit that counted the request, or nil.
	limit *domain.RateLimitError
	// acceptEncoding is the Accept-Encoding of a response to an unsupported content coding, else empty.
	acceptEncoding string
	cause          error
}

func (p *problem) Error() string { return p.code }
func (p *problem) Unwrap() error { return p.cause }

// problemOf maps any error to a problem. Texts that were not written for clients stay in its cause.
func problemOf(err error) *problem {
	if p, ok := errors.AsType[*problem](err); ok {
		return p
	}
	if violations, ok := errors.AsType[domain.Errors](err); ok {
		return invalidFields(violations)
	}
	if e, ok := errors.AsType[*domain.Error](err); ok {
		limit, _ := errors.AsType[*domain.RateLimitError](err)
		return &problem{status: statusOf(e.Kind), code: e.Code, detail: e.Text, limit: limit, cause: err}
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return &problem{status: http.StatusServiceUnavailable, code: domain.ErrBusy.Code, detail: domain.ErrBusy.Text, cause: err}
	}
	if e, ok := errors.AsType[*echo.HTTPError](err); ok {
		return routingProblem(e)
	}
	return &problem{status: http.StatusInternalServerError, code: "internal_error", cause: err}
}

// statusOf is the only map from the kind of an error to an HTTP status.
func statusOf(k domain.Kind) int {
	switch k {
	case domain.Malformed:
		return http.StatusBadRequest
	case domain.Invalid:
		return http.StatusUnprocessableEntity
	case domain.Unauthenticated:
		return http.StatusUnauthorized
	case domain.NotFound:
		return http.StatusNotFound
	case domain.Conflicting:
		return http.StatusConflict
	case domain.RateLimited:
		return http.StatusTooManyRequests
	case domain.Unavailable:
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

func invalidFields(violations domain.Errors) *problem {
	p := &problem{
		status: http.StatusUnprocessableEntity, code: "invalid_fields",
		detail: "Some fields are invalid. The errors member lists each of them.", cause: violations,
	}
	for _, v := range violations {
		p.fields = append(p.fields, gen.FieldError{Field: v.Field, Code: v.Code, Text: v.Text})
	}
	return p
}

func routingProblem(e *echo.HTTPError) *problem {
	switch e.Code {
	case http.StatusNotFound:
		return &problem{
			status: http.StatusNotFound, code: "not_found",
			detail: "There is no resource at this path. Check the URL.", cause: e,
		}
	case http.StatusMethodNotAllowed:
		return &problem{
			status: e.Code, code: "method_not_allowed",
			detail: "This path does not support the method. Use one from the Allow header.", cause: e,
		}
	case http.StatusBadRequest: // the generated code cannot read a parameter
		return invalidRequest(e, "A parameter of the request is invalid.")
	default:
		return &problem{status: http.StatusInternalServerError, code: "internal_error", cause: e}
	}
}

func invalidJSON(cause error, detail string, fields ...gen.FieldError) *problem {
	return &problem{status: http.StatusBadRequest, code: "invalid_json", detail: detail, fields: fields, cause: cause}
}

func invalidRequest(cause error, detail string, fields ...gen.FieldError) *problem {
	return &problem{status: http.StatusBadRequest, code: "invalid_request", detail: detail, fields: fields, cause: cause}
}

// maxFieldErrors is the maxItems of the contract: a form of 64 KiB can have thousands of invalid parameters.
const maxFieldErrors = 100

func invalidParameters(invalid []gen.FieldError) *problem {
	detail := "Some parameters are invalid. The errors member lists each of them."
	if len(invalid) > maxFieldErrors {
		invalid, detail = invalid[:maxFieldErrors], "Many parameters are invalid. The errors member lists the first of them."
	}
	return invalidRequest(nil, detail, invalid...)
}
