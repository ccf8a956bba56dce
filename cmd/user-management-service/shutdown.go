package main

import (
	"context"
	"errors"
	"net/http"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"
)

// errShuttingDown: the replica serves the requests that still reach it, but must get no further ones.
var errShuttingDown = errors.New("shutting down")

// shutdown is the end of a replica, during which its clients move to other replicas. The zero value has not begun.
type shutdown struct{ begun atomic.Bool }

// check returns errShuttingDown once the shutdown has begun.
func (s *shutdown) check() error {
	if s.begun.Load() {
		return errShuttingDown
	}
	return nil
}

// moveClients makes clients open another connection after each response: by "Connection: close" in HTTP/1.1, and by GOAWAY in
// HTTP/2, which net/http sends instead. SetKeepAlivesEnabled of net/http would also close idle connections immediately, and
// a request that is already on its way to the replica would fail.
func (s *shutdown) moveClients(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.begun.Load() {
			w.Header().Set("Connection", "close")
		}
		handler.ServeHTTP(w, r)
	})
}

// begin returns after c.ShutdownDelay, in which proxies notice that the replica is not ready. A signal ends the wait.
func (s *shutdown) begin(ctx context.Context, c Config) {
	s.begun.Store(true)
	ctx, stop := signal.NotifyContext(context.WithoutCancel(ctx), os.Interrupt, syscall.SIGTERM)
	defer stop() // another signal then ends the program immediately
	c.Logger.InfoContext(ctx, "shutdown begun", "delay", c.ShutdownDelay)
	delay := time.NewTimer(c.ShutdownDelay)
	defer delay.Stop()
	select {
	case <-delay.C:
	case <-ctx.Done():
	}
}
