// Package admin is the operator's listener: it serves metrics, and profiles of the Go runtime. Profiles require
// a service credential, unless the listener and the Host header are loopback. The listener must not be reachable from the public
// network.
package admin

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof" //nolint:gosec // it adds routes to http.DefaultServeMux, which nothing serves
	"runtime"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// Limits of one connection. Writing has none, because a profile can take minutes.
const (
	headerTimeout  = 5 * time.Second
	requestTimeout = 15 * time.Second
	idleTimeout    = 2 * time.Minute
	maxHeaderBytes = 16 << 10
)

// Server serves requests from Start to Close.
type Server struct {
	server *http.Server
	served chan error // contains the result of Serve
}

// Config contains what the server serves. Every field but Services must be set.
type Config struct {
	Logger *slog.Logger
	// Metrics serves the metrics of the service at /metrics.
	Metrics http.Handler
	// Services may read profiles.
	Services domain.ServiceCredentials
}

// Start serves requests on listener, which Close closes.
func Start(listener net.Listener, c Config) *Server {
	s := &Server{served: make(chan error, 1), server: &http.Server{
		Handler: newHandler(c, listener.Addr()), ReadHeaderTimeout: headerTimeout, ReadTimeout: requestTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeaderBytes, ErrorLog: slog.NewLogLogger(c.Logger.Handler(), slog.LevelDebug),
	}}
	go func() { s.served <- s.server.Serve(listener) }()
	return s
}

// Close interrupts all requests immediately. It returns the error that stopped the server, if Close did not.
func (s *Server) Close() error {
	err := s.server.Close()
	if serveErr := <-s.served; !errors.Is(serveErr, http.ErrServerClosed) {
		err = errors.Join(err, serveErr)
	}
	s.served <- http.ErrServerClosed // for a second Close
	if err != nil {
		return fmt.Errorf("serve the admin listener: %w", err)
	}
	return nil
}

// newHandler serves every route of the listener.
func newHandler(c Config, listener net.Addr) http.Handler {
	mux := http.NewServeMux()
	metrics := http.NewServeMux() // of its own, so that it refuses other methods: "/" would take them
	metrics.Handle("GET /metrics", c.Metrics)
	mux.Handle("/metrics", metrics)
	mux.Handle("/", requireCredential(c.Services, listener, newProfiles()))
	return mux
}

// newProfiles serves profiles and the values of the Go runtime.
func newProfiles() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /debug/runtime", serveRuntimeMetrics)
	mux.HandleFunc("GET /debug/pprof/", pprof.Index) // also heap, allocs, goroutine and threadcreate below it
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	mux.Handle("GET /debug/pprof/block", &sampledProfile{
		name: "block", setRate: runtime.SetBlockProfileRate, rate: int(blockedPerSample),
	})
	mux.Handle("GET /debug/pprof/mutex", &sampledProfile{
		name: "mutex", setRate: func(rate int) { runtime.SetMutexProfileFraction(rate) }, rate: contentionsPerSample,
	})
	heads := http.NewServeMux() // of its own: its pattern would conflict with those of GET
	heads.HandleFunc("HEAD /debug/pprof/{name}", headOfProfile)
	heads.Handle("/", mux)
	return heads
}
