package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/ports/porttest/await"
)

// newPair makes a self-signed certificate for 127.0.0.1, and its key, both in PEM.
func newPair(t *testing.T, serial int64) (chain, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// serial is the serial number of the certificate that the service presents to a new connection.
func (s *service) serial(t *testing.T, chains ...[]byte) int64 {
	t.Helper()
	trusted := x509.NewCertPool()
	for _, chain := range chains {
		trusted.AppendCertsFromPEM(chain)
	}
	conn, err := tls.Dial("tcp", s.address(), &tls.Config{RootCAs: trusted})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	return conn.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
}

// address is the service's host and port.
func (s *service) address() string {
	_, address, _ := strings.Cut(s.url, "://")
	return address
}

func TestTheServiceTerminatesTLSAndReloadsCertificates(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	certFile, keyFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	chain1, key1 := newPair(t, 1)
	chain2, key2 := newPair(t, 2)
	write(t, certFile, chain1)
	write(t, keyFile, key1)
	s := start(t, "TLS_CERT_FILE="+certFile, "TLS_KEY_FILE="+keyFile, "PUBLIC_URL=https://accounts.example.com")

	s.speaksHTTP2(t, chain1)
	s.refusesOldTLS(t)
	s.sendsNothingInClear(t)

	const failure = "TLS certificate not reloaded"
	write(t, certFile, chain2) // the key is still the old one
	eventually(t, "a log line about the half-replaced pair", func() bool {
		if got := s.serial(t, chain1); got != 1 {
			t.Fatalf("certificate %d is presented without its key", got)
		}
		return strings.Contains(s.log.String(), failure)
	})
	write(t, keyFile, key2)
	eventually(t, "the new certificate", func() bool { return s.serial(t, chain1, chain2) == 2 })
	if err := os.Remove(certFile); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a log line about the missing file", func() bool {
		if got := s.serial(t, chain2); got != 2 {
			t.Fatalf("certificate %d is presented", got)
		}
		return strings.Count(s.log.String(), failure) >= 2
	})
	for _, secret := range []string{string(key1), string(key2), "PRIVATE KEY"} {
		if strings.Contains(s.log.String(), secret) {
			t.Error("the log contains a key")
		}
	}
}

func (s *service) speaksHTTP2(t *testing.T, chain []byte) {
	t.Helper()
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(chain)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted}, ForceAttemptHTTP2: true}
	secure := &http.Client{Timeout: waitLimit, Transport: transport}
	defer secure.CloseIdleConnections()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "https://"+s.address()+"/livez", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := secure.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK || resp.ProtoMajor != 2 || resp.TLS.Version != tls.VersionTLS13 {
		t.Errorf("%d by %s and TLS %x", resp.StatusCode, resp.Proto, resp.TLS.Version)
	}
	if got := resp.Header.Get("Strict-Transport-Security"); got != "max-age=31536000" {
		t.Errorf("Strict-Transport-Security is %q", got)
	}
}

func (s *service) refusesOldTLS(t *testing.T) {
	t.Helper()
	for version, accepted := range map[uint16]bool{tls.VersionTLS10: false, tls.VersionTLS11: false, tls.VersionTLS12: true} {
		conn, err := tls.Dial("tcp", s.address(), &tls.Config{InsecureSkipVerify: true, MinVersion: version, MaxVersion: version})
		if err == nil {
			_ = conn.Close()
		}
		if (err == nil) != accepted {
			t.Errorf("%s: %v", tls.VersionName(version), err)
		}
	}
}

// A client that sends plain HTTP to the TLS port gets no response of the API.
func (s *service) sendsNothingInClear(t *testing.T) {
	t.Helper()
	conn := s.dial(t)
	if _, err := io.WriteString(conn, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if got, _ := io.ReadAll(conn); bytes.Contains(got, []byte("X-Request-Id")) || bytes.HasPrefix(got, []byte("HTTP/1.1 2")) {
		t.Errorf("%s", got)
	}
}

// dial opens a plain connection, which is closed with the test at the latest.
func (s *service) dial(t *testing.T) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", s.address())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(await.Limit(t))); err != nil {
		t.Fatal(err)
	}
	return conn
}

func TestServeRefusesAnUnusableCertificate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	certFile, keyFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	chain, _ := newPair(t, 1)
	_, otherKey := newPair(t, 2)
	write(t, certFile, chain)
	write(t, keyFile, otherKey)
	inbox, database := newInbox(t), pgtest.New(t)
	keyset := filepath.Join(dir, "keyset.json")
	if _, err := run(t, nil, "keys", "create", keyset); err != nil {
		t.Fatal(err)
	}
	_, err := run(t, map[string]string{
		"DATABASE_URL": database, "SMTP_URL": inbox.URL(), "PUBLIC_URL": "https://accounts.example.com", "KEYSET_FILE": keyset,
		"HTTP_ADDR": "127.0.0.1:0", "TLS_CERT_FILE": certFile, "TLS_KEY_FILE": keyFile, "ALLOW_INSECURE": lifting(t, database),
	}, "serve")
	if err == nil || !strings.Contains(err.Error(), "TLS_CERT_FILE") {
		t.Errorf("serve ended with %v", err)
	}
}
