//go:build faults

package faults

import (
	"net/http"
	"os/exec"
	"path/filepath"
	"testing"
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
