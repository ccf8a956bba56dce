package httpapi

import (
	"maps"
	"net/http"

	"github.com/labstack/echo/v4"
)

// securityHeaders are on every answer, of the API, of pages and of faults: nothing is kept, since most answers carry or follow
// a credential; nothing is loaded, framed, guessed or told to others. A page replaces the policy by what it needs.
var securityHeaders = http.Header{
	"Cache-Control":                {"no-store"},
	"Content-Security-Policy":      {"default-src 'none'; frame-ancestors 'none'"},
	"Cross-Origin-Opener-Policy":   {"same-origin"},
	"Cross-Origin-Resource-Policy": {"same-origin"},
	"Permissions-Policy":           {"browsing-topics=(), camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"},
	"Referrer-Policy":              {"no-referrer"},
	"X-Content-Type-Options":       {"nosniff"},
	"X-Frame-Options":              {"DENY"},
}

// strictTransport lets browsers use nothing but https for a year (RFC 6797). It binds this host only: what lies below it, or
// beside it if PUBLIC_URL is the bare domain, is not this service's to decide.
const strictTransport = "max-age=31536000"

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
