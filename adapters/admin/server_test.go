package admin_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/siriusys/user-management-service/adapters/admin"
)

// No goroutine may run after Close.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func start(t *testing.T) (server *admin.Server, url string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	metrics := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "up 1") })
	server = admin.Start(listener, admin.Config{Logger: slog.New(slog.DiscardHandler), Metrics: metrics})
	t.Cleanup(func() { _ = server.Close() })
	return server, "http://" + listener.Addr().String()
}

func get(t *testing.T, url string) (int, []byte) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Close = true
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, body
}

func TestProfiles(t *testing.T) {
	t.Parallel()
	_, url := start(t)
	for _, path := range []string{
		"profile?seconds=1", "trace?seconds=1", "heap", "allocs", "goroutine", "block?seconds=1", "mutex?seconds=1",
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			status, body := get(t, url+"/debug/pprof/"+path)
			if status != http.StatusOK || len(body) == 0 {
				t.Fatalf("status %d: %s", status, body)
			}
			if bytes.HasPrefix(body, []byte("go 1.")) { // a trace
				return
			}
			if _, err := gzip.NewReader(bytes.NewReader(body)); err != nil {
				t.Errorf("the response is not a profile: %v: %.80s", err, body)
			}
		})
	}
	if status, body := get(t, url+"/debug/pprof/"); status != http.StatusOK || !bytes.Contains(body, []byte("goroutine")) {
		t.Errorf("status %d of the index: %s", status, body)
	}
}

func TestRuntimeMetricsGrowWithAllocations(t *testing.T) {
	t.Parallel()
	_, url := start(t)
	allocated := func() float64 {
		status, body := get(t, url+"/debug/runtime")
		var values map[string]float64
		if err := json.Unmarshal(body, &values); err != nil || status != http.StatusOK {
			t.Fatalf("status %d, %v: %s", status, err, body)
		}
		if values["/gc/heap/allocs:objects"] == 0 || values["/sched/goroutines:goroutines"] == 0 {
			t.Errorf("allocations or goroutines are missing: %v", values)
		}
		return values["/gc/heap/allocs:bytes"]
	}
	before := allocated()
	wasted := make([]byte, 1<<20)
	if after := allocated(); after < before+float64(len(wasted)) {
		t.Errorf("%v bytes are allocated after %v, want 1 MiB more", after, before)
	}
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	_, url := start(t)
	if status, body := get(t, url+"/metrics"); status != http.StatusOK || string(body) != "up 1" {
		t.Errorf("status %d: %s", status, body)
	}
}

func TestOtherPathsAreNotFound(t *testing.T) {
	t.Parallel()
	_, url := start(t)
	for path, want := range map[string]int{"/": 404, "/me": 404, "/debug/pprof/cmdline": 404, "/debug/pprof/nothing": 404} {
		if status, _ := get(t, url+path); status != want {
			t.Errorf("%s: status %d, want %d", path, status, want)
		}
	}
}

func TestCloseInterruptsAProfileInProgress(t *testing.T) {
	t.Parallel()
	server, url := start(t)
	finished := make(chan error, 1)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/debug/pprof/goroutine?seconds=3600", nil)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err == nil {
			_ = resp.Body.Close()
		}
		finished <- err
	}()
	for deadline := time.Now().Add(time.Minute); ; {
		if _, stacks := get(t, url+"/debug/pprof/goroutine?debug=2"); bytes.Contains(stacks, []byte("serveDeltaProfile")) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the profile did not start within a minute")
		}
	}
	if err := server.Close(); err != nil {
		t.Error(err)
	}
	if err := <-finished; err == nil {
		t.Error("the request succeeded, want an interrupted connection")
	}
}
