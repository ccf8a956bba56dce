package postgres

import (
	"crypto/tls"
	"net/netip"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/siriusys/user-management-service/db"
)

// UnverifiedHosts lists the hosts of a database URL to which a connection may be made without TLS, or by TLS that does not verify
// the server. Loopback addresses and sockets need no TLS. The URL is read as Open reads it, together with the PG... variables of the
// environment. Without an sslmode a connection falls back to plaintext, so its host is listed.
// Errors: those of db.ParseURL.
func UnverifiedHosts(databaseURL string) (hosts []string, err error) {
	config, err := db.ParseURL(databaseURL)
	if err != nil {
		return nil, err
	}
	first := config.ConnConfig
	ways := append([]*pgconn.FallbackConfig{{Host: first.Host, Port: first.Port, TLSConfig: first.TLSConfig}}, first.Fallbacks...)
	for _, way := range ways {
		if !isLocal(way.Host, way.Port) && !verifies(way.TLSConfig) && !slices.Contains(hosts, way.Host) {
			hosts = append(hosts, way.Host)
		}
	}
	return hosts, nil
}

func isLocal(host string, port uint16) bool {
	if network, _ := pgconn.NetworkAddress(host, port); network == "unix" || host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

// verifies reports whether a server needs a certificate of a trusted authority. verify-full checks its name too. verify-ca does not:
// with the system's authorities, any public certificate would pass, so it needs authorities of its own.
func verifies(c *tls.Config) bool {
	if c == nil {
		return false
	}
	return !c.InsecureSkipVerify || c.VerifyPeerCertificate != nil && c.RootCAs != nil
}
