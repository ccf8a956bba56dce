package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/mail"
	"net/url"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
	"go.opentelemetry.io/otel/trace"

	usermanagement "github.com/siriusys/user-management-service"
	"github.com/siriusys/user-management-service/adapters/httpapi"
	"github.com/siriusys/user-management-service/adapters/jobs"
	"github.com/siriusys/user-management-service/adapters/metrics"
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

// productName is what emails and pages call the product that the accounts are for.
const productName = "Siriusys"

// Config is everything that a running service needs.
type Config struct {
	Settings
	Keyset *tink.Keyset
	// Services may introspect tokens and list revocations. It may be empty.
	Services domain.ServiceCredentials
	Logger   *slog.Logger
	// Listener accepts the requests of clients; Run closes it.
	Listener net.Listener
	// AdminListener accepts the requests of operators; Run closes it. It may be nil.
	AdminListener net.Listener
	// Timeouts are those of client connections; the zero value is httpapi.DefaultTimeouts.
	Timeouts httpapi.Timeouts
	// Routes adds further routes, such as those of the development inbox. It may be nil.
	Routes func(*echo.Echo)
	// Metrics count what this replica does; nil is new ones.
	Metrics *metrics.Metrics
	// Ready is called once requests are served. It may be nil.
	Ready func()
	// Now is the clock; nil is one that follows the database's.
	Now func() time.Time
	// MachineClock is what the clock that follows the database's is corrected from; nil is the machine's.
	MachineClock machineClock
	// MeasureClockEvery is the interval at which the database's clock is measured; zero is 30 seconds.
	MeasureClockEvery time.Duration
	// ReadBacklogEvery is the interval at which the metrics of the backlog are read; zero is 15 seconds.
	ReadBacklogEvery time.Duration
	// ReloadKeysEvery is the interval at which the signing keys are reloaded; zero is 10 seconds.
	ReloadKeysEvery time.Duration
	// ProveArgon2id returns the implementation to use and, if the given one computes wrong hashes, an error; nil is argon2id.Proven.
	ProveArgon2id func(argon2id.Implementation) (argon2id.Implementation, error)
	// traces record requests and jobs; nil is none. Run sets it.
	traces trace.TracerProvider
}

func (c Config) withDefaults() Config {
	if c.MachineClock == nil {
		c.MachineClock = newMachineClock()
	}
	if c.MeasureClockEvery == 0 {
		c.MeasureClockEvery = measureClockEvery
	}
	if c.ReadBacklogEvery == 0 {
		c.ReadBacklogEvery = readBacklogEvery
	}
	if c.ProveArgon2id == nil {
		c.ProveArgon2id = argon2id.Proven
	}
	if c.ReloadKeysEvery == 0 {
		c.ReloadKeysEvery = reloadKeysEvery
	}
	if c.Metrics == nil {
		c.Metrics = metrics.New()
	}
	return c
}

// Run serves until ctx ends, and for ShutdownDelay after that. Then it lets requests and jobs in progress finish within ShutdownTimeout,
// and returns nil.
func Run(ctx context.Context, c Config) (err error) {
	defer func() { err = errors.Join(err, ignoreNetClosed(c.Listener.Close())) }()
	c = c.withDefaults()
	reportVersion(c)
	reportLiftedFloors(c)
	c.Metrics.KeysetPrimarySince(c.Keyset.PrimarySince())
	if err := c.checkAnchors(c.Keyset); err != nil {
		return err
	}
	stopAdmin := serveAdmin(c)
	defer func() { err = errors.Join(err, stopAdmin()) }()
	traces, stopTraces, err := startTraces(ctx, c)
	if err != nil {
		return err
	}
	defer stopTraces()
	c.traces = traces
	// Before the migration, so that the pool connects meanwhile.
	store, err := postgres.Open(ctx, c.DatabaseURL, c.Keyset.Sealer(), append(c.storeOptions(), postgres.WithTraces(c.traces))...)
	if err != nil {
		return err
	}
	defer store.Close()
	watchConnections(c, store)
	if err := db.Migrate(ctx, c.directURL()); err != nil {
		return fmt.Errorf("migrate the database: %w", err)
	}
	clock, stopClock, err := startClock(ctx, c, store)
	if err != nil {
		return err
	}
	defer stopClock()
	c.Now = clock
	mailer, err := newMailer(c.Settings)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, mailer.Close()) }()
	keys := newSigningKeys(c, store)
	tokens, err := openAccessTokens(ctx, c, store, keys)
	if err != nil {
		return err
	}
	c.Logger.InfoContext(ctx, "audit public keys", "keys", auditPublicKeys(c.Keyset))
	leave, err := announceKeyset(ctx, c, store)
	if err != nil {
		return err
	}
	defer leave()
	keysChanged, revoked := newWakeUp(), newWakeUp()
	defer inBackground(
		ctx,
		func(ctx context.Context) {
			store.Listen(ctx, map[string]func(){
				postgres.SigningKeysChannel: keysChanged.wake, postgres.RevocationsChannel: revoked.wake,
			})
		},
		func(ctx context.Context) { watchBacklog(ctx, c, store) },
		func(ctx context.Context) { reloadSigningKeys(ctx, c, keysChanged, tokens) },
	)()
	return serve(ctx, c, store, newModules(c, store, mailer, tokens), keys, revoked)
}

// watchConnections lets metrics show the pool of connections.
func watchConnections(c Config, store *postgres.Store) {
	c.Metrics.WatchConnections(func() metrics.Connections {
		s := store.Pool().Stat()
		return metrics.Connections{
			InUse: int(s.AcquiredConns()), Idle: int(s.IdleConns()), Max: int(s.MaxConns()),
			Waits: s.EmptyAcquireCount(), Waited: s.EmptyAcquireWaitTime(),
		}
	})
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

// newHasher hashes with the parameters and the implementation of the settings, and logs the latter. An implementation that computes
// wrong hashes is replaced: passwords hashed by it would be wrong on every other replica.
func newHasher(c Config) *passwordhash.Hasher {
	selected, _ := argon2id.Named(c.Argon2Implementation) // the settings were checked; otherwise it is the generic one
	implementation, err := c.ProveArgon2id(selected)
	if err != nil {
		c.Logger.Warn("Argon2id implementation replaced", "error", err)
	}
	c.Logger.Info("Argon2id implementation selected", "implementation", implementation.String())
	return passwordhash.New(passwordhash.Config{
		Params:         passwordhash.Params{Memory: c.Argon2Memory, Time: c.Argon2Time, Threads: 1},
		Implementation: implementation,
		Peppers:        peppers(c.Keyset),
		Concurrency:    c.HashConcurrency,
		Queue:          c.HashQueue,
		Metrics:        c.Metrics,
	})
}

// newBreachedPasswords queries the API that the settings name, if any.
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

// now is the clock of the machine, for what no database is involved in: UTC, in microseconds.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

func newID() domain.ID { return domain.ID(uuid.Must(uuid.NewV7())) }

// signals are what the handlers learn from the process while it runs.
type signals struct {
	streams context.Context // ends the open streams
	ready   func(context.Context) error
	revoked <-chan struct{}
}

func newHandler(c Config, m modules, s signals) (http.Handler, error) {
	public, err := url.Parse(c.PublicURL)
	if err != nil {
		return nil, fmt.Errorf("PUBLIC_URL: %w", err)
	}
	proxies, origins, err := c.transport()
	if err != nil {
		return nil, err
	}
	e := httpapi.New(httpapi.Config{
		Authentication: m.authentication, Accounts: m.accounts, Pseudonyms: m.pseudonyms, Logger: c.Logger,
		Metrics: c.Metrics, Traces: c.traces, Now: c.Now,
		Ready: s.ready, Streams: s.streams, Revoked: s.revoked, Issuer: c.TokenIssuer, Audience: c.TokenAudience,
		NewRequestID: func() string { return newID().String() }, TrustedProxies: proxies, AllowedOrigins: origins,
		OnlyHTTPS: public.Scheme == "https" && !isLoopback(public.Hostname()),
	})
	err = web.Register(e, web.Config{
		PublicURL: public, Spec: usermanagement.OpenAPI, ProductName: productName, PasswordMinLength: c.PasswordMinLength,
		Docs: c.Docs == "on",
	})
	if err != nil {
		return nil, fmt.Errorf("set up the pages: %w", err)
	}
	if c.Routes != nil {
		c.Routes(e)
	}
	return e, nil
}

// serve serves requests and processes jobs until ctx ends and the replica has shut down.
func serve(
	ctx context.Context, c Config, store *postgres.Store, m modules, keys *app.SigningKeys, revoked <-chan struct{},
) error {
	var end shutdown
	streams, endStreams := context.WithCancel(context.WithoutCancel(ctx))
	defer endStreams()
	handler, err := newHandler(c, m, signals{streams: streams, revoked: revoked, ready: func(ctx context.Context) error {
		if err := end.check(); err != nil {
			return err
		}
		return store.Ping(ctx)
	}})
	if err != nil {
		return err
	}
	server, accept, err := newServer(c, end.moveClients(handler))
	if err != nil {
		return err
	}
	failed := make(chan error, 1)
	go func() { failed <- accept() }()
	// Jobs start after the listener. Jobs that requests enqueue before that wait.
	runner, err := jobs.Start(postgres.WithStatementTimeout(ctx, jobs.Timeout), jobs.Config{
		Pool: store.DirectPool(), Accounts: m.accounts, Mail: m.mail, AuditLog: m.auditLog, SigningKeys: keys,
		ReadMessage: postgres.ReadMessage, Traces: c.traces, ContinueTrace: postgres.ContinueTrace, Runners: store.JobRunners(),
		Metrics: c.Metrics, Logger: c.Logger, Workers: c.MailWorkers, Now: c.Now,
	})
	if err == nil {
		err = waitForEnd(ctx, c, failed)
	}
	if err == nil {
		end.begin(ctx, c)
	}
	endStreams()
	deadline, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.ShutdownTimeout)
	defer cancel()
	return errors.Join(err, server.Shutdown(deadline), runner.Stop(deadline))
}

// waitForEnd reports readiness, then returns when ctx ends, or with the error with which serving failed.
func waitForEnd(ctx context.Context, c Config, failed <-chan error) error {
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
