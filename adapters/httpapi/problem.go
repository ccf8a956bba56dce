package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/siriusys/user-management-service/adapters/httpapi/internal/gen"
	"github.com/siriusys/user-management-service/domain"
)

// briefly is what a client is told to wait when only the load or a restart is in its way.
const briefly = time.Second

// statusOf is the one map from a fault's kind to an HTTP status.
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
	case domain.Throttled:
		return http.StatusTooManyRequests
	case domain.Unavailable:
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

// fault is a fault of the protocol itself, which no use case ever sees.
type fault struct {
	status int
	code   string
	text   string
	fields []gen.FieldError
	// budget is what the fault was counted in, if anything.
	budget *domain.Limited
	cause  error
}

func (f *fault) Error() string { return f.code }
func (f *fault) Unwrap() error { return f.cause }

// faultOf puts any error into the words that a client may see.
func faultOf(err error) *fault {
	if f, ok := errors.AsType[*fault](err); ok {
		return f
	}
	if fields, ok := errors.AsType[domain.Errors](err); ok {
		return invalidFields(fields)
	}
	if e, ok := errors.AsType[*domain.Error](err); ok {
		budget, _ := errors.AsType[*domain.Limited](err)
		return &fault{status: statusOf(e.Kind), code: e.Code, text: e.Text, budget: budget, cause: err}
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return &fault{status: http.StatusServiceUnavailable, code: domain.ErrBusy.Code, text: domain.ErrBusy.Text, cause: err}
	}
	if e, ok := errors.AsType[*echo.HTTPError](err); ok {
		return routingFault(e)
	}
	return &fault{status: http.StatusInternalServerError, code: "internal_error", cause: err}
}

func invalidFields(faults domain.Errors) *fault {
	f := &fault{status: http.StatusUnprocessableEntity, code: "invalid_fields", text: "Some fields are not valid.", cause: faults}
	for _, e := range faults {
		f.fields = append(f.fields, gen.FieldError{Field: e.Field, Code: e.Code, Text: e.Text})
	}
	return f
}

func routingFault(e *echo.HTTPError) *fault {
	switch e.Code {
	case http.StatusNotFound, http.StatusBadRequest: // the latter is a path with an id that is none
		return &fault{status: http.StatusNotFound, code: "not_found", text: "There is nothing at this path.", cause: e}
	case http.StatusMethodNotAllowed:
		return &fault{status: e.Code, code: "method_not_allowed", text: "This path does not have this method; see the Allow header.", cause: e}
	default:
		return &fault{status: http.StatusInternalServerError, code: "internal_error", cause: e}
	}
}

// problems answers with problems of RFC 9457.
type problems struct{ logger *slog.Logger }

func (p problems) handle(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	f := faultOf(err)
	if f.status >= http.StatusInternalServerError {
		p.logger.ErrorContext(c.Request().Context(), "request failed", "request_id", requestIDOf(c), "route", c.Path(), "code", f.code, "error", err)
	}
	if err := write(c, f); err != nil {
		p.logger.DebugContext(c.Request().Context(), "answer not written", "request_id", requestIDOf(c), "error", err)
	}
}

func write(c echo.Context, f *fault) error {
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "application/problem+json")
	h.Set(echo.HeaderCacheControl, "no-store")
	retryAfter := briefly
	if f.budget != nil {
		retryAfter = f.budget.RetryAfter
		rateLimit(h, f.budget)
	}
	switch f.status {
	case http.StatusUnauthorized:
		h.Set(echo.HeaderWWWAuthenticate, challenge(c, f))
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		h.Set("Retry-After", strconv.Itoa(max(seconds(retryAfter), 1)))
	case http.StatusRequestEntityTooLarge:
		// What is left of the body is not read, so the connection cannot be used again.
		h.Set(echo.HeaderConnection, "close")
	}
	if c.Request().Method == http.MethodHead {
		return c.NoContent(f.status)
	}
	problem := gen.Problem{
		Type: "urn:siriusys:problem:" + f.code, Title: http.StatusText(f.status), Status: f.status,
		Code: f.code, RequestID: requestIDOf(c), Errors: f.fields,
	}
	if f.text != "" {
		problem.Detail = &f.text
	}
	c.Response().WriteHeader(f.status)
	return json.NewEncoder(c.Response()).Encode(problem)
}

// rateLimit tells what is left of a budget (draft-ietf-httpapi-ratelimit-headers-10).
func rateLimit(h http.Header, b *domain.Limited) {
	h.Set("RateLimit-Policy", fmt.Sprintf(`"attempts";q=%d`, b.Limit))
	h.Set("RateLimit", fmt.Sprintf(`"attempts";r=%d;t=%d`, b.Remaining, seconds(b.RetryAfter)))
}

// seconds rounds up, so that nobody comes back too early.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }

// challenge is the WWW-Authenticate header: of RFC 7617 toward other services, else of RFC 6750, section 3, with an error code
// only if a token was presented.
func challenge(c echo.Context, f *fault) string {
	if f.code == domain.ErrInvalidClient.Code {
		return `Basic realm="siriusys", charset="UTF-8"`
	}
	const realm = `Bearer realm="siriusys"`
	if f.code == domain.ErrInvalidAccessToken.Code && c.Request().Header.Get(echo.HeaderAuthorization) != "" {
		return realm + `, error="invalid_token"`
	}
	return realm
}
