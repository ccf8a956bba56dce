package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/siriusys/user-management-service/adapters/devinbox"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/adapters/tink"
	"github.com/siriusys/user-management-service/ports/porttest/await"
)

// waitLimit bounds what has no test to ask for its await.Limit, such as clients. Only a hang reaches it.
const waitLimit = 3 * time.Minute

// service is the real program on its own port, with its own database and mail server.
type service struct {
	url         string
	databaseURL string
	inbox       *devinbox.Inbox
	log         *lockedBuffer
	contract    *contract
	routes      []*echo.Route
	stop        func()
}

// testSettings make password hashes cheap, and switch off the limits of networks and emails, which are the subjects of other tests, as
// is the timeout for a connection.
func testSettings() map[string]string {
	return map[string]string{
		"KEYSET_FILE": "in memory", "ARGON2_MEMORY_KIB": "64", "ARGON2_TIME": "1", "HASH_QUEUE": "1000",
		"LOG_LEVEL": "debug", "SHUTDOWN_DELAY": "0", "SHUTDOWN_TIMEOUT": waitLimit.String(),
		"LOGIN_ATTEMPTS": "0", "NETWORK_FAILURES": "0", "NETWORK_REQUESTS": "0", "MAIL_BURST": "0",
		"MAIL_UNVERIFIED_PER_MINUTE": "0", "DATABASE_CONNECTION_TIMEOUT": "1m",
	}
}

// start runs the program until the test ends, with testSettings and those given as NAME=value.
func start(t *testing.T, settings ...string) *service {
	t.Helper()
	return startOn(t, pgtest.New(t), devKeyset(t), newInbox(t), settings...)
}

// newInbox starts a mail server that keeps what it receives until the test ends.
func newInbox(t *testing.T) *devinbox.Inbox {
	t.Helper()
	inbox, err := devinbox.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = inbox.Close() })
	return inbox
}

func devKeyset(t *testing.T) *tink.Keyset {
	t.Helper()
	keyset, err := tink.Generate(true, now())
	if err != nil {
		t.Fatal(err)
	}
	return keyset
}

// startOn runs one replica on a database, with settings given as NAME=value.
func startOn(t *testing.T, databaseURL string, keyset *tink.Keyset, inbox *devinbox.Inbox, settings ...string) *service {
	t.Helper()
	return startWith(t, databaseURL, keyset, inbox, settings, func(*Config) {})
}

// startWith is startOn with a change to what no setting contains.
func startWith(
	t *testing.T, databaseURL string, keyset *tink.Keyset, inbox *devinbox.Inbox, settings []string, change func(*Config),
) *service {
	t.Helper()
	s, config := configOn(t, databaseURL, keyset, inbox, settings...)
	change(&config)
	s.run(t, config)
	return s
}

// configOn is what startOn runs.
func configOn(
	t *testing.T, databaseURL string, keyset *tink.Keyset, inbox *devinbox.Inbox, overrides ...string,
) (*service, Config) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &service{
		url: "http://" + listener.Addr().String(), databaseURL: databaseURL, inbox: inbox, log: &lockedBuffer{}, contract: loadContract(t),
	}
	environ := testSettings()
	environ["DATABASE_URL"], environ["SMTP_URL"], environ["PUBLIC_URL"] = databaseURL, inbox.URL(), s.url
	for _, setting := range overrides {
		name, value, _ := strings.Cut(setting, "=")
		environ[name] = value
	}
	settings, err := readSettings(environ)
	if err != nil {
		t.Fatal(err)
	}
	logger, err := newLogger(s.log, settings)
	if err != nil {
		t.Fatal(err)
	}
	services, err := devServiceCredentials(settings)
	if err != nil {
		t.Fatal(err)
	}
	return s, Config{
		Settings: settings.withDefaults(), Keyset: keyset, Services: services, Listener: listener,
		Logger: logger.With(slog.String("test", t.Name())),
		Routes: func(e *echo.Echo) {
			inbox.Register(e)
			s.routes = e.Routes()
		},
	}
}

// run starts the service and returns when it serves requests. The test fails if it ends with an error.
func (s *service) run(t *testing.T, c Config) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ready, done := make(chan struct{}), make(chan error, 1)
	c.Ready = func() { close(ready) }
	go func() { done <- Run(ctx, c) }()
	s.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("the service ended with: %v", err)
		}
	})
	t.Cleanup(s.stop)
	select {
	case <-ready:
	case err := <-done:
		done <- err
		t.Fatalf("the service did not start: %v", err)
	case <-time.After(await.Limit(t)):
		t.Fatal("the service did not start in time")
	}
}

// eventually polls until done. It fails the test if that never happens.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	await.Until(t, what, done)
}

// lockedBuffer collects a log. It is safe for concurrent use.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// concurrently runs do n times concurrently and counts the statuses of the responses.
func concurrently(t *testing.T, n int, do func(i int) (response, error)) map[int]int {
	t.Helper()
	begin := make(chan struct{})
	statuses := make(chan int, n)
	failures := make(chan error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-begin
			r, err := do(i)
			if err != nil {
				failures <- err
			}
			statuses <- r.status
		})
	}
	close(begin)
	all.Wait()
	close(statuses)
	close(failures)
	for err := range failures {
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
	counts := map[int]int{}
	for status := range statuses {
		counts[status]++
	}
	return counts
}
