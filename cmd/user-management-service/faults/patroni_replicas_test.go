//go:build faults

package faults

import (
	"net/http"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// startReplicas starts the three replicas with deploy/patroni/service.env.
func startReplicas(t *testing.T, s *site, mail *mailServer) (replicas []*replica) {
	t.Helper()
	credentials := "run/credentials/user-management-service.service/"
	for _, name := range []string{"app1", "app2", "app3"} {
		s.install(t, name, "etc/user-management-service/ca.crt", s.secret(t, "ca.crt"))
		s.install(t, name, "etc/user-management-service/keyset.json", s.secret(t, "keyset.json"))
		s.install(t, name, credentials+"database-url", s.secret(t, "database-url"))
		s.install(t, name, credentials+"smtp-url", mail.url)
		s.install(t, name, credentials+"tls.crt", s.secret(t, name+".crt"))
		s.install(t, name, credentials+"tls.key", s.secret(t, name+".key"))
		r := launch(t, "", mail, append(settings(s.read(t, name, "service.env")),
			"SMTP_URL=", "KEYSET_FILE="+filepath.Join(s.folder, name, "etc/user-management-service/keyset.json"))...)
		r.url = "https://" + s.network + machineKeys[name] + ":" + s.ports["8443"]
		replicas = append(replicas, r)
	}
	for _, r := range replicas {
		r.waitReady(t)
	}
	return replicas
}

// startSiteProxy starts HAProxy with deploy/patroni/haproxy.cfg and returns its URL. Its certificate is one of the private authority.
func startSiteProxy(t *testing.T, s *site) string {
	t.Helper()
	s.install(t, "proxy", "etc/haproxy/tls/ca.crt", s.secret(t, "ca.crt"))
	s.install(t, "proxy", "etc/haproxy/haproxy.cfg", s.read(t, "proxy", "haproxy.cfg"))
	s.shell(t, `openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=proxy -keyout proxy.key -out proxy.csr
openssl x509 -req -days 1 -in proxy.csr -CA ca.crt -CAkey ca.key -CAcreateserial -out proxy.crt \
  -extfile <(echo "subjectAltName=IP:10.0.0.31")
cat proxy.crt proxy.key >/etc/haproxy/tls/accounts.pem`, "proxy", "admin/secrets")
	s.run(t, "The proxy", "proxy", "proxy")
	cmd := exec.Command("/usr/sbin/haproxy", "-db", "-f", filepath.Join(s.folder, "proxy/etc/haproxy/haproxy.cfg")) //nolint:gosec // ours
	out := &buffer{}
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("the log of HAProxy:\n%s", out.tail())
		}
	})
	proxy := "https://" + s.network + machineKeys["proxy"] + ":" + s.ports["443"]
	eventually(t, "the proxy serves", func() bool { return get(proxy+"/readyz").status == http.StatusOK })
	return proxy
}

// measure reports how many requests were refused during a fault, and the longest time without a successful login. The fault is over when
// logins succeed again, for as long as an operator would wait to be sure.
func (w *writes) measure(t *testing.T, what, url, email string, fault func()) {
	t.Helper()
	refused, succeeded := w.counts()
	stop, done := make(chan struct{}), make(chan struct{})
	var longest time.Duration
	go func() {
		defer close(done)
		longest = longestOutage(url, email, stop)
	}()
	begun := time.Now()
	fault()
	replaced := time.Since(begun)
	w.awaitSuccesses(t, 300)
	close(stop)
	<-done
	refusedThen, succeededThen := w.counts()
	t.Logf("%s: another node led after %.1f s, no login succeeded for %.1f s, %d requests were refused, %d succeeded",
		what, replaced.Seconds(), longest.Seconds(), refusedThen-refused, succeededThen-succeeded)
	if longest > outageLimit {
		t.Errorf("%s: no login succeeded for %v, want %v at most", what, longest, outageLimit)
	}
}

func (w *writes) counts() (refused, succeeded int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.refused, w.succeeded
}

// longestOutage logs in ten times a second, at most four logins concurrently, and returns the longest time without a success.
func longestOutage(url, email string, stop <-chan struct{}) (longest time.Duration) {
	var mu sync.Mutex
	last := time.Now()
	var logins sync.WaitGroup
	for range 4 {
		logins.Go(func() {
			tick := time.NewTicker(400 * time.Millisecond)
			defer tick.Stop()
			for isOver := false; !isOver; {
				r := logIn(url, email, password)
				mu.Lock()
				if r.status == http.StatusOK {
					longest = max(longest, time.Since(last))
					last = time.Now()
				}
				mu.Unlock()
				select {
				case <-stop:
					isOver = true
				case <-tick.C:
				}
			}
		})
	}
	logins.Wait()
	return max(longest, time.Since(last))
}
