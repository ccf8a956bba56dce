package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/siriusys/user-management-service/adapters/devinbox"
	"github.com/siriusys/user-management-service/adapters/postgres/embedded"
	"github.com/siriusys/user-management-service/adapters/tink"
)

// dataDir is where dev keeps its database and keys, below the working directory.
const dataDir = ".data"

// dev runs the service with a database and a mail server of its own. Its data survives a restart; deleting dataDir starts anew.
func (p program) dev(ctx context.Context, args []string) (err error) {
	if len(args) > 0 {
		return errNoArguments
	}
	if _, set := p.environ["LOG_FORMAT"]; !set {
		p.environ["LOG_FORMAT"] = "text"
	}
	s, err := readSettings(p.environ)
	if err != nil {
		return err
	}
	logger, err := newLogger(p.errOut, s)
	if err != nil {
		return err
	}
	listener, admin, err := s.listen(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ignoreNetClosed(listener.Close())) }()

	database, err := embedded.Start(ctx, embedded.Config{Dir: filepath.Join(dataDir, "postgres"), Logger: logger})
	if err != nil {
		return fmt.Errorf("start a private PostgreSQL: %w", err)
	}
	defer func() { err = errors.Join(err, database.Stop()) }()
	inbox, err := devinbox.Start("127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("start the mail catcher: %w", err)
	}
	defer func() { err = errors.Join(err, inbox.Close()) }()
	keyset, err := developmentKeyset(filepath.Join(dataDir, "keyset.json"))
	if err != nil {
		return err
	}

	services, err := devServiceCredentials(s)
	if err != nil {
		return err
	}

	s.DatabaseURL, s.SMTPURL, s.KeysetFile = database.URL(), inbox.URL(), filepath.Join(dataDir, "keyset.json")
	if s.PublicURL == "" {
		s.PublicURL = s.scheme() + "://localhost:" + strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
	}
	s = s.withDefaults()
	if err := s.check(); err != nil {
		return err
	}
	defer p.tune(s.HashConcurrency)()
	return Run(ctx, Config{
		Settings: s, Keyset: keyset, Services: services, Logger: logger, Listener: listener, Admin: admin,
		Routes: func(e *echo.Echo) { inbox.Register(e) },
		Ready:  func() { p.welcome(s.PublicURL) },
	})
}

// developmentKeyset reads the keys of earlier runs, or makes them. They are marked, so that serve refuses them.
func developmentKeyset(path string) (*tink.Keyset, error) {
	keyset, err := tink.ReadFile(path)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return keyset, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	if keyset, err = tink.Generate(true, now()); err != nil {
		return nil, fmt.Errorf("make keys: %w", err)
	}
	if err := tink.WriteFile(path, keyset); err != nil {
		return nil, fmt.Errorf("write the keys: %w", err)
	}
	return keyset, nil
}

func (p program) welcome(publicURL string) {
	fmt.Fprintf(p.out, `
  The User Management Service is running.

    API        %[1]s
    Reference  %[1]s/docs
    Inbox      %[1]s/dev/inbox   every mail it sends ends here

  Other services introspect tokens as %[3]s:%[4]s.
  Data is kept in %[2]s. Ctrl-C stops everything.

`, publicURL, dataDir, devClientID, devClientSecret)
}
