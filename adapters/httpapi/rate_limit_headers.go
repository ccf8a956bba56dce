package httpapi

import (
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

// showRateLimit sets the headers of the rate limit on a success. problemWriter sets them on a problem.
func showRateLimit(handle echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		var state domain.RateLimitState
		r := c.Request()
		c.SetRequest(r.WithContext(app.ObserveRateLimit(r.Context(), &state)))
		response := c.Response()
		response.Before(func() {
			if response.Status < http.StatusMultipleChoices && state.Limit > 0 {
				setRateLimitHeaders(response.Header(), state)
			}
		})
		return handle(c)
	}
}

// setRateLimitHeaders reports the remaining attempts (draft-ietf-httpapi-ratelimit-headers-10).
func setRateLimitHeaders(h http.Header, s domain.RateLimitState) {
	h.Set("RateLimit-Policy", fmt.Sprintf(`"attempts";q=%d`, s.Limit))
	h.Set("RateLimit", fmt.Sprintf(`"attempts";r=%d;t=%d`, s.Remaining, secondsRoundedUp(s.RetryAfter)))
}
