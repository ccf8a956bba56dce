package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"time"
)

// healthcheckTimeout is longer than the service takes for /readyz while its database does not respond.
const healthcheckTimeout = 10 * time.Second

// healthcheck asks the service that runs beside it with the same settings whether it is healthy: /readyz, or the endpoint in args. It is
// for images, which contain no curl.
func (p program) healthcheck(ctx context.Context, args []string) error {
	endpoint := cmp.Or(append(args, "readyz")...)
	if !slices.Contains([]string{"readyz", "livez"}, endpoint) {
		return fmt.Errorf("%w: expected readyz or livez, not %q", errUsage, endpoint)
	}
	s, err := readSettings(p.environ)
	if err != nil {
		return err
	}
	if _, port, err := net.SplitHostPort(s.HTTPAddr); err != nil || port == "0" {
		return errors.Join(errors.New("HTTP_ADDR must contain a port"), err)
	}
	ctx, cancel := context.WithTimeout(ctx, healthcheckTimeout)
	defer cancel()
	return s.askSelf(ctx, endpoint)
}

// askSelf returns an error unless the endpoint at HTTP_ADDR responds with 200.
func (s Settings) askSelf(ctx context.Context, endpoint string) error {
	transport := &http.Transport{
		// net dials this host if the address has no host, or the unspecified one.
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, s.HTTPAddr)
		},
		// The connection stays on this host, for which no certificate is issued, and carries no secret.
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // see above
	}
	defer transport.CloseIdleConnections()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.scheme()+"://localhost/"+endpoint, nil)
	if err != nil {
		return err
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return fmt.Errorf("/%s at HTTP_ADDR %s: %w", endpoint, s.HTTPAddr, err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("/%s at HTTP_ADDR %s: status %d", endpoint, s.HTTPAddr, resp.StatusCode)
	}
	return nil
}
