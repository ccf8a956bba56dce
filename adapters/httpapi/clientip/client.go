package clientip

import (
	"net/http"
	"net/netip"
	"strings"
)

// maxHops is the maximum number of proxies in a row that are believed. Real chains have a handful.
const maxHops = 16

// ClientNetwork returns the network that rate limits count the request by: the client's IPv4 address, or its IPv6 /64. It is
// the zero prefix if even the peer's address is unknown.
//
// Forwarded and X-Forwarded-For are read only if the peer is a trusted proxy. They are read from the right, where the nearest
// proxy wrote, up to the first address that is not trusted. An unreadable entry ends the search at the last readable one. A
// proxy may set one header and pass on the other as the client sent it, so both are ignored unless they name the same client.
func (p TrustedProxies) ClientNetwork(r *http.Request) netip.Prefix {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Prefix{}
	}
	return networkOf(p.client(normalize(peer.Addr()), r.Header))
}

func (p TrustedProxies) client(peer netip.Addr, h http.Header) netip.Addr {
	forwarded, xForwardedFor := h.Values("Forwarded"), h.Values("X-Forwarded-For")
	switch {
	case len(xForwardedFor) == 0:
		return p.walk(peer, forwarded, forwardedFor)
	case len(forwarded) == 0:
		return p.walk(peer, xForwardedFor, nodeAddress)
	}
	client := p.walk(peer, forwarded, forwardedFor)
	if client != p.walk(peer, xForwardedFor, nodeAddress) {
		return peer
	}
	return client
}

// walk follows the hops that the lines of one header list, from the right and starting at the peer, while they are trusted.
func (p TrustedProxies) walk(peer netip.Addr, lines []string, addressOf func(string) (netip.Addr, bool)) netip.Addr {
	client, list := peer, strings.Join(lines, ",")
	for hops := 0; list != "" && hops < maxHops && p.trusts(client); hops++ {
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

func networkOf(ip netip.Addr) netip.Prefix {
	bits := 64
	if ip.Is4() {
		bits = ip.BitLen()
	}
	network, _ := ip.Prefix(bits) // only the zero address fails
	return network
}
