package httpapi

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/siriusys/user-management-service/adapters/httpapi/internal/gen"
	"github.com/siriusys/user-management-service/domain"
)

// defaultRetryAfter is the Retry-After of a 503, which load or a restart causes.
const defaultRetryAfter = time.Second

// problemWriter responds to errors with problems.
type problemWriter struct{ logger *slog.Logger }

// write is Echo's error handler.
func (w problemWriter) write(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	p := problemOf(err)
	if p.status >= http.StatusInternalServerError {
		w.logger.ErrorContext(c.Request().Context(), "request failed",
			"request_id", requestIDOf(c), "route", c.Path(), "code", p.code, "error", err)
	}
	p.setHeaders(c)
	if err := p.send(c); err != nil {
		w.logger.DebugContext(c.Request().Context(), "response not written", "request_id", requestIDOf(c), "error", err)
	}
}

func (p *problem) setHeaders(c echo.Context) {
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "application/problem+json")
	h.Set(echo.HeaderCacheControl, "no-store")
	if p.acceptEncoding != "" {
		h.Set(echo.HeaderAcceptEncoding, p.acceptEncoding)
	}
	retryAfter := defaultRetryAfter
	if p.limit != nil {
		retryAfter = p.limit.RetryAfter
		setRateLimitHeaders(h, p.limit.RateLimitState)
	}
	switch p.status {
	case http.StatusUnauthorized:
		h.Set(echo.HeaderWWWAuthenticate, p.challenge(c.Request().Header))
	case http.StatusServiceUnavailable, http.StatusTooManyRequests, http.StatusConflict:
		h.Set("Retry-After", strconv.Itoa(max(secondsRoundedUp(retryAfter), 1)))
	case http.StatusRequestEntityTooLarge:
		// The rest of the body is not read, so the connection cannot be reused.
		h.Set(echo.HeaderConnection, "close")
	}
}

// secondsRoundedUp rounds up, so that no client retries too early.
func secondsRoundedUp(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }

// challenge returns the WWW-Authenticate header: of RFC 7617 for services, else of RFC 6750, section 3, with an error code only
// if the request presented a token.
func (p *problem) challenge(request http.Header) string {
	if p.code == domain.ErrInvalidClient.Code {
		return `Basic realm="siriusys", charset="UTF-8"`
	}
	const realm = `Bearer realm="siriusys"`
	if p.code == domain.ErrInvalidAccessToken.Code && request.Get(echo.HeaderAuthorization) != "" {
		return realm + `, error="invalid_token"`
	}
	return realm
}

func (p *problem) send(c echo.Context) error {
	body := gen.Problem{
		Type: "urn:siriusys:problem:" + p.code, Title: http.StatusText(p.status), Status: p.status,
		Code: p.code, RequestID: requestIDOf(c), Errors: p.fields,
	}
	if p.detail != "" {
		body.Detail = &p.detail
	}
	encoded, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("encode a problem: %w", err)
	}
	encoded = append(encoded, '\n')
	c.Response().Header().Set(echo.HeaderContentLength, strconv.Itoa(len(encoded)))
	c.Response().WriteHeader(p.status)
	if c.Request().Method == http.MethodHead {
		return nil
	}
	_, err = c.Response().Write(encoded)
	return err
}
