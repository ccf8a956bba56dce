package main

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestConnExchangesRequestsWithARealServer(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch r.URL.Path {
		case "/echo":
			_, _ = io.WriteString(w, r.Method+" "+r.Header.Get("Authorization")+" "+r.Header.Get("Content-Type")+" "+string(body))
		case "/chunks":
			for _, part := range []string{"one ", strings.Repeat("two ", 10_000), "three"} {
				_, _ = io.WriteString(w, part)
				w.(http.Flusher).Flush()
			}
		case "/hints":
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusTeapot)
		case "/no-content":
			w.WriteHeader(http.StatusNoContent)
		case "/close":
			w.Header().Set("Connection", "close")
		}
	}))
	defer server.Close()
	c := &conn{address: server.Listener.Addr().String()}
	defer c.close()
	for range 2 {
		for _, tt := range []struct {
			r      request
			status int
			body   string
		}{
			{
				request{method: "POST", path: "/echo", authorization: "Bearer x", contentType: "text/plain", body: []byte("hello")},
				200, "POST Bearer x text/plain hello",
			},
			{request{method: "GET", path: "/chunks"}, 200, "one " + strings.Repeat("two ", 10_000) + "three"},
			{request{method: "GET", path: "/hints"}, 418, ""},
			{request{method: "POST", path: "/no-content"}, 204, ""},
			{request{method: "GET", path: "/echo"}, 200, "GET   "},
			{request{method: "GET", path: "/close"}, 200, ""},
		} {
			got, err := c.exchange(tt.r)
			if err != nil {
				t.Fatal(err)
			}
			if got.status != tt.status || string(got.body) != tt.body {
				t.Errorf("%s: status %d and %d bytes, want %d and %d", tt.r.path, got.status, len(got.body), tt.status, len(tt.body))
			}
		}
		if c.tcp != nil {
			t.Error("the connection is kept although the server closes it")
		}
	}
}

func TestConnReusesItsConnection(t *testing.T) {
	t.Parallel()
	from := map[string]bool{}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { from[r.RemoteAddr] = true }))
	defer server.Close()
	c := &conn{address: server.Listener.Addr().String()}
	defer c.close()
	for range 3 {
		if _, err := c.exchange(request{method: "GET", path: "/"}); err != nil {
			t.Fatal(err)
		}
	}
	if len(from) != 1 {
		t.Errorf("%d connections for three requests, want 1", len(from))
	}
}

func TestConnRefusesMalformedAndTruncatedResponses(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		"", "HTTP/1.1 20", "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n",
		"HTTP/1.1 200 OK\r\nno header\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfour",
		"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabcd\r\n0\r\n\r\n",
	} {
		client, server := net.Pipe()
		go func() {
			for r := bufio.NewReader(server); ; {
				if line, err := r.ReadString('\n'); err != nil || line == "\r\n" {
					break
				}
			}
			_, _ = io.WriteString(server, raw)
			_ = server.Close()
		}()
		c := &conn{address: "test", tcp: client, in: bufio.NewReader(client)}
		if got, _, err := c.roundTrip(request{method: "GET", path: "/"}, time.Now()); err == nil {
			t.Errorf("%q was accepted as status %d, body %q", raw, got.status, got.body)
		}
	}
}
