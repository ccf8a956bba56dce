// Package httpapi speaks HTTP for the use cases: the operations of openapi.yaml, through handlers that oapi-codegen generates.
package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/siriusys/user-management-service/adapters/httpapi/internal/gen"
	"github.com/siriusys/user-management-service/app"
)

// Limits of one connection and one request. A client that is slower, or sends more, is cut off.
const (
	writeTimeout   = 30 * time.Second
	requestTimeout = 20 * time.Second
	maxHeaderBytes = 16 << 10
	maxBodyBytes   = 64 << 10
)

// Patience is how long a server waits for a client.
type Patience struct {
	// Header and Request are for a request's header and for all of it, Idle for the next request on a connection.
	Header, Request, Idle time.Duration
}

// DefaultPatience is used unless a server is told otherwise.
func DefaultPatience() Patience {
	return Patience{Header: 5 * time.Second, Request: 15 * time.Second, Idle: 2 * time.Minute}
}

// Config is what the API needs. Every field must be set.
type Config struct {
	App    *app.App
	Logger *slog.Logger
	// Ready reports why the process cannot take requests, or nil.
	Ready func(ctx context.Context) error
	// Issuer and Audience are the iss and aud of access tokens.
	Issuer, Audience string
	// Streams ends the open streams when it ends; requests go on.
	Streams context.Context
	// NewRequestID names a request that came without a usable X-Request-Id.
	NewRequestID func() string
	// TrustedProxies are believed when they tell who the client is.
	TrustedProxies TrustedProxies
	// AllowedOrigins may call the API from a browser.
	AllowedOrigins Origins
	// OnlyHTTPS tells browsers never to come in clear.
	OnlyHTTPS bool
}

// New returns an Echo that serves the API and answers every fault as a problem. Other routes may be added to it.
func New(c Config) *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.Binder = strictBinder{}
	e.JSONSerializer = strictSerializer{}
	e.HTTPErrorHandler = problems{c.Logger}.handle
	e.Use(
		requestID(c.NewRequestID),
		accessLog(c.Logger),
		recovery,
		commonHeaders(c.OnlyHTTPS),
		crossOrigin(c.AllowedOrigins),
		timeLimit(requestTimeout),
		clientNetwork(c.TrustedProxies),
	)
	authenticated := authentication(c.App)
	service := serviceAuthentication(c.App)
	handler := gen.NewStrictHandler(handlers{app: c.App, ready: c.Ready, issuer: c.Issuer, audience: c.Audience}, nil)
	gen.RegisterHandlersWithOptions(e, handler, gen.RegisterHandlersOptions{OperationMiddlewares: map[string][]echo.MiddlewareFunc{
		"logOut":           {authenticated},
		"listSessions":     {authenticated},
		"endSession":       {authenticated},
		"readProfile":      {authenticated},
		"changeProfile":    {authenticated},
		"exportAccount":    {authenticated, download("account-export.json")},
		"changePassword":   {authenticated},
		"terminateAccount": {authenticated},
		"readKeys":         {cacheable},
		"introspectToken":  {service, strictQuery(), strictForm([]string{"token"}, []string{"token_type_hint"})},
		"listRevocations":  {service, strictQuery("since"), newStreams(c).negotiate},
	}})
	return e
}

// NewHTTPServer returns a server for handler with the time-outs and limits that keep slow or greedy clients from holding it.
// HTTP/2 is spoken over TLS only.
func NewHTTPServer(handler http.Handler, patience Patience, logger *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           closeAfterAmbiguous(handler),
		ReadHeaderTimeout: patience.Header,
		ReadTimeout:       patience.Request,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       patience.Idle,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelDebug),
	}
}
