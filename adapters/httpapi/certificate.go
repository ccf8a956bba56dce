package httpapi

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

// certificateCheckInterval is how old the look at the files may be that a handshake relies on.
const certificateCheckInterval = time.Second

// Certificate is a server's certificate in two PEM files, which may be replaced while the server runs.
type Certificate struct {
	certFile, keyFile string
	logger            *slog.Logger

	current atomic.Pointer[tls.Certificate]

	mu      sync.Mutex // held by the one handshake that looks at the files
	checked time.Time
	seen    [2][sha256.Size]byte
}

// LoadCertificate reads the certificate, with its chain behind it, and its key.
// Errors: a file cannot be read, or the two are no pair.
func LoadCertificate(certFile, keyFile string, logger *slog.Logger) (*Certificate, error) {
	c := &Certificate{certFile: certFile, keyFile: keyFile, logger: logger}
	if err := c.reload(); err != nil {
		return nil, err
	}
	return c, nil
}

// TLSConfig offers the certificate by TLS 1.2 or later, with Go's choice of ciphers.
func (c *Certificate) TLSConfig() *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.newest(), nil },
	}
}

// newest looks whether the files have changed, at most once in certificateCheckInterval. A pair that cannot be used, such as one
// half written, is logged once and leaves the old one in place.
func (c *Certificate) newest() *tls.Certificate {
	if c.mu.TryLock() { // others go on with what there is
		defer c.mu.Unlock()
		if now := time.Now(); now.Sub(c.checked) >= certificateCheckInterval {
			c.checked = now
			if err := c.reload(); err != nil {
				c.logger.Error("the new certificate cannot be used; the old one stays", "error", err)
			}
		}
	}
	return c.current.Load()
}

// reload takes the files' pair, unless they are as they were when last looked at.
func (c *Certificate) reload() error {
	seen, certificate, err := c.read()
	if seen == c.seen {
		return nil
	}
	c.seen = seen
	if err != nil {
		return err
	}
	if c.current.Swap(certificate) != nil {
		c.logger.Info("took a new certificate", "serial", certificate.Leaf.SerialNumber.String(), "expires", certificate.Leaf.NotAfter)
	}
	return nil
}

// read returns the pair and what tells its files from others. Files that cannot be read are alike.
func (c *Certificate) read() (seen [2][sha256.Size]byte, _ *tls.Certificate, _ error) {
	chain, err := os.ReadFile(c.certFile)
	if err != nil {
		return [2][sha256.Size]byte{{1}}, nil, fmt.Errorf("read the certificate: %w", err)
	}
	key, err := os.ReadFile(c.keyFile)
	if err != nil {
		return [2][sha256.Size]byte{{2}}, nil, fmt.Errorf("read the certificate's key: %w", err)
	}
	seen = [2][sha256.Size]byte{sha256.Sum256(chain), sha256.Sum256(key)}
	certificate, err := tls.X509KeyPair(chain, key)
	if err != nil {
		return seen, nil, fmt.Errorf("pair the certificate with its key: %w", err)
	}
	return seen, &certificate, nil
}
