// Package httpapi is the HTTP adapter of the use cases. It serves the operations of openapi.yaml, through handlers that
// oapi-codegen generates.
package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"go.opentelemetry.io/otel/trace"

	"github.com/siriusys/user-management-service/adapters/httpapi/clientip"
	"github.com/siriusys/user-management-service/adapters/httpapi/internal/gen"
	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/ports"
)

// Limits of a connection and of a request. The server closes the connection of a client that exceeds them.
const (
	writeTimeout   = 30 * time.Second
	requestTimeout = 20 * time.Second
	maxHeaderBytes = 16 << 10
	maxBodyBytes   = 64 << 10
	// maxConcurrentStreams bounds the requests in progress of one HTTP/2 connection. net/http lets four times as many wait and then
	// closes the connection of a client that resets its streams faster than they are served (CVE-2023-44487).
	maxConcurrentStreams = 100
)

// Timeouts limit how long a server waits for a client.
type Timeouts struct {
	// Header and Request limit the time to receive a request's header, and its header and body together. Idle limits the time
	// between two requests on a connection.
	Header, Request, Idle time.Duration
}

// DefaultTimeouts are the timeouts of production.
func DefaultTimeouts() Timeouts {
	return Timeouts{Header: 5 * time.Second, Request: 15 * time.Second, Idle: 2 * time.Minute}
}

// Config contains the dependencies and settings of the API. Every field but Traces, TrustedProxies, AllowedOrigins and OnlyHTTPS
// must be set.
type Config struct {
	Authentication *app.Authentication
	Accounts       *app.Accounts
	// Pseudonyms are those of clients in the log.
	Pseudonyms app.Pseudonyms
	Logger     *slog.Logger
	Metrics    ports.Metrics
	// Traces record requests; nil is none.
	Traces trace.TracerProvider
	// Now is the clock of the service.
	Now func() time.Time
	// Ready returns an error if the process cannot take requests now.
	Ready func(ctx context.Context) error
	// Issuer and Audience are the iss and aud claims of access tokens.
	Issuer, Audience string
	// Streams ends the open streams when it is cancelled. Requests in progress continue.
	Streams context.Context
	// Revoked receives a value when sessions were revoked; nil if nothing tells. The list of revocations is polled in any case.
	Revoked <-chan struct{}
	// NewRequestID returns an id for a request without a usable X-Request-Id.
	NewRequestID func() string
	// TrustedProxies may report the client's IP address.
	TrustedProxies clientip.TrustedProxies
	// AllowedOrigins may call the API from a browser.
	AllowedOrigins Origins
	// OnlyHTTPS makes browsers use https only.
	OnlyHTTPS bool
}

// New returns an Echo that serves the API and responds to every error with a problem. The caller may add routes.
func New(c Config) *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.Binder = strictBinder{}
	e.JSONSerializer = strictSerializer{}
	e.HTTPErrorHandler = problemWriter{c.Logger}.write
	e.Use(requestID(c.NewRequestID))
	if c.Traces != nil {
		e.Use(traced(c.Traces)) // before the log, whose lines contain the id of the trace
	}
	e.Use(
		clientNetwork(c.TrustedProxies),
		observe(c.Metrics),
		accessLog(c.Logger, c.Pseudonyms),
		recovery,
		commonHeaders(c.OnlyHTTPS),
		crossOrigin(c.AllowedOrigins),
		timeLimit(requestTimeout),
	)
	handler := gen.NewStrictHandler(handlers{
		authentication: c.Authentication, accounts: c.Accounts, ready: c.Ready, issuer: c.Issuer, audience: c.Audience,
	}, nil)
	gen.RegisterHandlersWithOptions(headRouter{e}, handler, gen.RegisterHandlersOptions{OperationMiddlewares: operationMiddlewares(c)})
	return e
}

// operationMiddlewares maps operations to their middlewares. The first one checks the credential that the contract requires.
func operationMiddlewares(c Config) map[string][]echo.MiddlewareFunc {
	credential := map[gen.SecurityScheme]echo.MiddlewareFunc{
		gen.SecuritySchemeAccessToken:       userAuthentication(c.Authentication),
		gen.SecuritySchemeServiceCredential: serviceAuthentication(c.Authentication),
	}
	all := map[string][]echo.MiddlewareFunc{}
	for operation, scheme := range gen.SecuritySchemeOf {
		if scheme != gen.SecuritySchemeNone {
			all[operation] = []echo.MiddlewareFunc{credential[scheme]}
		}
		if gen.HasPathParameters[operation] {
			all[operation] = append(all[operation], canonicalIDs)
		}
		if gen.IsRateLimited[operation] {
			all[operation] = append(all[operation], showRateLimit)
		}
	}
	for operation, special := range map[string][]echo.MiddlewareFunc{
		"exportAccount":   {download("account-export.json")},
		"readPublicKeys":  {cacheable},
		"introspectToken": {strictQuery(), strictForm([]string{"token"}, []string{"token_type_hint"})},
		"listRevocations": {strictQuery("since"), newRevocationStreams(c).negotiate},
	} {
		all[operation] = append(all[operation], special...)
	}
	return all
}

// NewHTTPServer returns a server for handler whose timeouts and limits stop slow or greedy clients from keeping connections
// busy. It uses HTTP/2 over TLS only.
func NewHTTPServer(handler http.Handler, timeouts Timeouts, logger *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           closeAfterAmbiguous(handler),
		ReadHeaderTimeout: timeouts.Header,
		ReadTimeout:       timeouts.Request,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       timeouts.Idle,
		MaxHeaderBytes:    maxHeaderBytes,
		HTTP2:             &http.HTTP2Config{MaxConcurrentStreams: maxConcurrentStreams},
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelDebug),
		// net/http would respond to "OPTIONS *" without the headers that every response has.
		DisableGeneralOptionsHandler: true,
	}
}
