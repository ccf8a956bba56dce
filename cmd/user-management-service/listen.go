package main

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/siriusys/user-management-service/adapters/admin"
)

// listen opens the listener of clients at HTTP_ADDR, and the admin listener at ADMIN_ADDR; that one is nil if ADMIN_ADDR is not set.
// Only operators may use the admin listener and the admin commands.
func (s Settings) listen(ctx context.Context) (clients, operators net.Listener, err error) {
	clients, err = new(net.ListenConfig).Listen(ctx, "tcp", s.HTTPAddr)
	if err != nil {
		return nil, nil, fmt.Errorf("HTTP_ADDR: %w", err)
	}
	if s.AdminAddr == "" {
		return clients, nil, nil
	}
	operators, err = new(net.ListenConfig).Listen(ctx, "tcp", s.AdminAddr)
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("ADMIN_ADDR: %w", err), clients.Close())
	}
	return clients, operators, nil
}

// serveAdmin serves operators until stop is called, if there is an admin listener.
func serveAdmin(c Config) (stop func() error) {
	if c.AdminListener == nil {
		return func() error { return nil }
	}
	c.Logger.Info("admin listener started", "address", c.AdminListener.Addr().String())
	return admin.Start(c.AdminListener, admin.Config{
		Logger: c.Logger, Metrics: c.Metrics.Handler(), Services: c.Services,
	}).Close
}
