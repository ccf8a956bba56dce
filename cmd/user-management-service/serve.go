package main

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/siriusys/user-management-service/adapters/tink"
	"github.com/siriusys/user-management-service/db"
)

// errNoArguments: a command got arguments that it does not take.
var errNoArguments = fmt.Errorf("%w: this command takes no arguments", errUsage)

// serve runs the service with what the environment says. It refuses to start with a secret missing or made for development.
func (p program) serve(ctx context.Context, args []string) error {
	if len(args) > 0 {
		return errNoArguments
	}
	s, err := readSettings(p.environ)
	if err != nil {
		return err
	}
	s = s.withDefaults()
	keyset, keysetErr := productionKeyset(s.KeysetFile)
	services, servicesErr := productionServiceCredentials(s)
	if err := errors.Join(s.check(), keysetErr, servicesErr); err != nil {
		return fmt.Errorf("refusing to start:\n%w", err)
	}
	logger, err := newLogger(p.out, s)
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", s.HTTPAddr)
	if err != nil {
		return fmt.Errorf("HTTP_ADDR: %w", err)
	}
	return Run(ctx, Config{
		Settings: s, Keyset: keyset, Services: services, Logger: logger, Listener: listener,
		Ready: func() { logger.Info("serving", "address", listener.Addr().String()) },
	})
}

// productionKeyset reads a keyset that was not made for development. An empty path is reported with the other settings.
func productionKeyset(path string) (*tink.Keyset, error) {
	if path == "" {
		return nil, nil
	}
	keyset, err := tink.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("KEYSET_FILE: %w", err)
	}
	if keyset.Development() {
		return nil, errors.New("KEYSET_FILE was made for development; make another with the keys command")
	}
	return keyset, nil
}

// migrate brings the schema up to date, for those who do not want serve to do it.
func (p program) migrate(ctx context.Context, args []string) error {
	if len(args) > 0 {
		return errNoArguments
	}
	s, err := readSettings(p.environ)
	if err != nil {
		return err
	}
	if s.DatabaseURL == "" {
		return errors.New("DATABASE_URL is not set")
	}
	if err := db.Migrate(ctx, s.DatabaseURL); err != nil {
		return fmt.Errorf("migrate the database: %w", err)
	}
	fmt.Fprintln(p.out, "the schema is up to date")
	return nil
}

// keys makes the file that KEYSET_FILE names.
func (p program) keys(_ context.Context, args []string) error {
	if len(args) != 2 || args[0] != "create" {
		return fmt.Errorf("%w: keys create FILE", errUsage)
	}
	keyset, err := tink.Generate(false, now())
	if err != nil {
		return fmt.Errorf("make keys: %w", err)
	}
	if err := tink.WriteFile(args[1], keyset); err != nil {
		return fmt.Errorf("write the keys: %w", err)
	}
	fmt.Fprintf(p.out, "wrote %s; keep a copy where the database's backups are not: without it they cannot be read\n", args[1])
	return nil
}
