package httpapi

import (
	"maps"
	"net/http"

	"github.com/labstack/echo/v4"
)

// securityHeaders are set on every response: of the API, of pages and of problems. They forbid caching, because most responses
// contain or follow a credential, and forbid loading resources, framing, sniffing the media type and sending a referrer. Pages
// replace the Content-Security-Policy with their own.
var securityHeaders = http.Header{
	"Cache-Control":                {"no-store"},
	"Content-Security-Policy":      {"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
	"Cross-Origin-Opener-Policy":   {"same-origin"},
	"Cross-Origin-Resource-Policy": {"same-origin"},
	"Permissions-Policy":           {"browsing-topics=(), camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"},
	"Referrer-Policy":              {"no-referrer"},
	"X-Content-Type-Options":       {"nosniff"},
	"X-Frame-Options":              {"DENY"},
}

// strictTransport makes browsers use only https for a year (RFC 6797). It excludes subdomains, which may belong to other
// services, in particular if PUBLIC_URL is the bare domain.
const strictTransport = "max-age=31536000"

// commonHeaders sets securityHeaders and, for onlyHTTPS, strictTransport.
func commonHeaders(onlyHTTPS bool) echo.MiddlewareFunc {
	common := securityHeaders.Clone()
	if onlyHTTPS {
		common.Set("Strict-Transport-Security", strictTransport)
	}
	return func(handle echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			maps.Copy(c.Response().Header(), common.Clone())
			return handle(c)
		}
	}
}
