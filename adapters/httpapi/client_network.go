package httpapi

import (
	"context"
	"net/netip"

	"github.com/labstack/echo/v4"

	"github.com/siriusys/user-management-service/adapters/httpapi/clientip"
)

type networkKey struct{}

// clientNetwork puts the client's network into the context of the request.
func clientNetwork(p clientip.TrustedProxies) echo.MiddlewareFunc {
	return func(handle echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := c.Request()
			c.SetRequest(r.WithContext(context.WithValue(r.Context(), networkKey{}, p.ClientNetwork(r))))
			return handle(c)
		}
	}
}

// networkOf returns the client's network, or the zero prefix if it is unknown.
func networkOf(ctx context.Context) netip.Prefix {
	network, _ := ctx.Value(networkKey{}).(netip.Prefix)
	return network
}
