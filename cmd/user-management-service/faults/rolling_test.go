//go:build faults

package faults

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// Two replicas behind HAProxy restart one after another under load, twice. No request fails: a replica that shuts down is not ready, and
// serves on for SHUTDOWN_DELAY.
func TestNoRequestFailsDuringARollingRestart(t *testing.T) {
	t.Parallel()
	mail, d := newMailServer(t), newDatabase(t)
	addresses := []string{"127.0.0.1:" + freePort(t), "127.0.0.1:" + freePort(t)}
	start := func(address string) *replica {
		r := launch(t, d.url(), mail, "HTTP_ADDR="+address, "SHUTDOWN_DELAY=5s")
		r.url = "http://" + address
		r.waitReady(t)
		return r
	}
	replicas := []*replica{start(addresses[0]), start(addresses[1])}
	proxy := startProxy(t, addresses)
	users := newUsers(t, proxy, mail, 4)
	w, stop := &writes{}, make(chan struct{})
	var load sync.WaitGroup
	end := sync.OnceFunc(func() { close(stop); load.Wait() })
	defer end()
	for _, email := range users {
		load.Go(func() { w.generate(t, proxy, email, stop) })
	}
	for range 2 {
		for i := range replicas {
			w.awaitSuccesses(t, 50)
			replicas[i].signal(t, syscall.SIGTERM)
			if err := <-replicas[i].done; err != nil {
				t.Errorf("the replica ended with %v\n%s", err, replicas[i].log.tail())
			}
			replicas[i] = start(addresses[i])
		}
	}
	w.awaitSuccesses(t, 50)
	end()
	if w.refused > 0 {
		t.Errorf("%d requests were refused", w.refused)
	}
	w.check(t, proxy, mail)
	figure(t, "requests during four restarts behind HAProxy", "%d, none failed", w.succeeded)
}

// startProxy starts HAProxy in front of replicas and returns its URL. It keeps connections to both sides alive, and checks each replica
// five times a second. A check has seconds: a busy machine would otherwise have no replica left. HAProxy repeats no request, so each one
// that reaches a replica which is gone fails.
func startProxy(t *testing.T, addresses []string) string {
	t.Helper()
	haproxy, err := exec.LookPath("haproxy")
	if err != nil {
		if haproxy = "/usr/sbin/haproxy"; !exists(haproxy) {
			t.Fatal("this test needs HAProxy: install the package haproxy")
		}
	}
	port := freePort(t)
	config := fmt.Sprintf(`defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s
  timeout check 5s
  option http-keep-alive
  http-reuse safe
  retries 0
frontend clients
  bind 127.0.0.1:%s
  default_backend replicas
backend replicas
  option httpchk GET /readyz
  default-server check inter 200ms fall 1 rise 1
`, port)
	for i, address := range addresses {
		config += fmt.Sprintf("  server replica%d %s\n", i, address)
	}
	file := filepath.Join(t.TempDir(), "haproxy.cfg")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(haproxy, "-db", "-f", file)
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("the log of HAProxy:\n%s", out.String())
		}
	})
	proxy := "http://127.0.0.1:" + port
	// It takes every replica for ready until the first check.
	successes := 0
	eventually(t, "the proxy serves, with replicas that are ready only", func() bool {
		if successes++; get(proxy+"/readyz").status != http.StatusOK {
			successes = 0
		}
		return successes == 10*len(addresses)
	})
	return proxy
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
