package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

// maxClientBits limits a list to 65,536 clients: an IPv4 /16, or the /64s of an IPv6 /48.
const maxClientBits = 16

// clientPseudonyms prints the pseudonyms of the clients in a network as the request log contains them, one on each line with the
// client, so that an operator finds the client of a log line among suspects.
func (p program) clientPseudonyms(_ context.Context, args []string) error {
	first, n, err := parseClients(args[0])
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	s, err := readSettings(p.environ)
	if err != nil {
		return err
	}
	keyset, err := readKeyset(s)
	if err != nil {
		return err
	}
	if keyset == nil {
		return errors.New("set one of KEYSET_FILE and KEYSET")
	}
	pseudonyms, out := app.NewPseudonyms(keyset.MAC()), bufio.NewWriter(p.out)
	for client := first; n > 0; client, n = next(client), n-1 {
		all, err := pseudonyms.FindInRequestLog(client)
		if err != nil {
			return err
		}
		for _, pseudonym := range all {
			fmt.Fprintln(out, pseudonym, client)
		}
	}
	return out.Flush()
}

// parseClients reads an IP address or a network in CIDR notation, and returns its first client and how many there are.
func parseClients(s string) (first netip.Prefix, n int, err error) {
	network, err := netip.ParsePrefix(s)
	if ip, ipErr := netip.ParseAddr(s); !strings.Contains(s, "/") {
		ip, err = ip.Unmap().WithZone(""), ipErr
		network = netip.PrefixFrom(ip, ip.BitLen())
	}
	if err != nil {
		return netip.Prefix{}, 0, fmt.Errorf("%q is not an IP address or network", s)
	}
	first = domain.NetworkLevels(network.Masked())[0]
	bits := max(first.Bits()-network.Bits(), 0)
	if bits > maxClientBits {
		return netip.Prefix{}, 0, errors.New("the network must be an IPv4 /16, an IPv6 /48, or narrower")
	}
	return first, 1 << bits, nil
}

// next is the network of the same size that follows.
func next(client netip.Prefix) netip.Prefix {
	address := client.Addr().AsSlice()
	for i := (client.Bits() - 1) / 8; i >= 0; i-- { // a client ends at a byte
		address[i]++
		if address[i] != 0 {
			break
		}
	}
	following, _ := netip.AddrFromSlice(address)
	return netip.PrefixFrom(following, client.Bits())
}
