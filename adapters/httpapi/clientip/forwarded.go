package clientip

import (
	"net/netip"
	"strconv"
	"strings"
)

// cutLast cuts a list at its last separator outside a quoted string. It reads from the right, so that an unpaired quote from a
// client does not hide what a proxy appended.
func cutLast(list string, separator byte) (before, last string) {
	quoted := false
	for i := len(list) - 1; i >= 0; i-- {
		switch {
		case list[i] == '"' && (!quoted || !isEscaped(list, i)):
			quoted = !quoted
		case list[i] == separator && !quoted:
			return list[:i], list[i+1:]
		}
	}
	return "", list
}

// isEscaped reports whether an odd number of backslashes precedes i.
func isEscaped(s string, i int) bool {
	before := s[:i]
	return (len(before)-len(strings.TrimRight(before, `\`)))%2 == 1
}

// forwardedFor returns the address in the for parameter of one forwarded-element (RFC 7239, section 4).
func forwardedFor(element string) (client netip.Addr, ok bool) {
	for element != "" {
		var pair string
		element, pair = cutLast(element, ';')
		name, value, _ := strings.Cut(trimOWS(pair), "=")
		if !strings.EqualFold(name, "for") {
			continue
		}
		if ok { // a repeated parameter is ambiguous
			return netip.Addr{}, false
		}
		if client, ok = nodeAddress(unquote(value)); !ok {
			return netip.Addr{}, false
		}
	}
	return client, ok
}

// unquote reads a token or a quoted string. It keeps backslashes, because no character of an address needs one.
func unquote(s string) string {
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		return s[1 : len(s)-1]
	}
	return s
}

// nodeAddress reads an address with or without a port, IPv6 with or without brackets (RFC 7239, section 6). It is false for
// "unknown" and for obfuscated identifiers.
func nodeAddress(node string) (netip.Addr, bool) {
	node = trimOWS(node)
	switch inBrackets, rest, found := strings.Cut(node, "]"); {
	case strings.HasPrefix(node, "["):
		if !found || !strings.Contains(inBrackets, ":") || rest != "" && !isPort(rest) {
			return netip.Addr{}, false
		}
		node = inBrackets[1:]
	case strings.Count(node, ":") == 1:
		port := strings.IndexByte(node, ':')
		if !isPort(node[port:]) {
			return netip.Addr{}, false
		}
		node = node[:port]
	}
	ip, err := netip.ParseAddr(node)
	return normalize(ip), err == nil
}

// isPort reports whether s is a colon and a port.
func isPort(s string) bool {
	port, found := strings.CutPrefix(s, ":")
	_, err := strconv.ParseUint(port, 10, 16)
	return found && err == nil
}

// trimOWS removes optional white space (RFC 9110, section 5.6.3).
func trimOWS(s string) string { return strings.Trim(s, " \t") }
