package httpapi

import "github.com/labstack/echo/v4"

// headRouter registers HEAD beside each GET, with the same handler and middlewares (RFC 9110, section 9.1). Handlers write the same
// response to both; net/http leaves out the body.
type headRouter struct{ *echo.Echo }

// GET registers the handler for GET and for HEAD.
func (r headRouter) GET(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	r.HEAD(path, h, m...)
	return r.Echo.GET(path, h, m...)
}
