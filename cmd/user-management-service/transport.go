package main

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/siriusys/user-management-service/adapters/httpapi"
	"github.com/siriusys/user-management-service/adapters/httpapi/clientip"
	"github.com/siriusys/user-management-service/adapters/httpapi/connlimit"
	"github.com/siriusys/user-management-service/adapters/httpapi/tlscert"
	"github.com/siriusys/user-management-service/domain"
)

// checkTransport reports violations in the settings of TLS, proxies and web origins.
func (s Settings) checkTransport() (violations []error) {
	if s.TLSCertFile == "" && s.TLSKeyFile != "" {
		violations = append(violations, errors.New("TLS_CERT_FILE is not set, but TLS_KEY_FILE is"))
	}
	if s.TLSKeyFile == "" && s.TLSCertFile != "" {
		violations = append(violations, errors.New("TLS_KEY_FILE is not set, but TLS_CERT_FILE is"))
	}
	if _, _, err := s.transport(); err != nil {
		violations = append(violations, err)
	}
	return violations
}

// scheme is the URL scheme of the listener.
func (s Settings) scheme() string {
	if s.TLSCertFile != "" {
		return "https"
	}
	return "http"
}

// transport parses which proxies are trusted with the client IP, and which origins' scripts may call the API.
func (s Settings) transport() (clientip.TrustedProxies, httpapi.Origins, error) {
	proxies, proxiesErr := clientip.ParseTrustedProxies(s.TrustedProxies)
	if proxiesErr != nil {
		proxiesErr = fmt.Errorf("TRUSTED_PROXIES: %w", proxiesErr)
	}
	origins, originsErr := httpapi.ParseOrigins(s.AllowedOrigins)
	if originsErr != nil {
		originsErr = fmt.Errorf("CORS_ALLOWED_ORIGINS: %w", originsErr)
	}
	return proxies, origins, errors.Join(proxiesErr, originsErr)
}

// newServer returns a server, and a function that serves requests until the server is shut down: by TLS if there is a certificate.
func newServer(c Config, handler http.Handler) (server *http.Server, accept func() error, err error) {
	timeouts := c.Timeouts
	if timeouts == (httpapi.Timeouts{}) {
		timeouts = httpapi.DefaultTimeouts()
	}
	proxies, _, err := c.transport()
	if err != nil {
		return nil, nil, err
	}
	listener := connlimit.New(c.Listener, connlimit.Config{
		Max: c.HTTPMaxConnections, Networks: domain.NetworkLevels, IsTrusted: proxies.IsTrusted, Now: c.Now,
	})
	server = httpapi.NewHTTPServer(handler, timeouts, c.Logger)
	server.ConnState = listener.ConnState
	if c.TLSCertFile == "" {
		return server, func() error { return server.Serve(listener) }, nil
	}
	certificate, err := tlscert.Load(c.TLSCertFile, c.TLSKeyFile, c.Logger)
	if err != nil {
		return nil, nil, fmt.Errorf("TLS_CERT_FILE, TLS_KEY_FILE: %w", err)
	}
	server.TLSConfig = certificate.ServerConfig()
	return server, func() error { return server.ServeTLS(listener, "", "") }, nil
}
