package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
)

func TestOnlyTheAdminListenerServesMetricsAndProfiles(t *testing.T) {
	t.Parallel()
	inbox := newInbox(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := startWith(t, pgtest.New(t), devKeyset(t), inbox, nil, func(c *Config) { c.AdminListener = listener })
	at := "http://" + listener.Addr().String()
	for path, want := range map[string]string{
		"/debug/pprof/heap?debug=1": "heap profile", "/debug/pprof/goroutine?debug=1": "goroutine profile",
		"/debug/runtime": `"/gc/heap/allocs:objects":`, "/metrics": "\ngo_goroutines ",
	} {
		if status, body := read(t, at+path); status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s: %d %.200s", path, status, body)
		}
		s.get(t, "", path).want(t, http.StatusNotFound)
	}
	if status, _ := read(t, at+"/me"); status != http.StatusNotFound {
		t.Errorf("the admin listener serves clients: status %d", status)
	}
	s.stop()
	if conn, err := net.Dial("tcp", listener.Addr().String()); err == nil {
		_ = conn.Close()
		t.Error("the admin listener is open after the service ended")
	}
}

// ADMIN_ADDR=:6060 lets other machines read profiles only with a service credential.
func TestProfilesBeyondLoopbackNeedACredential(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "0.0.0.0:0") //nolint:gosec // it is the subject of the test
	if err != nil {
		t.Fatal(err)
	}
	startWith(t, pgtest.New(t), devKeyset(t), newInbox(t), nil, func(c *Config) { c.AdminListener = listener })
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	at := net.JoinHostPort("127.0.0.1", port)
	for url, want := range map[string]int{
		"http://" + at + "/metrics":                                                      http.StatusOK,
		"http://" + at + "/debug/pprof/heap":                                             http.StatusUnauthorized,
		"http://" + at + "/debug/runtime":                                                http.StatusUnauthorized,
		"http://orders:wrong@" + at + "/debug/runtime":                                   http.StatusUnauthorized,
		"http://" + devClientID + ":" + devClientSecret + "@" + at + "/debug/pprof/heap": http.StatusOK,
	} {
		if status, _ := read(t, url); status != want {
			t.Errorf("%s: status %d, want %d", url, status, want)
		}
	}
}

func read(t *testing.T, url string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestAnAddressInUseIsNamed(t *testing.T) {
	t.Parallel()
	used, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = used.Close() }()
	for name, s := range map[string]Settings{
		"HTTP_ADDR":  {HTTPAddr: used.Addr().String()},
		"ADMIN_ADDR": {HTTPAddr: "127.0.0.1:0", AdminAddr: used.Addr().String()},
	} {
		if _, _, err := s.listen(t.Context()); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
