package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/siriusys/user-management-service/adapters/tink"
	"github.com/siriusys/user-management-service/domain"
)

// service is the measured process.
type service struct {
	*process
	conns []*conn // one for each load client
	admin *conn   // to ADMIN_ADDR
	// startup is the time from the start of the process to its first successful response.
	startup time.Duration
}

// publicURL is the issuer of the tokens.
const publicURL = "http://localhost:8080"

// The service credential for introspection.
const clientID, clientSecret = "bench", "0123456789abcdef0123456789abcdef"

// highLimits are rate limits that are counted but never reached, except that of messages to unverified email addresses, which is
// disabled: the whole load comes from one network.
var highLimits = []string{
	"LOGIN_ATTEMPTS=0", "NETWORK_FAILURES=1000000", "NETWORK_REQUESTS=1000000",
	"MAIL_BURST=1000", "MAIL_UNVERIFIED_PER_MINUTE=0", "ALLOW_INSECURE=rate-limits",
}

// startService runs the program as in production, except for high rate limits and access tokens that do not expire during the
// run. Further settings have the form NAME=value.
func (t *testbed) startService(ctx context.Context, databaseURL string, settings ...string) (*service, error) {
	settings = slices.Concat(highLimits, []string{"HASH_QUEUE=1000", "ACCESS_TOKEN_LIFETIME=1h"}, settings)
	return t.startLimitedService(ctx, databaseURL, settings...)
}

// startLimitedService runs the program with the limits of production.
func (t *testbed) startLimitedService(ctx context.Context, databaseURL string, settings ...string) (*service, error) {
	address, admin, err := freeAddresses(ctx)
	if err != nil {
		return nil, err
	}
	credential, err := domain.NewServiceCredential(clientID, clientSecret)
	if err != nil {
		return nil, err
	}
	begin := time.Now()
	p, err := start(ctx, append([]string{
		"DATABASE_URL=" + databaseURL, "SMTP_URL=" + t.mail.url, "PUBLIC_URL=" + publicURL, "KEYSET_FILE=" + t.keyset,
		"HTTP_ADDR=" + address, "ADMIN_ADDR=" + admin, "SERVICE_CREDENTIALS=" + credential.String(), "SHUTDOWN_DELAY=0",
	}, settings...), t.binary, "serve")
	if err != nil {
		return nil, err
	}
	s := &service{process: p, conns: newConns(address, maxConns), admin: &conn{address: admin}}
	if err := waitReady(ctx, s.conns[0]); err != nil {
		p.stop()
		return nil, err
	}
	s.startup = time.Since(begin)
	return s, nil
}

// waitReady waits until the server of a connection is ready.
func waitReady(ctx context.Context, c *conn) error {
	ctx, cancel := context.WithTimeout(ctx, exchangeTimeout)
	defer cancel()
	for ctx.Err() == nil {
		got, err := c.exchange(request{method: http.MethodGet, path: "/readyz"})
		if err == nil && got.status == http.StatusOK {
			return nil
		}
		time.Sleep(time.Millisecond)
	}
	return fmt.Errorf("wait for a server to be ready: %w", ctx.Err())
}

// cheapHashes are settings of a service whose hashing is not measured: a hash then costs next to nothing.
var cheapHashes = []string{"ARGON2_MEMORY_KIB=8", "ARGON2_TIME=1", "ALLOW_INSECURE=argon2,rate-limits"}

// maxConns is the largest number of load clients.
const maxConns = 200

// newConns makes connections that dial at their first request.
func newConns(address string, n int) []*conn {
	conns := make([]*conn, n)
	for i := range conns {
		conns[i] = &conn{address: address}
	}
	return conns
}

// freeAddresses returns two loopback addresses with unused ports.
func freeAddresses(ctx context.Context) (first, second string, err error) {
	one, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", "", err
	}
	two, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", "", errors.Join(err, one.Close())
	}
	return one.Addr().String(), two.Addr().String(), errors.Join(one.Close(), two.Close())
}

func writeKeyset(dir string) (string, error) {
	keyset, err := tink.Generate(false, time.Now())
	if err != nil {
		return "", fmt.Errorf("generate the keyset: %w", err)
	}
	path := filepath.Join(dir, "keyset.json")
	return path, tink.WriteFile(path, keyset)
}

// build builds the service as for a release and returns the size of the program in MiB.
func build(ctx context.Context, dir string) (binary string, size float64, err error) {
	binary = filepath.Join(dir, "user-management-service")
	if err := run(ctx, "make", "--no-print-directory", "build", "PROGRAM="+binary); err != nil {
		return "", 0, errors.Join(errors.New("run the bench in the project's root folder with make bench"), err)
	}
	info, err := os.Stat(binary)
	if err != nil {
		return "", 0, err
	}
	return binary, float64(info.Size()) / (1 << 20), nil
}
