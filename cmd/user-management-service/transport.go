package main

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/siriusys/user-management-service/adapters/httpapi"
)

// checkTransport reports what is wrong with the settings of the way to the clients.
func (s Settings) checkTransport() []error {
	var faults []error
	if s.TLSCertFile == "" && s.TLSKeyFile != "" {
		faults = append(faults, errors.New("TLS_CERT_FILE is not set, but TLS_KEY_FILE is"))
	}
	if s.TLSKeyFile == "" && s.TLSCertFile != "" {
		faults = append(faults, errors.New("TLS_KEY_FILE is not set, but TLS_CERT_FILE is"))
	}
	if _, _, err := s.transport(); err != nil {
		faults = append(faults, err)
	}
	return faults
}

// scheme is how the listener is reached.
func (s Settings) scheme() string {
	if s.TLSCertFile != "" {
		return "https"
	}
	return "http"
}

// transport is who is believed about the client, and whose scripts may call.
func (s Settings) transport() (httpapi.TrustedProxies, httpapi.Origins, error) {
	proxies, proxiesErr := httpapi.ParseTrustedProxies(s.TrustedProxies)
	if proxiesErr != nil {
		proxiesErr = fmt.Errorf("TRUSTED_PROXIES: %w", proxiesErr)
	}
	origins, originsErr := httpapi.ParseOrigins(s.AllowedOrigins)
	if originsErr != nil {
		originsErr = fmt.Errorf("CORS_ALLOWED_ORIGINS: %w", originsErr)
	}
	return proxies, origins, errors.Join(proxiesErr, originsErr)
}

// newServer returns a server and what makes it take requests, by TLS if there is a certificate.
func newServer(c Config, handler http.Handler) (server *http.Server, accept func() error, err error) {
	patience := c.Patience
	if patience == (httpapi.Patience{}) {
		patience = httpapi.DefaultPatience()
	}
	server = httpapi.NewHTTPServer(handler, patience, c.Logger)
	if c.TLSCertFile == "" {
		return server, func() error { return server.Serve(c.Listener) }, nil
	}
	certificate, err := httpapi.LoadCertificate(c.TLSCertFile, c.TLSKeyFile, c.Logger)
	if err != nil {
		return nil, nil, fmt.Errorf("TLS_CERT_FILE, TLS_KEY_FILE: %w", err)
	}
	server.TLSConfig = certificate.TLSConfig()
	return server, func() error { return server.ServeTLS(c.Listener, "", "") }, nil
}
