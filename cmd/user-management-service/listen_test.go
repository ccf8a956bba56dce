package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/siriusys/user-management-service/adapters/devinbox"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
)

func TestProfilesAreForTheOperatorAlone(t *testing.T) {
	t.Parallel()
	inbox, err := devinbox.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = inbox.Close() })
	operator, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := startWith(t, pgtest.New(t), devKeyset(t), inbox, nil, func(c *Config) { c.Admin = operator })
	at := "http://" + operator.Addr().String()
	for path, want := range map[string]string{
		"/debug/pprof/heap?debug=1": "heap profile", "/debug/pprof/goroutine?debug=1": "goroutine profile", "/debug/runtime": `"/gc/heap/allocs:objects":`,
	} {
		if status, body := read(t, at+path); status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s: %d %.200s", path, status, body)
		}
		s.do(t, request{method: http.MethodGet, path: path}).want(t, http.StatusNotFound)
	}
	if status, _ := read(t, at+"/me"); status != http.StatusNotFound {
		t.Errorf("the operator's address answers clients: %d", status)
	}
	s.stop()
	if conn, err := net.Dial("tcp", operator.Addr().String()); err == nil {
		_ = conn.Close()
		t.Error("the operator's address outlives the service")
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

func TestAnAddressThatIsTakenIsNamed(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	for name, s := range map[string]Settings{
		"HTTP_ADDR":  {HTTPAddr: taken.Addr().String()},
		"ADMIN_ADDR": {HTTPAddr: "127.0.0.1:0", AdminAddr: taken.Addr().String()},
	} {
		if _, _, err := s.listen(t.Context()); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
