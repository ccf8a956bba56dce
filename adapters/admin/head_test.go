package admin_test

import (
	"context"
	"io"
	"net/http"
	"testing"
	"time"
)

// exchange returns the response to one request.
func exchange(t *testing.T, method, url string, header ...string) (status int, received http.Header, body []byte) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Close = true
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err = io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, body
}

// HEAD collects no profile. With an hour, the test would reach its deadline, and beside a profile in progress it would fail: a process
// has one CPU profile and one trace at a time.
func TestHeadIsImmediate(t *testing.T) {
	t.Parallel()
	_, url := start(t)
	for path, want := range map[string]int{
		"/metrics": 200, "/debug/runtime": 200, "/debug/pprof/": 200, "/debug/pprof/profile?seconds=3600": 200,
		"/debug/pprof/trace?seconds=3600": 200, "/debug/pprof/heap?seconds=3600": 200, "/debug/pprof/block?seconds=3600": 200,
		"/debug/pprof/mutex": 200, "/debug/pprof/nothing": 404, "/nothing": 404,
	} {
		status, header, body := exchange(t, http.MethodHead, url+path)
		if status != want || len(body) > 0 || header.Get("Content-Type") == "" && want == 200 {
			t.Errorf("%s: status %d, headers %v, body %q", path, status, header, body)
		}
	}
}

func TestAllowListsGetAndHead(t *testing.T) {
	t.Parallel()
	_, url := start(t)
	for _, path := range []string{"/metrics", "/debug/runtime", "/debug/pprof/", "/debug/pprof/profile", "/debug/pprof/block"} {
		for _, method := range []string{http.MethodPost, http.MethodDelete, http.MethodOptions} {
			status, header, _ := exchange(t, method, url+path)
			if allow := header.Get("Allow"); status != http.StatusMethodNotAllowed || allow != "GET, HEAD" {
				t.Errorf("%s %s: status %d, Allow %q", method, path, status, allow)
			}
		}
	}
}
