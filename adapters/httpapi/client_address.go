package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"strings"

	"github.com/labstack/echo/v4"
)

// maxForwardingHops bounds how many proxies in a row are believed. Real chains have a handful.
const maxForwardingHops = 16

// mappedBits is how many bits stand before an IPv4 address that is written in IPv6 (RFC 4291, section 2.5.5.2).
const mappedBits = 96

// TrustedProxies are the networks whose word on the client's address counts. The zero value trusts nobody.
type TrustedProxies struct{ networks []netip.Prefix }

// ParseTrustedProxies reads addresses and networks in CIDR notation. Blank entries do not count.
// Errors: an entry is neither, or is a network of everybody (/0), which would let each client choose its address.
func ParseTrustedProxies(entries []string) (TrustedProxies, error) {
	var p TrustedProxies
	for _, entry := range entries {
		entry = strings.TrimSpace(entry)
		if entry == "" {
			continue
		}
		network, err := parseNetwork(entry)
		if err != nil {
			return TrustedProxies{}, fmt.Errorf("%q is no address or network: %w", entry, err)
		}
		if network.Bits() == 0 {
			return TrustedProxies{}, fmt.Errorf("%q trusts everybody", entry)
		}
		p.networks = append(p.networks, network)
	}
	return p, nil
}

func parseNetwork(s string) (netip.Prefix, error) {
	if !strings.Contains(s, "/") {
		a, err := netip.ParseAddr(s)
		if err != nil {
			return netip.Prefix{}, err
		}
		return plain(a).Prefix(plain(a).BitLen())
	}
	network, err := netip.ParsePrefix(s)
	if err != nil {
		return netip.Prefix{}, err
	}
	if network.Addr().Is4In6() {
		network = netip.PrefixFrom(network.Addr().Unmap(), max(network.Bits()-mappedBits, 0))
	}
	return network.Masked(), nil
}

// plain makes two spellings of one address the same: IPv4 is not mapped into IPv6, and no zone is named.
func plain(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }

func (p TrustedProxies) trusts(a netip.Addr) bool {
	for _, network := range p.networks {
		if network.Contains(a) {
			return true
		}
	}
	return false
}

// ClientNetwork is the network that a request is counted by: the client's address in IPv4, its /64 in IPv6; the zero prefix
// if not even the peer's address is known.
//
// What Forwarded (RFC 7239) and X-Forwarded-For say counts only if the peer is a trusted proxy, and is then read from the
// right, where the nearest proxy wrote, up to the first address that is not trusted. What cannot be read ends the reading at
// the last address that could. Of both headers one may be a client's own that the proxy passed on; so if they do not name the
// same client, neither counts.
func (p TrustedProxies) ClientNetwork(r *http.Request) netip.Prefix {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Prefix{}
	}
	return networkOfAddress(p.client(plain(peer.Addr()), r.Header))
}

func (p TrustedProxies) client(peer netip.Addr, h http.Header) netip.Addr {
	standard, common := h.Values("Forwarded"), h.Values(echo.HeaderXForwardedFor)
	switch {
	case len(common) == 0:
		return p.walk(peer, strings.Join(standard, ","), forwardedFor)
	case len(standard) == 0:
		return p.walk(peer, strings.Join(common, ","), nodeAddress)
	}
	a, b := p.walk(peer, strings.Join(standard, ","), forwardedFor), p.walk(peer, strings.Join(common, ","), nodeAddress)
	if a != b {
		return peer
	}
	return a
}

// walk follows a list of hops from the right, beginning with the peer, as long as they are trusted.
func (p TrustedProxies) walk(peer netip.Addr, list string, addressOf func(string) (netip.Addr, bool)) netip.Addr {
	client := peer
	for hops := 0; list != "" && hops < maxForwardingHops && p.trusts(client); hops++ {
		var hop string
		list, hop = cutLast(list, ',')
		next, ok := addressOf(hop)
		if !ok {
			break
		}
		client = next
	}
	return client
}

// networkOfAddress is the network that an address is counted by: itself in IPv4, its /64 in IPv6.
func networkOfAddress(a netip.Addr) netip.Prefix {
	bits := 64
	if a.Is4() {
		bits = a.BitLen()
	}
	network, _ := a.Prefix(bits) // fails for the zero address only
	return network
}

type networkKey struct{}

// clientNetwork passes on from which network a request comes.
func clientNetwork(p TrustedProxies) echo.MiddlewareFunc {
	return func(handle echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := c.Request()
			c.SetRequest(r.WithContext(context.WithValue(r.Context(), networkKey{}, p.ClientNetwork(r))))
			return handle(c)
		}
	}
}

// networkOf is the client's network, the zero prefix if it is not known.
func networkOf(ctx context.Context) netip.Prefix {
	network, _ := ctx.Value(networkKey{}).(netip.Prefix)
	return network
}
