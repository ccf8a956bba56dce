package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/siriusys/user-management-service/adapters/devinbox"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/adapters/tink"
)

// patience bounds every wait for something that happens in the background.
const patience = 15 * time.Second

// service is the real program on a port of its own, with a database and a mail server of its own.
type service struct {
	url         string
	databaseURL string
	inbox       *devinbox.Inbox
	log         *lockedBuffer
	contract    *contract
	routes      []*echo.Route
	stop        func()
}

// start runs the program until the test ends, with settings given as NAME=value. Unless they say otherwise, password hashes
// are cheap, and networks and letters have no limits: those are other tests' subjects.
func start(t *testing.T, settings ...string) *service {
	t.Helper()
	inbox, err := devinbox.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = inbox.Close() })
	return startOn(t, pgtest.New(t), devKeyset(t), inbox, settings...)
}

func devKeyset(t *testing.T) *tink.Keyset {
	t.Helper()
	keyset, err := tink.Generate(true, now())
	if err != nil {
		t.Fatal(err)
	}
	return keyset
}

// startOn runs one replica, with further settings for it.
func startOn(t *testing.T, databaseURL string, keyset *tink.Keyset, inbox *devinbox.Inbox, settings ...string) *service {
	t.Helper()
	return startWith(t, databaseURL, keyset, inbox, settings, func(*Config) {})
}

// startWith is startOn with a change to what no setting says.
func startWith(t *testing.T, databaseURL string, keyset *tink.Keyset, inbox *devinbox.Inbox, with []string, change func(*Config)) *service {
	t.Helper()
	s, config := configOn(t, databaseURL, keyset, inbox, with...)
	change(&config)
	s.run(t, config)
	return s
}

// configOn is what startOn runs.
func configOn(t *testing.T, databaseURL string, keyset *tink.Keyset, inbox *devinbox.Inbox, with ...string) (*service, Config) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &service{url: "http://" + listener.Addr().String(), databaseURL: databaseURL, inbox: inbox, log: &lockedBuffer{}, contract: loadContract(t)}
	environ := map[string]string{
		"DATABASE_URL": databaseURL, "SMTP_URL": inbox.URL(), "PUBLIC_URL": s.url, "KEYSET_FILE": "in memory",
		"ARGON2_MEMORY_KIB": "64", "ARGON2_TIME": "1", "HASH_QUEUE": "1000", "LOG_LEVEL": "debug", "SHUTDOWN_TIMEOUT": "10s",
		"NETWORK_FAILURES": "0", "SERVICE_FAILURES": "0", "NETWORK_REQUESTS": "0", "SERVICE_REQUESTS": "0", "MAIL_BURST": "0", "MAIL_DAILY": "0",
	}
	for _, setting := range with {
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
		Settings: settings.withDefaults(), Keyset: keyset, Services: services, Logger: logger.With(slog.String("test", t.Name())), Listener: listener,
		Routes: func(e *echo.Echo) {
			inbox.Register(e)
			s.routes = e.Routes()
		},
	}
}

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
	case <-time.After(patience):
		t.Fatal("the service did not start in time")
	}
}

// answer is what came back for a request, already held against the contract.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// request is one request to the service. Body is sent as it is if it is a string, as JSON otherwise.
type request struct {
	method, path string
	body         any
	token        string
	contentType  string
	header       http.Header // set beside these
}

// do sends a request and fails the test unless the answer is one that openapi.yaml describes.
func (s *service) do(t *testing.T, r request) answer {
	t.Helper()
	a, err := s.try(r)
	if err != nil {
		t.Fatalf("%s %s: %v", r.method, r.path, err)
	}
	return a
}

// try is do for other goroutines than the test's.
func (s *service) try(r request) (answer, error) {
	body, err := encode(r.body)
	if err != nil {
		return answer{}, err
	}
	req, err := http.NewRequestWithContext(context.Background(), r.method, s.url+r.path, bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	if r.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.contentType != "" {
		req.Header.Set("Content-Type", r.contentType)
	}
	if r.token != "" {
		req.Header.Set("Authorization", "Bearer "+r.token)
	}
	maps.Copy(req.Header, r.header)
	resp, err := client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return answer{}, err
	}
	a := answer{status: resp.StatusCode, header: resp.Header, body: raw}
	return a, s.contract.check(req, body, a)
}

// client follows no redirect, so that every answer is seen, and keeps connections for parallel tests.
var client = &http.Client{
	Timeout:       patience,
	Transport:     &http.Transport{MaxIdleConnsPerHost: 128},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func encode(body any) ([]byte, error) {
	switch b := body.(type) {
	case nil:
		return nil, nil
	case string:
		return []byte(b), nil
	default:
		return json.Marshal(b)
	}
}

func (s *service) post(t *testing.T, path string, body any) answer {
	t.Helper()
	return s.do(t, request{method: http.MethodPost, path: path, body: body})
}

func (a answer) want(t *testing.T, status int) answer {
	t.Helper()
	if a.status != status {
		t.Fatalf("status %d instead of %d: %s", a.status, status, a.body)
	}
	return a
}

type tokens struct {
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token"`
	DeviceToken  string `json:"device_token"`
}

func (a answer) tokens(t *testing.T) tokens {
	t.Helper()
	a.want(t, http.StatusOK)
	var pair tokens
	if err := json.Unmarshal(a.body, &pair); err != nil {
		t.Fatal(err)
	}
	return pair
}

type problem struct {
	Code   string `json:"code"`
	Errors []struct {
		Field string `json:"field"`
		Code  string `json:"code"`
	} `json:"errors"`
}

func (a answer) problem(t *testing.T) problem {
	t.Helper()
	var p problem
	if err := json.Unmarshal(a.body, &p); err != nil {
		t.Fatalf("no problem: %v: %s", err, a.body)
	}
	return p
}

// fields are the names of the members at fault.
func (p problem) fields() []string {
	var names []string
	for _, e := range p.Errors {
		names = append(names, e.Field)
	}
	return names
}

type m = map[string]any

const goodPassword = "correct horse battery staple"

func signupOf(email, password string) m {
	return m{"email": email, "full_name": "Ada Lovelace", "country": "DE", "state_province": "Bayern", "password": password}
}

// user signs up, verifies and returns the first tokens.
func (s *service) user(t *testing.T, email string) tokens {
	t.Helper()
	s.post(t, "/signup", signupOf(email, goodPassword)).want(t, http.StatusAccepted)
	token := s.token(t, email, "/pages/verify-email")
	return s.post(t, "/verify-email", m{"token": token, "password": goodPassword}).tokens(t)
}

func (s *service) me(t *testing.T, accessToken string) answer {
	t.Helper()
	return s.do(t, request{method: http.MethodGet, path: "/me", token: accessToken})
}

var linkPattern = regexp.MustCompile(`https?://[^\s#]+#token=([A-Za-z0-9_-]+)`)

// token waits for the newest letter to email with a link to page and returns the link's token.
func (s *service) token(t *testing.T, email, page string) string {
	t.Helper()
	return s.tokens(t, email, page, 1)[0]
}

// tokens waits for n letters to email with a link to page and returns the links' tokens, the newest first.
func (s *service) tokens(t *testing.T, email, page string, n int) []string {
	t.Helper()
	var found []string
	eventually(t, fmt.Sprintf("%d letters with a link to %s", n, page), func() bool {
		found = nil
		for _, l := range s.inbox.Letters() {
			match := linkPattern.FindStringSubmatch(l.Text)
			if l.To == email && match != nil && strings.Contains(match[0], page) {
				found = append(found, match[1])
			}
		}
		return len(found) >= n
	})
	return found
}

// letters waits until every letter that is due was written, and returns those to email, the newest first.
func (s *service) letters(t *testing.T, email string) []devinbox.Letter {
	t.Helper()
	s.settle(t)
	var found []devinbox.Letter
	for _, l := range s.inbox.Letters() {
		if l.To == email {
			found = append(found, l)
		}
	}
	return found
}

// eventually polls until done or fails the test.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for tick := time.NewTicker(5 * time.Millisecond); ; <-tick.C {
		if done() {
			tick.Stop()
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("waited %v in vain for %s", patience, what)
		}
	}
}

// lockedBuffer keeps what is logged, from any goroutine.
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

// simultaneously runs do n times at once and counts how often it returned each status.
func simultaneously(t *testing.T, n int, do func(i int) (answer, error)) map[int]int {
	t.Helper()
	begin := make(chan struct{})
	answers := make(chan int, n)
	failures := make(chan error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-begin
			a, err := do(i)
			if err != nil {
				failures <- err
			}
			answers <- a.status
		})
	}
	close(begin)
	all.Wait()
	close(answers)
	close(failures)
	for err := range failures {
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
	counts := map[int]int{}
	for status := range answers {
		counts[status]++
	}
	return counts
}
