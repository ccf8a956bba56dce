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

// Nothing may go on after Close.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func start(t *testing.T) (server *admin.Server, url string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server = admin.Start(listener, slog.New(slog.DiscardHandler))
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

func TestEveryProfileCanBeTaken(t *testing.T) {
	t.Parallel()
	_, url := start(t)
	for _, path := range []string{"profile?seconds=1", "trace?seconds=1", "heap", "allocs", "goroutine", "block?seconds=1", "mutex?seconds=1"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			status, body := get(t, url+"/debug/pprof/"+path)
			if status != http.StatusOK || len(body) == 0 {
				t.Fatalf("%d: %s", status, body)
			}
			if bytes.HasPrefix(body, []byte("go 1.")) { // a trace
				return
			}
			if _, err := gzip.NewReader(bytes.NewReader(body)); err != nil {
				t.Errorf("no profile: %v: %.80s", err, body)
			}
		})
	}
	if status, body := get(t, url+"/debug/pprof/"); status != http.StatusOK || !bytes.Contains(body, []byte("goroutine")) {
		t.Errorf("%d: %s", status, body)
	}
}

func TestRuntimeFiguresGrowWithAllocations(t *testing.T) {
	t.Parallel()
	_, url := start(t)
	allocated := func() float64 {
		status, body := get(t, url+"/debug/runtime")
		var figures map[string]float64
		if err := json.Unmarshal(body, &figures); err != nil || status != http.StatusOK {
			t.Fatalf("%d %v: %s", status, err, body)
		}
		if figures["/gc/heap/allocs:objects"] == 0 || figures["/sched/goroutines:goroutines"] == 0 {
			t.Errorf("%v", figures)
		}
		return figures["/gc/heap/allocs:bytes"]
	}
	before := allocated()
	wasted := make([]byte, 1<<20)
	if after := allocated(); after < before+float64(len(wasted)) {
		t.Errorf("%v bytes allocated after %v", after, before)
	}
}

func TestNothingElseIsAnswered(t *testing.T) {
	t.Parallel()
	_, url := start(t)
	for path, want := range map[string]int{"/": 404, "/me": 404, "/debug/pprof/cmdline": 404, "/debug/pprof/nothing": 404} {
		if status, _ := get(t, url+path); status != want {
			t.Errorf("%s: %d", path, status)
		}
	}
}

func TestCloseEndsAProfileThatIsUnderWay(t *testing.T) {
	t.Parallel()
	server, url := start(t)
	answered := make(chan error, 1)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/debug/pprof/goroutine?seconds=3600", nil)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err == nil {
			_ = resp.Body.Close()
		}
		answered <- err
	}()
	for deadline := time.Now().Add(time.Minute); ; {
		if _, stacks := get(t, url+"/debug/pprof/goroutine?debug=2"); bytes.Contains(stacks, []byte("serveDeltaProfile")) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the profile never began")
		}
	}
	if err := server.Close(); err != nil {
		t.Error(err)
	}
	if err := <-answered; err == nil {
		t.Error("an hour has passed")
	}
}
