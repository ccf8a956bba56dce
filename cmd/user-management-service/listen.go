package main

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/siriusys/user-management-service/adapters/admin"
)

// listen opens the listener of clients and, if there is to be one, that of the operator, else nil.
func (s Settings) listen(ctx context.Context) (clients, operator net.Listener, err error) {
	clients, err = new(net.ListenConfig).Listen(ctx, "tcp", s.HTTPAddr)
	if err != nil {
		return nil, nil, fmt.Errorf("HTTP_ADDR: %w", err)
	}
	if s.AdminAddr == "" {
		return clients, nil, nil
	}
	operator, err = new(net.ListenConfig).Listen(ctx, "tcp", s.AdminAddr)
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("ADMIN_ADDR: %w", err), clients.Close())
	}
	return clients, operator, nil
}

// checkAdmin refuses an address at which clients might reach what is for the operator alone.
func (s Settings) checkAdmin() []error {
	if s.AdminAddr == "" {
		return nil
	}
	_, port, err := net.SplitHostPort(s.AdminAddr)
	if err != nil {
		return []error{fmt.Errorf("ADMIN_ADDR: %w", err)}
	}
	if _, public, err := net.SplitHostPort(s.HTTPAddr); err == nil && port == public && port != "0" {
		return []error{errors.New("ADMIN_ADDR must have another port than HTTP_ADDR: what it answers is not for the public")}
	}
	return nil
}

// serveAdmin answers the operator until the returned function is called, if there is a listener for that.
func serveAdmin(c Config) (stop func() error) {
	if c.Admin == nil {
		return func() error { return nil }
	}
	c.Logger.Info("serving the operator", "address", c.Admin.Addr().String())
	return admin.Start(c.Admin, c.Logger).Close
}
