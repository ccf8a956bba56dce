//go:build !production

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
	"github.com/spf13/cobra"

	"github.com/siriusys/user-management-service/adapters/devinbox"
	"github.com/siriusys/user-management-service/adapters/postgres/embedded"
	"github.com/siriusys/user-management-service/adapters/tink"
	"github.com/siriusys/user-management-service/domain"
)

// settingsNote completes the heading of the settings in --help.
const settingsNote = " (dev sets the required ones itself)"

// devCommands are the commands that a production build lacks.
func (p program) devCommands() []*cobra.Command {
	return []*cobra.Command{
		leaf("dev", "Run everything on this machine: a private PostgreSQL, a development inbox and the service", p.dev),
	}
}

// dataDir is where dev keeps its database and keys, below the working directory.
const dataDir = ".data"

// devDefaults replace defaults of production. No proxy in front of dev chooses another replica at shutdown.
var devDefaults = map[string]string{"LOG_FORMAT": "text", "SHUTDOWN_DELAY": "0"}

// dev runs the service with its own database and mail server. Its data survives a restart; deleting dataDir resets it.
func (p program) dev(ctx context.Context, _ []string) (err error) {
	for name, value := range devDefaults {
		if _, set := p.environ[name]; !set {
			p.environ[name] = value
		}
	}
	s, err := readSettings(p.environ)
	if err != nil {
		return err
	}
	logger, err := newLogger(p.errOut, s)
	if err != nil {
		return err
	}
	listener, adminListener, err := s.listen(ctx)
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
		return fmt.Errorf("start the development inbox: %w", err)
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

	s.DatabaseURL, s.DatabaseDirectURL, s.SMTPURL, s.KeysetFile = database.URL(), "", inbox.URL(), filepath.Join(dataDir, "keyset.json")
	if s.PublicURL == "" {
		s.PublicURL = s.scheme() + "://localhost:" + strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
	}
	s = s.withDefaults()
	if err := s.check(); err != nil {
		return err
	}
	defer p.tune(s.HashConcurrency)()
	return Run(ctx, Config{
		Settings: s, Keyset: keyset, Services: services, Logger: logger, Listener: listener, AdminListener: adminListener,
		Routes: func(e *echo.Echo) { inbox.Register(e) },
		Ready:  func() { p.welcome(s.PublicURL) },
	})
}

// developmentKeyset reads the keyset of earlier runs, or creates one. It is marked as for development, so serve refuses it.
func developmentKeyset(path string) (*tink.Keyset, error) {
	keyset, err := tink.ReadFile(path)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return keyset, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("create the data folder: %w", err)
	}
	if keyset, err = tink.Generate(true, now()); err != nil {
		return nil, fmt.Errorf("create a keyset: %w", err)
	}
	if err := tink.WriteFile(path, keyset); err != nil {
		return nil, fmt.Errorf("write the keyset: %w", err)
	}
	return keyset, nil
}

// devServiceCredentials are those of the settings and the one of development.
func devServiceCredentials(s Settings) (domain.ServiceCredentials, error) {
	all, err := serviceCredentials(s)
	if err != nil {
		return nil, err
	}
	own, err := domain.NewServiceCredential(devClientID, devClientSecret)
	return append(all, own), err
}

func (p program) welcome(publicURL string) {
	fmt.Fprintf(p.out, `
  The User Management Service is running.

    API        %[1]s
    Reference  %[1]s/docs
    Inbox      %[1]s/dev/inbox   every email of the service arrives here

  Other services introspect tokens as %[3]s:%[4]s.
  Data is kept in %[2]s. Ctrl-C stops everything.

`, publicURL, dataDir, devClientID, devClientSecret)
}
