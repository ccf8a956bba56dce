package app

import (
	"fmt"
	"net/netip"
)

// requestLogPurpose gives the pseudonyms of the request log tags of their own: they match nothing that is stored.
const requestLogPurpose = "request_log"

// requestLogBytes of a tag are logged. Among a million clients, two share a pseudonym with a probability of 1 to 36 million.
const requestLogBytes = 8

// RequestLog computes the pseudonym of a client in the request log: of its IPv4 address or its IPv6 /64, the narrowest of
// domain.NetworkLevels, in 16 hexadecimal digits. It is "unknown" for the zero prefix.
func (p Pseudonyms) RequestLog(client netip.Prefix) (string, error) {
	if !client.IsValid() {
		return "unknown", nil
	}
	tag, err := p.mac.Tag(requestLogPurpose, []byte(client.String()))
	if err != nil {
		return "", fmt.Errorf("compute the pseudonym of a client: %w", err)
	}
	return logged(tag), nil
}

// FindInRequestLog computes the pseudonyms of a client in the request log under every MAC key in use, so that it can be found in
// what was logged before a rotation of the keyset.
func (p Pseudonyms) FindInRequestLog(client netip.Prefix) ([]string, error) {
	tags, err := p.mac.Tags(requestLogPurpose, []byte(client.String()))
	if err != nil {
		return nil, fmt.Errorf("compute the pseudonyms of a client: %w", err)
	}
	pseudonyms := make([]string, len(tags))
	for i, tag := range tags {
		pseudonyms[i] = logged(tag)
	}
	return pseudonyms, nil
}

// logged is the end of a tag. Its beginning may name the key.
func logged(tag []byte) string { return fmt.Sprintf("%x", tag[max(len(tag)-requestLogBytes, 0):]) }
