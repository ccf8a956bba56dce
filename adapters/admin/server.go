// Package admin answers whoever runs the service, on a listener of its own: profiles and figures of the Go runtime. It asks
// for no credential, so the listener must be out of the public's reach.
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
)

// Limits of one connection. There is none on writing: a profile may be asked for that takes minutes.
const (
	headerTimeout  = 5 * time.Second
	requestTimeout = 15 * time.Second
	idleTimeout    = 2 * time.Minute
	maxHeaderBytes = 16 << 10
)

// Server answers from Start to Close.
type Server struct {
	server *http.Server
	ended  chan error
}

// Start answers requests that come by listener, which Close closes.
func Start(listener net.Listener, logger *slog.Logger) *Server {
	s := &Server{ended: make(chan error, 1), server: &http.Server{
		Handler: newHandler(), ReadHeaderTimeout: headerTimeout, ReadTimeout: requestTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeaderBytes, ErrorLog: slog.NewLogLogger(logger.Handler(), slog.LevelDebug),
	}}
	go func() { s.ended <- s.server.Serve(listener) }()
	return s
}

// Close ends at once what is under way. It returns why the server ended, if that was not Close.
func (s *Server) Close() error {
	err := s.server.Close()
	if ended := <-s.ended; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, ended)
	}
	s.ended <- http.ErrServerClosed // for whoever closes it again
	if err != nil {
		return fmt.Errorf("serve the operator: %w", err)
	}
	return nil
}

// newHandler is all that an operator may ask for.
func newHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /debug/runtime", runtimeFigures)
	mux.HandleFunc("GET /debug/pprof/", pprof.Index) // and below it heap, allocs, goroutine and threadcreate
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	mux.Handle("GET /debug/pprof/block", &sampled{name: "block", sample: runtime.SetBlockProfileRate, rate: int(blockedPerSample)})
	mux.Handle("GET /debug/pprof/mutex", &sampled{name: "mutex", sample: func(rate int) { runtime.SetMutexProfileFraction(rate) }, rate: contentionsPerSample})
	return mux
}
