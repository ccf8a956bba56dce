package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"github.com/siriusys/user-management-service/adapters/devinbox"
)

// readHeader bounds how long a browser may take for the header of a request.
const readHeader = 10 * time.Second

// catchMail keeps the emails that arrive at smtpAddr and shows them at httpAddr, until the context ends. The service sends over TLS
// only, except to its own host.
func catchMail(ctx context.Context, folder, smtpAddr, httpAddr string) (err error) {
	pair, err := tls.LoadX509KeyPair(filepath.Join(folder, "certificate.pem"), filepath.Join(folder, "key.pem"))
	if err != nil {
		return fmt.Errorf("load the certificate: %w", err)
	}
	inbox, err := devinbox.StartTLS(smtpAddr, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, inbox.Close()) }()
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", httpAddr)
	if err != nil {
		return fmt.Errorf("listen for browsers: %w", err)
	}
	server := &http.Server{Handler: inbox.Handler(), ReadHeaderTimeout: readHeader}
	defer context.AfterFunc(ctx, func() { _ = server.Close() })()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("show the emails: %w", err)
	}
	return nil
}
