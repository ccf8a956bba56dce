package main

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// RFC 9110, sections 8.4 and 15.5.16. A body that is refused for its type has no Accept-Encoding (section 12.5.3).
func TestBodiesMustNotBeEncoded(t *testing.T) {
	t.Parallel()
	s := start(t)
	token := s.user(t, "ada@example.com").AccessToken
	requests := map[string]request{"introspectToken": introspection("token=x", asService())}
	for name, op := range bodies {
		r := request{method: op.method, path: op.path, body: op.body, header: http.Header{}}
		if op.secured {
			r.token = token
		}
		requests[name] = r
	}
	for name, r := range requests {
		for _, coding := range []string{"gzip", "GZIP", "br", "gzip, identity", "identity,deflate", "unknown"} {
			r.header.Set("Content-Encoding", coding)
			got := s.do(t, r)
			got.wantProblem(t, http.StatusUnsupportedMediaType, "unsupported_media_type")
			if accepted := got.header.Get("Accept-Encoding"); accepted != "identity" {
				t.Errorf("%s with %s: Accept-Encoding %q", name, coding, accepted)
			}
		}
		r.header.Del("Content-Encoding")
		r.contentType = "text/plain"
		got := s.do(t, r).want(t, http.StatusUnsupportedMediaType)
		if _, found := got.header["Accept-Encoding"]; found {
			t.Errorf("%s: the response to another type has an Accept-Encoding", name)
		}
	}
	for _, coding := range []string{"identity", "Identity", "identity, IDENTITY", ""} {
		r := request{
			method: http.MethodPost, path: "/login", body: loginOf("ada@example.com", goodPassword),
			header: http.Header{"Content-Encoding": {coding}},
		}
		s.do(t, r).want(t, http.StatusOK)
		form := introspection("token=x", asService())
		form.header.Set("Content-Encoding", coding)
		s.do(t, form).want(t, http.StatusOK)
	}
}

// A client that waits for "100 Continue" gets the final response instead, if the header of the request is reason enough for it.
func TestTheServiceRefusesBeforeTheClientSendsTheBody(t *testing.T) {
	t.Parallel()
	s := start(t)
	authorization := "Authorization: " + asService().Get("Authorization")
	for name, tt := range map[string]struct {
		request string
		fields  []string
		want    string
	}{
		"a valid length":          {"POST /login", []string{"Content-Type: application/json", twoBytes}, "100"},
		"an unknown length":       {"POST /login", []string{"Content-Type: application/json", chunked}, "100"},
		"a body that is too long": {"POST /login", []string{"Content-Type: application/json", "Content-Length: 999999"}, "413"},
		"one byte too long":       {"POST /signup", []string{"Content-Type: application/json", "Content-Length: 65537"}, "413"},
		"a form that is too long": {
			"POST /introspect", []string{authorization, "Content-Type: " + formType, "Content-Length: 999999"}, "413",
		},
		"another type":          {"POST /login", []string{"Content-Type: text/plain", twoBytes}, "415"},
		"another type, chunked": {"POST /login", []string{"Content-Type: text/plain", chunked}, "415"},
		"no type":               {"POST /login", []string{twoBytes}, "415"},
		"a coding":              {"POST /login", []string{"Content-Type: application/json", "Content-Encoding: gzip", twoBytes}, "415"},
		"no access token":       {"POST /terminate", []string{"Content-Type: application/json", twoBytes}, "401"},
		"no service credential": {"POST /introspect", []string{"Content-Type: " + formType, twoBytes}, "401"},
		"no such path":          {"POST /nowhere", []string{"Content-Type: application/json", twoBytes}, "404"},
		"no such method":        {"PUT /login", []string{"Content-Type: application/json", twoBytes}, "405"},
		"another expectation":   {"POST /login", []string{"Content-Type: application/json", "Expect: 200-ok", twoBytes}, "417"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn := s.dial(t)
			fields := append([]string{tt.request + " HTTP/1.1", "Host: x"}, tt.fields...)
			if tt.want != "417" {
				fields = append(fields, "Expect: 100-continue")
			}
			if _, err := io.WriteString(conn, lines(append(fields, "")...)); err != nil {
				t.Fatal(err)
			}
			line, err := bufio.NewReader(conn).ReadString('\n')
			if err != nil || !strings.HasPrefix(line, fmt.Sprintf("HTTP/1.1 %s ", tt.want)) {
				t.Errorf("the first line is %q, error %v; want status %s", line, err, tt.want)
			}
		})
	}
}
