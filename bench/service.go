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

// service is the program under measurement.
type service struct {
	*process
	conns []*conn // one for each worker
	admin *conn   // to ADMIN_ADDR
	// ready is how long it took from the start of the process to the first request served.
	ready time.Duration
}

// What another service identifies itself with.
const clientID, clientSecret = "bench", "0123456789abcdef0123456789abcdef"

// farAway are limits that count but are never met, since the load comes from one network.
var farAway = []string{
	"NETWORK_FAILURES=1000000", "SERVICE_FAILURES=1000000", "NETWORK_REQUESTS=1000000", "SERVICE_REQUESTS=1000000", "MAIL_BURST=1000000", "MAIL_DAILY=1000000",
}

// startService runs the program as for production, but with limits that are far away and access tokens that last for the
// whole run. Further settings are given as NAME=value.
func (w *world) startService(ctx context.Context, databaseURL string, settings ...string) (*service, error) {
	address, admin, err := freeAddresses(ctx)
	if err != nil {
		return nil, err
	}
	credential, err := domain.NewServiceCredential(clientID, clientSecret)
	if err != nil {
		return nil, err
	}
	begin := time.Now()
	p, err := start(ctx, slices.Concat(farAway, []string{
		"DATABASE_URL=" + databaseURL, "SMTP_URL=" + w.mail.url, "PUBLIC_URL=http://localhost:8080", "KEYSET_FILE=" + w.keyset, "HTTP_ADDR=" + address, "ADMIN_ADDR=" + admin,
		"HASH_QUEUE=1000", "ACCESS_TOKEN_LIFETIME=1h", "SERVICE_CREDENTIALS=" + credential.String(),
	}, settings), w.binary, "serve")
	if err != nil {
		return nil, err
	}
	s := &service{process: p, conns: dialLater(address, mostConns), admin: &conn{address: admin}}
	if err := s.waitReady(ctx); err != nil {
		p.stop()
		return nil, err
	}
	s.ready = time.Since(begin)
	return s, nil
}

func (s *service) waitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, exchangeTimeout)
	defer cancel()
	for ctx.Err() == nil {
		a, err := s.conns[0].exchange(request{method: http.MethodGet, path: "/readyz"})
		if err == nil && a.status == http.StatusOK {
			return nil
		}
		time.Sleep(time.Millisecond)
	}
	return fmt.Errorf("wait for the service to be ready: %w", ctx.Err())
}

// cheapHashes are settings of a service that is not measured: it only opens sessions, of users of its own.
var cheapHashes = []string{"ARGON2_MEMORY_KIB=8", "ARGON2_TIME=1"}

// mostConns is how many workers there are at most.
const mostConns = 200

// dialLater makes connections that are dialled at their first request.
func dialLater(address string, n int) []*conn {
	conns := make([]*conn, n)
	for i := range conns {
		conns[i] = &conn{address: address}
	}
	return conns
}

// freeAddresses are two that nobody listens on.
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
		return "", fmt.Errorf("make keys: %w", err)
	}
	path := filepath.Join(dir, "keyset.json")
	return path, tink.WriteFile(path, keyset)
}

// build makes the program as it is shipped, and says how large it is in MiB.
func build(ctx context.Context, dir string) (binary string, size float64, err error) {
	binary = filepath.Join(dir, "user-management-service")
	if err := run(ctx, "make", "--no-print-directory", "build", "PROGRAM="+binary); err != nil {
		return "", 0, errors.Join(errors.New("run the bench in the project's folder, by make bench"), err)
	}
	info, err := os.Stat(binary)
	if err != nil {
		return "", 0, err
	}
	return binary, float64(info.Size()) / (1 << 20), nil
}
