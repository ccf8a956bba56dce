package postgres_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres"
)

// authority writes the certificate of an authority.
func authority(t *testing.T) (path string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

//nolint:paralleltest // changes the environment
func TestDatabaseHostsWithoutVerifiedTLSAreFound(t *testing.T) {
	for _, name := range []string{"PGSSLMODE", "PGSSLROOTCERT", "PGHOST", "PGSERVICE"} {
		t.Setenv(name, "")
	}
	ca := authority(t)
	for databaseURL, want := range map[string][]string{
		"postgres://u:p@db/x?sslmode=verify-full":                                  nil,
		"postgres://u:p@db/x?sslmode=verify-ca&sslrootcert=" + ca:                  nil,
		"postgres://u:p@db/x?sslmode=require&sslrootcert=" + ca:                    nil, // libpq: as verify-ca
		"postgres://u:p@db/x?sslmode=disable&sslrootcert=system":                   nil, // pgx: as verify-full
		"postgres://u:p@a,b/x?sslmode=verify-full&target_session_attrs=read-write": nil,
		"host=db user=u sslmode=verify-full":                                       nil,
		"postgres://u:p@db/x":                                                      {"db"}, // prefer
		"postgres://u:p@db/x?sslmode=disable":                                      {"db"},
		"postgres://u:p@db/x?sslmode=allow":                                        {"db"},
		"postgres://u:p@db/x?sslmode=prefer&sslrootcert=" + ca:                     {"db"},
		"postgres://u:p@db/x?sslmode=require":                                      {"db"},
		"postgres://u:p@db/x?ssl=true":                                             {"db"},
		"postgres://u:p@db/x?sslmode=verify-ca":                                    {"db"}, // any public certificate would pass
		"postgres://u:p@db/x?sslmode=prefer&sslnegotiation=direct":                 {"db"},
		"postgres://u:p@a,b:5433/x":                                                {"a", "b"},
		"postgres://u:p@localhost,db/x":                                            {"db"},
		"host=db user=u":                                                           {"db"},
		"host='/tmp,db' user=u":                                                    {"db"},
		"postgres://u:p@192.0.2.1/x":                                               {"192.0.2.1"},
		"postgres://u:p@[2001:db8::1]/x":                                           {"2001:db8::1"},
		"postgres://u:p@localhost.example.com/x":                                   {"localhost.example.com"},
		"postgres://u:p@localhost/x?sslmode=disable":                               nil,
		"postgres://u:p@127.1.2.3,[::1]/x":                                         nil,
		"postgres://u:p@/x?host=/var/run/postgresql":                               nil,
		"host=/var/run/postgresql user=u pool_max_conns=4":                         nil,
	} {
		got, err := postgres.UnverifiedHosts(databaseURL)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q; %v", databaseURL, got, want, err)
		}
	}
}

// The environment completes a URL without an sslmode.
//
//nolint:paralleltest // changes the environment
func TestPGSSLMODEIsHonored(t *testing.T) {
	for mode, want := range map[string]int{"verify-full": 0, "disable": 1} {
		t.Setenv("PGSSLMODE", mode)
		if hosts, err := postgres.UnverifiedHosts("postgres://u:p@db/x"); err != nil || len(hosts) != want {
			t.Errorf("%s: %q, %v", mode, hosts, err)
		}
	}
}

func TestAnInvalidDatabaseURLIsNotRepeated(t *testing.T) {
	t.Parallel()
	for _, databaseURL := range []string{
		"postgres://u:secret@db:port/x", "postgres://u:secret@db/x?sslmode=never", "postgres://u:p@db/x?sslrootcert=/secret.pem",
	} {
		if _, err := postgres.UnverifiedHosts(databaseURL); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", databaseURL, err)
		}
	}
}
