package clientip

import (
	"errors"
	"math"
	"net/netip"
)

// The widest union of public networks that may be trusted, as prefix lengths. The proxies of a cloud fit into it.
const (
	widestIPv4 = 8
	widestIPv6 = 16
)

// privateNetworks are reachable only within a site, a link or a machine (RFC 1918, 3927, 4193, 4291).
var privateNetworks = parsePrefixes(
	"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8", "fc00::/7", "fe80::/10", "::1/128",
)

func parsePrefixes(all ...string) (prefixes []netip.Prefix) {
	for _, s := range all {
		prefixes = append(prefixes, netip.MustParsePrefix(s))
	}
	return prefixes
}

// CheckWidth returns an error if the trusted networks contain more public addresses than an IPv4 /8, or than an IPv6 /16. A client
// in a trusted network chooses the address that it is counted by.
func (p TrustedProxies) CheckWidth() error {
	ipv4 := p.publicShare(netip.PrefixFrom(netip.IPv4Unspecified(), 0))
	ipv6 := p.publicShare(netip.PrefixFrom(netip.IPv6Unspecified(), 0))
	if ipv4 > math.Ldexp(1, -widestIPv4) || ipv6 > math.Ldexp(1, -widestIPv6) {
		return errors.New("the public addresses must be at most an IPv4 /8 and an IPv6 /16 together")
	}
	return nil
}

// publicShare is the share of all addresses of a family that is trusted, public and within the network.
func (p TrustedProxies) publicShare(within netip.Prefix) float64 {
	overlaps, covered, isPrivate := false, false, false
	for _, n := range p.networks {
		overlaps = overlaps || n.Overlaps(within)
		covered = covered || contains(n, within)
	}
	for _, n := range privateNetworks {
		isPrivate = isPrivate || contains(n, within)
		covered = covered && !n.Overlaps(within)
	}
	switch {
	case !overlaps || isPrivate:
		return 0
	case covered:
		return math.Ldexp(1, -within.Bits())
	}
	low, high := halves(within)
	return p.publicShare(low) + p.publicShare(high)
}

func contains(outer, inner netip.Prefix) bool {
	return outer.Bits() <= inner.Bits() && outer.Contains(inner.Addr())
}

// halves splits a network in two. A single address has no halves.
func halves(p netip.Prefix) (low, high netip.Prefix) {
	bits := p.Bits()
	address := p.Addr().AsSlice()
	low = netip.PrefixFrom(p.Addr(), bits+1)
	address[bits/8] |= 0x80 >> (bits % 8)
	upper, _ := netip.AddrFromSlice(address)
	return low, netip.PrefixFrom(upper, bits+1)
}
