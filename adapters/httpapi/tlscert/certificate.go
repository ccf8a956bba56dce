// Package tlscert serves a TLS certificate from two PEM files and loads new ones while the server runs.
package tlscert

import (
	"crypto/sha256"
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// checkInterval is the minimum time between two checks of the files. Handshakes start the checks.
const checkInterval = time.Second

// Certificate is a server's certificate and its private key. Both files may be replaced while the server runs.
type Certificate struct {
	certFile, keyFile string
	logger            *slog.Logger

	current atomic.Pointer[tls.Certificate]

	mu        sync.Mutex // locked by the handshake that checks the files
	checkedAt time.Time
	checked   fingerprint
}

// fingerprint identifies the content of both files. Unreadable files have a constant fingerprint each.
type fingerprint [2][sha256.Size]byte

var unreadableCertificate, unreadableKey = fingerprint{{1}}, fingerprint{{2}}

// Load reads the certificate with its chain, and its private key.
// Errors: a file cannot be read, or the key does not belong to the certificate.
func Load(certFile, keyFile string, logger *slog.Logger) (*Certificate, error) {
	c := &Certificate{certFile: certFile, keyFile: keyFile, logger: logger}
	if err := c.reload(); err != nil {
		return nil, err
	}
	return c, nil
}

// ServerConfig returns a configuration that presents the certificate over TLS 1.2 or later, with Go's cipher suites.
func (c *Certificate) ServerConfig() *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.latest(), nil },
	}
}

// latest checks the files, at most once per checkInterval. An unusable pair, such as a half-written one, is logged once, and the
// previous certificate stays in use.
func (c *Certificate) latest() *tls.Certificate {
	if c.mu.TryLock() { // concurrent handshakes use the current certificate
		defer c.mu.Unlock()
		if now := time.Now(); now.Sub(c.checkedAt) >= checkInterval {
			c.checkedAt = now
			if err := c.reload(); err != nil {
				c.logger.Error("TLS certificate not reloaded, previous one stays in use", "error", err)
			}
		}
	}
	return c.current.Load()
}

// reload replaces the current certificate if the files have changed since the last check. It reports an error only once per change.
func (c *Certificate) reload() error {
	found, certificate, err := c.read()
	if found == c.checked {
		return nil
	}
	c.checked = found
	if err != nil {
		return err
	}
	if c.current.Swap(certificate) != nil {
		c.logger.Info("TLS certificate reloaded",
			"serial", certificate.Leaf.SerialNumber.String(), "expires", certificate.Leaf.NotAfter)
	}
	return nil
}

func (c *Certificate) read() (fingerprint, *tls.Certificate, error) {
	chain, err := os.ReadFile(c.certFile)
	if err != nil {
		return unreadableCertificate, nil, fmt.Errorf("read the certificate: %w", err)
	}
	key, err := os.ReadFile(c.keyFile)
	if err != nil {
		return unreadableKey, nil, fmt.Errorf("read the certificate's key: %w", err)
	}
	found := fingerprint{sha256.Sum256(chain), sha256.Sum256(key)}
	certificate, err := tls.X509KeyPair(chain, key)
	if err != nil {
		return found, nil, fmt.Errorf("match the certificate with its key: %w", err)
	}
	return found, &certificate, nil
}
