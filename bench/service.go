package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/siriusys/user-management-service/adapters/devinbox"
	"github.com/siriusys/user-management-service/adapters/tink"
	"github.com/siriusys/user-management-service/domain"
)

// service is the program under measurement, with a mail server that takes everything.
type service struct {
	*process
	*client
	inbox *devinbox.Inbox
	// ready is how long it took from the start of the process to the first request served.
	ready time.Duration
}

// What another service identifies itself with.
const clientID, clientSecret = "bench", "0123456789abcdef0123456789abcdef"

// startService runs the program as for production, but without limits for networks and letters: the load comes from one.
func startService(ctx context.Context, binary, keyset, databaseURL string) (*service, error) {
	inbox, err := devinbox.Start("127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	credential, err := domain.NewServiceCredential(clientID, clientSecret)
	if err != nil {
		return nil, err
	}
	begin := time.Now()
	p, err := start(ctx, []string{
		"DATABASE_URL=" + databaseURL, "SMTP_URL=" + inbox.URL(), "PUBLIC_URL=http://localhost:8080", "KEYSET_FILE=" + keyset, "HTTP_ADDR=" + address,
		"NETWORK_FAILURES=0", "SERVICE_FAILURES=0", "NETWORK_REQUESTS=0", "SERVICE_REQUESTS=0", "MAIL_BURST=0", "MAIL_DAILY=0",
		"HASH_QUEUE=1000", "SERVICE_CREDENTIALS=" + credential.String(),
	}, binary, "serve")
	if err != nil {
		return nil, errors.Join(err, inbox.Close())
	}
	s := &service{process: p, client: newClient("http://" + address), inbox: inbox}
	for {
		resp, err := s.http.Get(s.base + "/readyz") //nolint:noctx // ends with the process
		if err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				s.ready = time.Since(begin)
				return s, nil
			}
		}
		if time.Since(begin) > 30*time.Second {
			return nil, errors.New("the service was not ready in 30 seconds")
		}
		time.Sleep(time.Millisecond)
	}
}

func (s *service) close() {
	s.stop()
	_ = s.inbox.Close()
}

func freeAddress(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

func writeKeyset(dir string) (string, error) {
	keyset, err := tink.Generate(false, time.Now())
	if err != nil {
		return "", fmt.Errorf("make keys: %w", err)
	}
	path := filepath.Join(dir, "keyset.json")
	return path, tink.WriteFile(path, keyset)
}

// build makes the program as it would be shipped, and says how large it is in MiB.
func build(ctx context.Context, dir string) (binary string, size float64, err error) {
	binary = filepath.Join(dir, "user-management-service")
	if err := run(ctx, "go", "build", "-trimpath", "-o", binary, "./cmd/user-management-service"); err != nil {
		return "", 0, err
	}
	info, err := os.Stat(binary)
	if err != nil {
		return "", 0, err
	}
	return binary, float64(info.Size()) / (1 << 20), nil
}
