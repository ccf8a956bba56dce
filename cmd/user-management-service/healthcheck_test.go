package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
)

func TestHealthcheckAsksTheServiceBesideIt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	certFile, keyFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	chain, key := newPair(t, 1)
	write(t, certFile, chain)
	write(t, keyFile, key)
	secure := []string{"TLS_CERT_FILE=" + certFile, "TLS_KEY_FILE=" + keyFile, "PUBLIC_URL=https://accounts.example.com"}
	for name, settings := range map[string][]string{"without TLS": nil, "with TLS": secure} {
		s := start(t, settings...)
		_, port, _ := net.SplitHostPort(s.address())
		for _, host := range []string{"127.0.0.1", "", "0.0.0.0"} {
			environ := map[string]string{"HTTP_ADDR": host + ":" + port}
			if settings != nil {
				environ["TLS_CERT_FILE"] = certFile
			}
			for _, line := range []string{"healthcheck", "healthcheck readyz", "healthcheck livez"} {
				if out, err := run(t, environ, strings.Fields(line)...); err != nil || out != "" {
					t.Errorf("%s, %s at %v: %v %s", name, line, environ, err, out)
				}
			}
		}
		s.stop()
		if _, err := run(t, map[string]string{"HTTP_ADDR": s.address()}, "healthcheck", "livez"); exitCode(err) != 1 {
			t.Errorf("%s, after the end: %v", name, err)
		}
	}
}

// A service that lives but has no database is not ready.
func TestHealthcheckFailsWithoutASuccess(t *testing.T) {
	t.Parallel()
	var asked []string
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Path)
		w.Header().Set("Location", "/livez")
		w.WriteHeader(status)
	}))
	defer server.Close()
	environ := map[string]string{"HTTP_ADDR": server.Listener.Addr().String()}
	for _, status = range []int{http.StatusServiceUnavailable, http.StatusFound, http.StatusNoContent} {
		_, err := run(t, environ, "healthcheck")
		if exitCode(err) != 1 || !strings.HasSuffix(err.Error(), fmt.Sprintf(": status %d", status)) {
			t.Errorf("status %d: %v", status, err)
		}
	}
	if got := strings.Join(asked, " "); got != "/readyz /readyz /readyz" {
		t.Errorf("asked %s", got)
	}
}

func TestHealthcheckNamesWhatItCannotUse(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]string{"127.0.0.1:0": "HTTP_ADDR must", "8080": "HTTP_ADDR must"} {
		if _, err := run(t, map[string]string{"HTTP_ADDR": addr}, "healthcheck"); exitCode(err) != 1 || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", addr, err)
		}
	}
	for _, line := range []string{"healthcheck metrics", "healthcheck livez readyz"} {
		if _, err := run(t, nil, strings.Fields(line)...); !errors.Is(err, errUsage) {
			t.Errorf("%s: %v", line, err)
		}
	}
}
