package main

import (
	"context"
	"errors"
	"fmt"

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
	keyset, keysetErr := productionKeyset(s)
	services, servicesErr := productionServiceCredentials(s)
	if err := errors.Join(s.check(), keysetErr, servicesErr); err != nil {
		return fmt.Errorf("refusing to start:\n%w", err)
	}
	lines := newBatchedLines(p.out)
	defer lines.flush()
	logger, err := newLogger(lines, s)
	if err != nil {
		return err
	}
	listener, admin, err := s.listen(ctx)
	if err != nil {
		return err
	}
	defer p.tune(s.HashConcurrency)()
	return Run(ctx, Config{
		Settings: s, Keyset: keyset, Services: services, Logger: logger, Listener: listener, Admin: admin,
		Ready: func() { logger.Info("serving", "address", listener.Addr().String()) },
	})
}

// productionKeyset reads a keyset that was not made for development. That there is none is reported with the other settings.
func productionKeyset(s Settings) (*tink.Keyset, error) {
	name := s.keysetSetting()
	keyset, err := readKeyset(s)
	if err != nil || keyset == nil {
		return nil, err
	}
	if keyset.Development() {
		return nil, fmt.Errorf("%s was made for development; make another with the keys command", name)
	}
	return keyset, nil
}

// readKeyset reads the keyset that the settings hold or name, if they do.
func readKeyset(s Settings) (keyset *tink.Keyset, err error) {
	switch {
	case s.Keyset != "" && s.KeysetFile != "":
		return nil, nil
	case s.Keyset != "":
		keyset, err = tink.Parse([]byte(s.Keyset))
	case s.KeysetFile != "":
		keyset, err = tink.ReadFile(s.KeysetFile)
	default:
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.keysetSetting(), err)
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
