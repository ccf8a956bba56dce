package main

import (
	"bufio"
	"context"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// changing are the headers that differ between two equal requests. A body of unknown length is chunked; HEAD has none.
var changing = []string{"Date", "X-Request-Id", "Transfer-Encoding"}

// exchangeHead returns the status, the header and the body of one request. It does not compare them with the contract.
func (s *service) exchangeHead(t *testing.T, method, path string, header http.Header) (int, http.Header, []byte) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), waitLimit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, s.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(req.Header, header)
	req.Header.Set("Accept-Encoding", "identity") // else the transport adds one, and removes Content-Length
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	got := resp.Header.Clone()
	for _, name := range changing {
		got.Del(name)
	}
	if method == http.MethodGet && strings.HasPrefix(got.Get("Content-Type"), "text/event-stream") {
		return resp.StatusCode, got, nil // it does not end
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, got, body
}

// RFC 9110, sections 9.1 and 9.3.2: HEAD works wherever GET does, with the same header and without a body. It walks every route of
// the program, so a new one needs no entry here.
func TestHeadIsGetWithoutABody(t *testing.T) {
	t.Parallel()
	s := start(t)
	access := http.Header{"Authorization": {"Bearer " + s.user(t, "ada@example.com").AccessToken}}
	stream := asService()
	stream.Set("Accept", "text/event-stream")
	tested := 0
	for _, route := range s.routes {
		if route.Method != http.MethodGet {
			continue
		}
		tested++
		path := strings.Replace(route.Path, ":id", "1", 1)
		for _, header := range []http.Header{nil, access, asService(), stream} {
			status, want, _ := s.exchangeHead(t, http.MethodGet, path, header)
			headStatus, got, body := s.exchangeHead(t, http.MethodHead, path, header)
			if path == "/me/export" { // it contains the event of the export before, and counts
				for _, name := range []string{"Content-Length", "RateLimit"} {
					want.Del(name)
					got.Del(name)
				}
			}
			if headStatus != status || len(body) > 0 {
				t.Errorf("%s: HEAD has status %d and the body %q, GET status %d", path, headStatus, body, status)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s with %v: the headers differ (-GET +HEAD):\n%s", path, slices.Sorted(maps.Keys(header)), diff)
			}
		}
	}
	if tested < 15 {
		t.Errorf("only %d routes were tested", tested)
	}
}

// The Allow header of a 405 and of OPTIONS lists exactly the methods that the path supports.
func TestAllowListsTheSupportedMethods(t *testing.T) {
	t.Parallel()
	s := start(t)
	supported := map[string][]string{}
	for _, route := range s.routes {
		if slices.Contains([]string{"GET", "HEAD", "POST", "PATCH", "DELETE", "PUT"}, route.Method) {
			supported[route.Path] = append(supported[route.Path], route.Method)
		}
	}
	for route, methods := range supported {
		want := append([]string{"OPTIONS"}, methods...)
		slices.Sort(want)
		for _, method := range []string{http.MethodOptions, http.MethodPut, http.MethodTrace} {
			status, header, _ := s.exchangeHead(t, method, strings.Replace(route, ":id", "1", 1), nil)
			allowed := strings.Split(header.Get("Allow"), ", ")
			slices.Sort(allowed)
			wantStatus := http.StatusMethodNotAllowed
			if method == http.MethodOptions {
				wantStatus = http.StatusNoContent
			}
			if status != wantStatus || !slices.Equal(allowed, want) {
				t.Errorf("%s %s: status %d, Allow %q, want %q", method, route, status, allowed, want)
			}
		}
		if slices.Contains(methods, http.MethodGet) != slices.Contains(methods, http.MethodHead) {
			t.Errorf("%s supports %q: GET and HEAD belong together", route, methods)
		}
	}
}

// RFC 9110, section 9.3.7: "*" is the server as a whole. It is no path of the contract, for any method.
func TestTheServerAsAWholeIsNoPath(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, method := range []string{http.MethodOptions, http.MethodGet, http.MethodPost} {
		got, err := s.sendRaw(method, lines(method+" * HTTP/1.1", "Host: x", "Connection: close", ""))
		if err != nil {
			t.Fatal(err)
		}
		got.wantProblem(t, http.StatusNotFound, "not_found")
	}
}

// After a HEAD of a stream, the connection serves the next request.
func TestHeadOfTheStreamEndsImmediately(t *testing.T) {
	t.Parallel()
	s := start(t)
	conn := s.dial(t)
	authorization := asService().Get("Authorization")
	head := lines("HEAD /revocations HTTP/1.1", "Host: x", "Accept: text/event-stream", "Authorization: "+authorization, "")
	if _, err := io.WriteString(conn, head+lines("GET /livez HTTP/1.1", "Host: x", "Connection: close", "")); err != nil {
		t.Fatal(err)
	}
	reader := bufio.NewReader(conn)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodHead, s.url, nil)
	if err != nil {
		t.Fatal(err)
	}
	first, err := http.ReadResponse(reader, req)
	if err != nil {
		t.Fatal(err)
	}
	_ = first.Body.Close()
	if first.StatusCode != http.StatusOK || first.Header.Get("Content-Type") != "text/event-stream" || first.ContentLength >= 0 {
		t.Errorf("status %d, length %d, headers %v", first.StatusCode, first.ContentLength, first.Header)
	}
	req.Method = http.MethodGet
	second, err := http.ReadResponse(reader, req)
	if err != nil {
		t.Fatal(err)
	}
	_ = second.Body.Close()
	if second.StatusCode != http.StatusOK {
		t.Errorf("the next request has status %d", second.StatusCode)
	}
}
