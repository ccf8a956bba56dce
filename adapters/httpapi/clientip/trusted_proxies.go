// Package clientip finds the client's IP address behind trusted proxies, from Forwarded (RFC 7239) or X-Forwarded-For.
package clientip

import (
	"fmt"
	"net/netip"
	"strings"
)

// mappedBits is the length of the prefix of an IPv4-mapped IPv6 address (RFC 4291, section 2.5.5.2).
const mappedBits = 96

// TrustedProxies are the networks whose forwarded headers are believed. The zero value trusts no proxy.
type TrustedProxies struct{ networks []netip.Prefix }

// ParseTrustedProxies reads IP addresses and networks in CIDR notation. Blank entries are ignored.
// Errors: an entry is neither, or is a network of all addresses (/0), which would let each client choose its address.
func ParseTrustedProxies(entries []string) (TrustedProxies, error) {
	var p TrustedProxies
	for _, entry := range entries {
		entry = strings.TrimSpace(entry)
		if entry == "" {
			continue
		}
		network, err := parseNetwork(entry)
		if err != nil {
			return TrustedProxies{}, fmt.Errorf("%q is not an IP address or network: %w", entry, err)
		}
		if network.Bits() == 0 {
			return TrustedProxies{}, fmt.Errorf("%q trusts every address", entry)
		}
		p.networks = append(p.networks, network)
	}
	return p, nil
}

func parseNetwork(s string) (netip.Prefix, error) {
	if !strings.Contains(s, "/") {
		ip, err := netip.ParseAddr(s)
		if err != nil {
			return netip.Prefix{}, err
		}
		ip = normalize(ip)
		return ip.Prefix(ip.BitLen())
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

// normalize removes the two ways to spell one address differently: IPv4 mapped into IPv6, and a zone.
func normalize(ip netip.Addr) netip.Addr { return ip.Unmap().WithZone("") }

// IsTrusted reports whether an IP address is that of a trusted proxy.
func (p TrustedProxies) IsTrusted(ip netip.Addr) bool { return p.trusts(normalize(ip)) }

func (p TrustedProxies) trusts(ip netip.Addr) bool {
	for _, network := range p.networks {
		if network.Contains(ip) {
			return true
		}
	}
	return false
}
