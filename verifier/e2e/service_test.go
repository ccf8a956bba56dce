package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// maxWait limits every wait of these tests. Only a hang reaches it.
const maxWait = 2 * time.Minute

// The credential that the dev command accepts.
const (
	clientID     = "example-service"
	clientSecret = "for-development-only"
)

// service is the real program with its own PostgreSQL, as `make run` starts it.
type service struct {
	url string
	dir string
	cmd *exec.Cmd
	out *output
}

// output collects what the program prints.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// program is the service, built from this repository.
var program string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "verifier-e2e")
	if err != nil {
		panic(err)
	}
	program = filepath.Join(dir, "user-management-service")
	build := exec.Command("go", "build", "-o", program, "./cmd/user-management-service")
	build.Dir, build.Stderr = "../..", os.Stderr
	if err := build.Run(); err != nil {
		panic(err)
	}
	status := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(status)
}

// newService starts the service until the test ends, on a port that it keeps after a restart.
func newService(t *testing.T) *service {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &service{url: "http://" + listener.Addr().String(), dir: t.TempDir()}
	_ = listener.Close()
	s.start(t)
	t.Cleanup(func() { s.stop(t) })
	return s
}

func (s *service) start(t *testing.T) {
	t.Helper()
	s.out = &output{}
	s.cmd = exec.Command(program, "dev")
	s.cmd.Dir, s.cmd.Stdout, s.cmd.Stderr = s.dir, s.out, s.out
	s.cmd.Env = append(os.Environ(), "HTTP_ADDR="+strings.TrimPrefix(s.url, "http://"), "PUBLIC_URL="+s.url,
		"ARGON2_MEMORY_KIB=64", "ALLOW_INSECURE=argon2")
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.eventually(t, "the service is ready", func() bool {
		resp, err := http.Get(s.url + "/readyz")
		if err != nil {
			return false
		}
		_ = resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
}

// stop ends the service, which also ends its PostgreSQL. It does nothing if the service is stopped.
func (s *service) stop(t *testing.T) {
	t.Helper()
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Signal(os.Interrupt)
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("the service ended with %v\n%s", err, s.out)
	}
	s.cmd = nil
}

func (s *service) eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(maxWait)
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for ; !done(); <-ticker.C {
		if time.Now().After(deadline) {
			t.Fatalf("not in time: %s\n%s", what, s.out)
		}
	}
}

// send sends a request with a JSON body, and returns the response's body. The status must be want.
func (s *service) send(t *testing.T, method, path, token, body string, want int) []byte {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "application/json")
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != want {
		t.Fatalf("%s %s: status %d, error %v: %s", method, path, resp.StatusCode, err, b)
	}
	return b
}

const password = "correct horse battery staple"

// tokens are the part of a login's response that these tests use.
type tokens struct {
	AccessToken string `json:"access_token"`
}

func tokensOf(t *testing.T, body []byte) (pair tokens) {
	t.Helper()
	if err := json.Unmarshal(body, &pair); err != nil || pair.AccessToken == "" {
		t.Fatalf("%v: %s", err, body)
	}
	return pair
}

// signUp creates an account with a verified email address, and returns the access token of its first login.
func (s *service) signUp(t *testing.T, email string) string {
	t.Helper()
	s.send(t, http.MethodPost, "/signup", "", fmt.Sprintf(
		`{"email":%q,"full_name":"Ada","country":"DE","state_province":"DE-BY","password":%q}`, email, password), http.StatusAccepted)
	link := regexp.MustCompile(`verify-email#token=([^"\\\s<]+)`)
	var found [][]byte
	s.eventually(t, "the email arrives", func() bool {
		found = link.FindSubmatch(s.send(t, http.MethodGet, "/dev/inbox", "", "", http.StatusOK))
		return found != nil
	})
	body := fmt.Sprintf(`{"token":%q,"password":%q}`, found[1], password)
	return tokensOf(t, s.send(t, http.MethodPost, "/verify-email", "", body, http.StatusOK)).AccessToken
}

func (s *service) logIn(t *testing.T, email string) string {
	t.Helper()
	body := fmt.Sprintf(`{"email":%q,"password":%q}`, email, password)
	return tokensOf(t, s.send(t, http.MethodPost, "/login", "", body, http.StatusOK)).AccessToken
}
