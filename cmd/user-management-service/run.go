package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/mail"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	usermanagement "github.com/siriusys/user-management-service"
	"github.com/siriusys/user-management-service/adapters/httpapi"
	"github.com/siriusys/user-management-service/adapters/jobs"
	"github.com/siriusys/user-management-service/adapters/passwordhash"
	"github.com/siriusys/user-management-service/adapters/passwordhash/argon2id"
	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/adapters/pwned"
	"github.com/siriusys/user-management-service/adapters/smtp"
	"github.com/siriusys/user-management-service/adapters/tink"
	"github.com/siriusys/user-management-service/adapters/web"
	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/db"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// productName is what mails and pages call the thing that one has an account for.
const productName = "Siriusys"

// Config is all that one running service needs.
type Config struct {
	Settings
	Keyset *tink.Keyset
	// Services may ask about tokens. It may be empty.
	Services domain.ServiceCredentials
	Logger   *slog.Logger
	// Listener takes requests; Run closes it.
	Listener net.Listener
	// Admin takes the operator's requests; Run closes it. It may be nil.
	Admin net.Listener
	// Patience is with clients; the zero value is httpapi.DefaultPatience.
	Patience httpapi.Patience
	// Routes adds routes that only this run has, such as the development inbox. It may be nil.
	Routes func(*echo.Echo)
	// Ready is told once requests are served. It may be nil.
	Ready func()
	// Now is the clock; the real one if it is nil.
	Now func() time.Time
	// ReloadKeysEvery is how often the signing keys are read anew; 10 seconds if it is zero.
	ReloadKeysEvery time.Duration
}

func (c Config) withDefaults() Config {
	if c.Now == nil {
		c.Now = now
	}
	if c.ReloadKeysEvery == 0 {
		c.ReloadKeysEvery = reloadKeysEvery
	}
	return c
}

// Run serves until ctx ends, then lets what is under way finish within ShutdownTimeout. It returns nil after an orderly end.
func Run(ctx context.Context, c Config) (err error) {
	defer func() { err = errors.Join(err, ignoreNetClosed(c.Listener.Close())) }()
	c = c.withDefaults()
	stopAdmin := serveAdmin(c)
	defer func() { err = errors.Join(err, stopAdmin()) }()
	// First, so that it connects while the schema is looked at.
	store, err := postgres.Open(ctx, c.DatabaseURL, c.Keyset.Sealer())
	if err != nil {
		return err
	}
	defer store.Close()
	if err := db.Migrate(ctx, c.DatabaseURL); err != nil {
		return fmt.Errorf("migrate the database: %w", err)
	}
	mailer, err := newMailer(c.Settings)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, mailer.Close()) }()
	keys := newSigningKeys(c, store)
	tokens, err := openAccessTokens(ctx, c, keys)
	if err != nil {
		return err
	}
	leave, err := announceKeyset(ctx, c, store)
	if err != nil {
		return err
	}
	defer leave()
	defer followSigningKeys(ctx, c, store, tokens)()
	return serve(ctx, c, store, newApp(c, store, mailer, tokens), keys)
}

func newMailer(s Settings) (*smtp.Mailer, error) {
	config, err := smtp.ParseURL(s.SMTPURL)
	if err != nil {
		return nil, fmt.Errorf("SMTP_URL: %w", err)
	}
	config.From = mail.Address{Name: productName, Address: s.MailFrom}
	config.ProductName, config.MaxConnections = productName, s.MailWorkers
	return smtp.New(config)
}

func newApp(c Config, store *postgres.Store, mailer ports.Mailer, tokens ports.AccessTokens) *app.App {
	return &app.App{
		Store:        store,
		Hasher:       newHasher(c),
		AccessTokens: tokens,
		MAC:          c.Keyset.MAC(),
		Mailer:       mailer,
		Breached:     newBreachedPasswords(c),
		Passwords:    domain.PasswordPolicy{MinLength: c.PasswordMinLength},
		Sessions:     c.sessionPolicy(),
		Throttle:     c.throttlePolicy(),
		Services:     c.Services,
		PublicURL:    c.PublicURL,
		Now:          c.Now,
		NewID:        newID,
		Entropy:      rand.Reader,

		TerminationGrace: c.TerminationGrace,
	}
}

// newHasher hashes as the settings say, with the implementation that it logs.
func newHasher(c Config) *passwordhash.Hasher {
	implementation, _ := argon2id.Named(c.Argon2Implementation) // the settings were checked; if not, it is the generic one
	c.Logger.Info("hashing passwords with Argon2id", "implementation", implementation.String())
	return passwordhash.New(passwordhash.Config{
		Params:         passwordhash.Params{Memory: c.Argon2Memory, Time: c.Argon2Time, Threads: 1},
		Implementation: implementation,
		Peppers:        peppers(c.Keyset),
		Concurrency:    c.HashConcurrency,
		Queue:          c.HashQueue,
	})
}

// newBreachedPasswords asks whom the settings name, if they do.
func newBreachedPasswords(c Config) ports.BreachedPasswords {
	address, err := url.Parse(c.BreachedPasswordsURL)
	if err != nil || c.BreachedPasswordsURL == "" { // the settings were checked
		return pwned.Off{}
	}
	return pwned.New(pwned.Config{URL: address, Timeout: c.BreachedPasswordsTimeout, Logger: c.Logger})
}

func peppers(k *tink.Keyset) []passwordhash.Pepper {
	var all []passwordhash.Pepper
	for _, p := range k.Peppers() {
		all = append(all, passwordhash.Pepper{ID: p.ID, Key: p.Key})
	}
	return all
}

// now is the one clock: UTC, in the microseconds that the database keeps.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

func newID() domain.ID { return domain.ID(uuid.Must(uuid.NewV7())) }

func newHandler(streams context.Context, c Config, ready func(context.Context) error, a *app.App) (http.Handler, error) {
	public, err := url.Parse(c.PublicURL)
	if err != nil {
		return nil, fmt.Errorf("PUBLIC_URL: %w", err)
	}
	proxies, origins, err := c.transport()
	if err != nil {
		return nil, err
	}
	e := httpapi.New(httpapi.Config{
		App: a, Logger: c.Logger, Ready: ready, Issuer: c.TokenIssuer, Audience: c.TokenAudience, Streams: streams,
		NewRequestID: func() string { return newID().String() }, TrustedProxies: proxies, AllowedOrigins: origins,
		OnlyHTTPS: public.Scheme == "https" && !isLoopback(public.Hostname()),
	})
	err = web.Register(e, web.Config{PublicURL: public, Spec: usermanagement.OpenAPI, ProductName: productName, PasswordMinLength: c.PasswordMinLength})
	if err != nil {
		return nil, fmt.Errorf("set up the pages: %w", err)
	}
	if c.Routes != nil {
		c.Routes(e)
	}
	return e, nil
}

// serve takes requests and works jobs off until ctx ends.
func serve(ctx context.Context, c Config, store *postgres.Store, a *app.App, keys *app.SigningKeys) error {
	var draining atomic.Bool
	streams, endStreams := context.WithCancel(ctx)
	defer endStreams()
	handler, err := newHandler(streams, c, func(ctx context.Context) error {
		if draining.Load() {
			return errors.New("shutting down")
		}
		return store.Ping(ctx)
	}, a)
	if err != nil {
		return err
	}
	server, accept, err := newServer(c, handler)
	if err != nil {
		return err
	}
	failed := make(chan error, 1)
	go func() { failed <- accept() }()
	// After the door is open: what people ask for meanwhile waits in the queue.
	runner, err := jobs.Start(ctx, jobs.Config{Pool: store.Pool(), App: a, SigningKeys: keys, Logger: c.Logger, Workers: c.MailWorkers})
	if err == nil {
		err = stay(ctx, c, failed)
	}
	draining.Store(true)
	endStreams()
	deadline, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.ShutdownTimeout)
	defer cancel()
	return errors.Join(err, server.Shutdown(deadline), runner.Stop(deadline))
}

// stay returns when ctx ends, or with why serving failed.
func stay(ctx context.Context, c Config, failed <-chan error) error {
	if c.Ready != nil {
		c.Ready()
	}
	select {
	case <-ctx.Done():
		return nil
	case err := <-failed:
		return fmt.Errorf("serve HTTP: %w", err)
	}
}

func ignoreNetClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
