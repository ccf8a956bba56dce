package httpapi

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
)

// preflightLifetime is how long browsers may cache a preflight response. They cap it at 2 hours or less.
const preflightLifetime = 2 * time.Hour

// Origins are the web origins whose scripts may call the API and read its responses. The zero value allows none.
type Origins struct{ exact []string }

// ParseOrigins reads origins as browsers send them (RFC 6454, section 6.2): scheme and host in lower case, the port unless it is
// the scheme's default, no path. Blank entries are ignored.
// Errors: an entry has another form, is a pattern or "null", or is an http origin of another host than localhost.
func ParseOrigins(entries []string) (Origins, error) {
	var o Origins
	for _, entry := range entries {
		entry = strings.TrimSpace(entry)
		if entry == "" {
			continue
		}
		if !isOrigin(entry) {
			return Origins{}, fmt.Errorf("%q is not an origin such as https://app.example.com (no pattern, no path, http only for localhost)", entry)
		}
		o.exact = append(o.exact, entry)
	}
	return o, nil
}

func isOrigin(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme+"://"+u.Host != s || strings.ToLower(s) != s || strings.ContainsAny(s, "*?@%") {
		return false
	}
	local := slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, u.Hostname())
	switch u.Scheme {
	case "https":
		return u.Port() != "443" && isASCII(s) && !strings.HasSuffix(s, ":")
	case "http":
		return u.Port() != "80" && local && !strings.HasSuffix(s, ":")
	default:
		return false
	}
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > '~' }) < 0
}

// crossOrigin lets scripts of the allowed origins call the API. It never allows requests with the browser's own credentials
// (cookies), because scripts send tokens in a header. Without allowed origins it does nothing.
func crossOrigin(allowed Origins) echo.MiddlewareFunc {
	if len(allowed.exact) == 0 {
		return func(handle echo.HandlerFunc) echo.HandlerFunc { return handle }
	}
	return middleware.CORSWithConfig(middleware.CORSConfig{
		AllowOriginFunc: func(origin string) (bool, error) { return slices.Contains(allowed.exact, origin), nil },
		AllowMethods:    []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPatch, http.MethodDelete},
		AllowHeaders:    []string{echo.HeaderAuthorization, echo.HeaderContentType, "Idempotency-Key", echo.HeaderXRequestID},
		ExposeHeaders: []string{
			"RateLimit", "RateLimit-Policy", "Retry-After", "Deprecation", "Sunset", echo.HeaderWWWAuthenticate, echo.HeaderXRequestID,
		},
		MaxAge: int(preflightLifetime / time.Second),
	})
}
