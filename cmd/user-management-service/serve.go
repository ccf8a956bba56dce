package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/siriusys/user-management-service/adapters/tink"
	"github.com/siriusys/user-management-service/db"
)

// serve runs the service with the settings of the environment. It refuses to start if a secret is missing or made for development.
func (p program) serve(ctx context.Context, _ []string) error {
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
	lines := newBatchedLines(p.out, linesDelay)
	defer lines.flush()
	logger, err := newLogger(lines, s)
	if err != nil {
		return err
	}
	listener, adminListener, err := s.listen(ctx)
	if err != nil {
		return err
	}
	defer p.tune(s.HashConcurrency)()
	return Run(ctx, Config{
		Settings: s, Keyset: keyset, Services: services, Logger: logger, Listener: listener, AdminListener: adminListener,
		Ready: func() { logger.Info("service started", "address", listener.Addr().String()) },
	})
}

// productionKeyset reads the keyset and refuses one made for development. A missing keyset is nil: Settings.check reports it.
func productionKeyset(s Settings) (*tink.Keyset, error) {
	name := s.keysetSetting()
	keyset, err := readKeyset(s)
	if err != nil || keyset == nil {
		return nil, err
	}
	if keyset.Development() {
		return nil, fmt.Errorf("%s was made for development; make another one with keys create", name)
	}
	return keyset, nil
}

// readKeyset reads the keyset of KEYSET or KEYSET_FILE. It is nil if neither or both are set.
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

// migrate updates the schema. serve does so too, but its database role may lack the right to change the schema.
func (p program) migrate(ctx context.Context, _ []string) error {
	s, err := readSettings(p.environ)
	if err != nil {
		return err
	}
	if s.directURL() == "" {
		return errors.New("DATABASE_URL is not set")
	}
	if err := db.Migrate(ctx, s.directURL()); err != nil {
		return fmt.Errorf("migrate the database: %w", err)
	}
	fmt.Fprintln(p.out, "the schema is up to date")
	return nil
}
