package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// resourceServer is the example of the module verifier.
type resourceServer struct {
	*process
	conn *conn
}

// startResourceServer builds the example in a folder and starts it.
func startResourceServer(ctx context.Context, dir string, follows *service) (*resourceServer, error) {
	binary := filepath.Join(dir, "resource-server")
	if err := run(ctx, "go", "-C", "verifier", "build", "-o", binary, "./examples/resource-server"); err != nil {
		return nil, fmt.Errorf("build the resource server: %w", err)
	}
	address, _, err := freeAddresses(ctx)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, binary) //nolint:gosec // built above
	cmd.Env = append(os.Environ(), "USER_MANAGEMENT_URL=http://"+follows.conns[0].address, "ISSUER="+publicURL,
		"CLIENT_ID="+clientID, "CLIENT_SECRET="+clientSecret, "HTTP_ADDR="+address)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	r := &resourceServer{process: &process{cmd: cmd}, conn: &conn{address: address}}
	if err := waitReady(ctx, r.conn); err != nil {
		r.stop()
		return nil, err
	}
	return r, nil
}

// status is the status of a request with an access token.
func (r *resourceServer) status(access string) (int, error) {
	got, err := r.conn.exchange(request{method: http.MethodGet, path: "/orders", authorization: "Bearer " + access})
	return got.status, err
}

// expect fails unless a request with an access token has the status.
func (r *resourceServer) expect(status int, access string) error {
	got, err := r.status(access)
	if err == nil && got != status {
		err = fmt.Errorf("status %d of the resource server, want %d", got, status)
	}
	return err
}

// await sends a request with an access token every millisecond while the status is the first one, and returns after how long it was
// the second one. Any other status is an error.
func (r *resourceServer) await(ctx context.Context, access string, first, second int) (time.Duration, error) {
	begin := time.Now()
	for {
		status, err := r.status(access)
		switch {
		case err != nil:
			return 0, err
		case status == second:
			return time.Since(begin), nil
		case status != first:
			return 0, fmt.Errorf("status %d of the resource server, want %d or %d", status, first, second)
		}
		if time.Since(begin) > exchangeTimeout {
			return 0, fmt.Errorf("status %d of the resource server for %v", first, exchangeTimeout)
		}
		if err := sleep(ctx, time.Millisecond); err != nil {
			return 0, err
		}
	}
}
