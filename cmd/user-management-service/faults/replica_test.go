//go:build faults

package faults

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// maxWait limits every wait. Only a hang reaches it: a message whose claim a failover cut off waits for two minutes.
const maxWait = 5 * time.Minute

func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(maxWait); !done(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("not in time: %s", what)
		}
	}
}

// replica is a process of the service.
type replica struct {
	url  string
	cmd  *exec.Cmd
	log  *buffer
	done chan error
}

// newReplica starts a replica and returns once it is ready. Settings have the form NAME=value.
func newReplica(t *testing.T, databaseURL string, mail *mailServer, settings ...string) *replica {
	t.Helper()
	r := launch(t, databaseURL, mail, settings...)
	r.waitReady(t)
	return r
}

// launch starts a replica.
func launch(t *testing.T, databaseURL string, mail *mailServer, settings ...string) *replica {
	t.Helper()
	return launchProgram(t, program, databaseURL, mail, settings...)
}

// launchProgram starts a replica of a given release.
func launchProgram(t *testing.T, program, databaseURL string, mail *mailServer, settings ...string) *replica {
	t.Helper()
	address := "127.0.0.1:" + freePort(t)
	r := &replica{url: "http://" + address, log: &buffer{}, done: make(chan error, 1)}
	r.cmd = exec.Command(program, "serve")
	r.cmd.Env = append(os.Environ(), append([]string{
		"DATABASE_URL=" + databaseURL, "SMTP_URL=" + mail.url, "PUBLIC_URL=https://accounts.example.com", "KEYSET_FILE=" + keyset,
		"HTTP_ADDR=" + address, "SHUTDOWN_DELAY=0", "ARGON2_MEMORY_KIB=64", "ARGON2_TIME=1", "MAIL_UNVERIFIED_PER_MINUTE=0",
		"NETWORK_REQUESTS=1000000", "NETWORK_FAILURES=1000000", "LOGIN_ATTEMPTS=0", "MAIL_BURST=1000",
		"ALLOW_INSECURE=argon2,rate-limits",
	}, settings...)...)
	r.cmd.Stdout, r.cmd.Stderr = r.log, r.log
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { r.done <- r.cmd.Wait() }()
	t.Cleanup(func() {
		_ = r.cmd.Process.Signal(syscall.SIGCONT)
		_ = r.cmd.Process.Kill()
		if t.Failed() {
			t.Logf("the log of %s:\n%s", r.url, r.log.tail())
		}
	})
	return r
}

func (r *replica) waitReady(t *testing.T) {
	t.Helper()
	eventually(t, "the replica is ready", func() bool {
		select {
		case err := <-r.done:
			t.Fatalf("the replica ended: %v\n%s", err, r.log.tail())
		default:
		}
		return r.isReady()
	})
}

func (r *replica) isReady() bool { return get(r.url+"/readyz").status == http.StatusOK }

func (r *replica) signal(t *testing.T, s syscall.Signal) {
	t.Helper()
	if err := r.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// kill kills the replica and waits until it has ended.
func (r *replica) kill(t *testing.T) {
	t.Helper()
	r.signal(t, syscall.SIGKILL)
	if err := <-r.done; err == nil {
		t.Error("the replica ended by itself")
	}
}

// buffer collects what a process prints.
type buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) contains(text string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return bytes.Contains(b.text.Bytes(), []byte(text))
}

func (b *buffer) tail() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var lines []string
	for line := range strings.Lines(b.text.String()) {
		if !strings.Contains(line, `"msg":"request"`) && !strings.Contains(line, `"route":"/readyz"`) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines[max(0, len(lines)-15):], "")
}

// response is a response of the service. The status 0 is none: err says why.
type response struct {
	status     int
	retryAfter string
	body       map[string]any
	err        error
}

func (r response) text(member string) string {
	text, _ := r.body[member].(string)
	return text
}

// isRefusal reports whether the service was unavailable as the contract says: 503 with Retry-After.
func (r response) isRefusal() bool {
	return r.status == http.StatusServiceUnavailable && r.retryAfter != ""
}

// client keeps connections alive, as proxies and other services do.
var client = &http.Client{
	Timeout:   maxWait,
	Transport: &http.Transport{MaxIdleConnsPerHost: 100, DisableCompression: true},
}

func get(url string) response { return send(http.MethodGet, url, "", nil) }

// post sends a JSON object of names and values.
func post(url, access string, members ...string) response {
	object := map[string]string{}
	for i := 1; i < len(members); i += 2 {
		object[members[i-1]] = members[i]
	}
	body, err := json.Marshal(object)
	if err != nil {
		return response{err: err}
	}
	return send(http.MethodPost, url, access, body)
}

func send(method, url, access string, body []byte) response {
	req, err := http.NewRequest(method, url, bytes.NewReader(body))
	if err != nil {
		return response{err: err}
	}
	if len(body) > 0 {
		req.Header.Set("Content-Type", "application/json")
	}
	if access != "" {
		req.Header.Set("Authorization", "Bearer "+access)
	}
	resp, err := client.Do(req)
	if err != nil {
		return response{err: err}
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	r := response{status: resp.StatusCode, retryAfter: resp.Header.Get("Retry-After"), err: err}
	if len(text) > 0 && err == nil {
		r.err = errors.Join(err, json.Unmarshal(text, &r.body))
	}
	return r
}
