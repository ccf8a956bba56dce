package domain

import (
	"fmt"
	"net/netip"
)

// The levels of the network hierarchy: the prefix lengths by which rate limits count clients. An IPv6 customer receives a /64, a
// /56 or a /48 (RFC 6177), and an IPv4 customer may rent a /24.
var (
	ipv4Levels = []int{32, 24}
	ipv6Levels = []int{64, 56, 48}
)

// NetworkLevels returns the networks that contain a client, the narrowest first: IPv4 /32 and /24, IPv6 /64, /56 and /48. client
// is the narrowest of them. A client whose network is unknown has one level, the zero prefix.
func NetworkLevels(client netip.Prefix) []netip.Prefix {
	lengths := ipv6Levels
	switch {
	case !client.IsValid():
		return []netip.Prefix{client}
	case client.Addr().Is4():
		lengths = ipv4Levels
	}
	levels := make([]netip.Prefix, len(lengths))
	for i, bits := range lengths {
		levels[i] = netip.PrefixFrom(client.Addr(), bits).Masked()
	}
	return levels
}

// NetworkPseudonym is the keyed pseudonym of a network, as one session contains it. An IP address may identify a person.
type NetworkPseudonym string

// Format keeps the pseudonym out of any formatted output.
func (NetworkPseudonym) Format(s fmt.State, _ rune) { hide(s, "[network]") }

// WideNetwork returns the widest network that contains a client: its IPv4 /24 or IPv6 /48. Limits that protect an email address
// use it, because one client easily changes its address within it.
func WideNetwork(client netip.Prefix) netip.Prefix {
	levels := NetworkLevels(client)
	return levels[len(levels)-1]
}
