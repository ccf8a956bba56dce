package httpapi

import (
	"context"
	"net/netip"

	"github.com/labstack/echo/v4"
)

type networkKey struct{}

// clientNetwork passes on from which network a request comes.
func clientNetwork(handle echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		peer, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil {
			return handle(c)
		}
		c.SetRequest(r.WithContext(context.WithValue(r.Context(), networkKey{}, networkOfAddress(peer.Addr()))))
		return handle(c)
	}
}

// networkOfAddress is the network that an address is counted by: itself in IPv4, its /64 in IPv6.
func networkOfAddress(a netip.Addr) netip.Prefix {
	a = a.Unmap().WithZone("")
	bits := 64
	if a.Is4() {
		bits = a.BitLen()
	}
	network, _ := a.Prefix(bits) // fails for the zero address only
	return network
}

// networkOf is the client's network, the zero prefix if it is not known.
func networkOf(ctx context.Context) netip.Prefix {
	network, _ := ctx.Value(networkKey{}).(netip.Prefix)
	return network
}
