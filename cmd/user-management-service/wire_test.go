package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/adapters/httpapi"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
)

var statusLine = regexp.MustCompile(`(?m)^HTTP/1\.[01] (\d{3}) `)

// exchange sends bytes unchanged and returns the statuses of all responses until the service closes the connection.
func (s *service) exchange(t *testing.T, sent string) (statuses []string, responses string) {
	t.Helper()
	conn := s.dial(t)
	if _, err := io.WriteString(conn, sent); err != nil {
		t.Fatal(err)
	}
	return readResponses(t, conn)
}

func readResponses(t *testing.T, conn net.Conn) (statuses []string, responses string) {
	t.Helper()
	raw, err := io.ReadAll(conn)
	if err != nil && !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the connection is not closed: %v after %q", err, raw)
	}
	for _, match := range statusLine.FindAllStringSubmatch(string(raw), -1) {
		statuses = append(statuses, match[1])
	}
	return statuses, string(raw)
}

// lines ends each line with CRLF.
func lines(all ...string) string { return strings.Join(all, "\r\n") + "\r\n" }

// smuggled is what an attacker hides behind a request.
var smuggled = lines("GET /livez HTTP/1.1", "Host: x", "X-Request-Id: smuggled", "")

// A body of "{}" is sent as chunkedEmpty with the field chunked, or as it is with the field twoBytes.
const (
	chunked      = "Transfer-Encoding: chunked"
	twoBytes     = "Content-Length: 2"
	chunkedEmpty = "2\r\n{}\r\n0\r\n\r\n"
)

func loginHead(fields ...string) string {
	return lines(append([]string{"POST /login HTTP/1.1", "Host: x", "Content-Type: application/json"}, fields...)...)
}

// oldLoginHead is of HTTP/1.0.
func oldLoginHead(fields ...string) string {
	first := []string{"POST /login HTTP/1.0", "Host: x", "Connection: keep-alive", "Content-Type: application/json"}
	return lines(append(first, fields...)...)
}

func getHead(fields ...string) string {
	return lines(append([]string{"GET /livez HTTP/1.1"}, fields...)...)
}

// rawRequest is sent as it is; the only response must have the status.
type rawRequest struct{ sent, status string }

// ambiguousBodies have a length that two parsers may read differently.
func ambiguousBodies() map[string]rawRequest {
	hidden := fmt.Sprintf("Content-Length: %d", 5+len(smuggled))
	return map[string]rawRequest{
		"Transfer-Encoding and Content-Length":      {loginHead(chunked, twoBytes, "") + chunkedEmpty, "422"},
		"Content-Length and Transfer-Encoding":      {loginHead(twoBytes, chunked, "") + chunkedEmpty, "422"},
		"both, the body empty":                      {loginHead(hidden, chunked, "") + "0\r\n\r\n", "400"},
		"both, on a path without a body":            {getHead("Host: x", "Content-Length: 5", chunked, "") + "0\r\n\r\n", "200"},
		"two Content-Lengths":                       {loginHead(twoBytes, "Content-Length: 3", "") + "{}", "400"},
		"two Content-Lengths in one line":           {loginHead("Content-Length: 2, 2", "") + "{}", "400"},
		"a negative Content-Length":                 {loginHead("Content-Length: -2", "") + "{}", "400"},
		"a signed Content-Length":                   {loginHead("Content-Length: +2", "") + "{}", "400"},
		"a hexadecimal Content-Length":              {loginHead("Content-Length: 0x2", "") + "{}", "400"},
		"a Content-Length that overflows":           {loginHead("Content-Length: 99999999999999999999", "") + "{}", "400"},
		"an empty Content-Length":                   {loginHead("Content-Length:", "") + "{}", "400"},
		"a folded Content-Length":                   {loginHead("Content-Length: 1", " 0", "") + "{}", "400"},
		"a folded Transfer-Encoding":                {loginHead("Transfer-Encoding:", " chunked", "") + chunkedEmpty, "422"},
		"identity, chunked":                         {loginHead("Transfer-Encoding: identity, chunked", "") + chunkedEmpty, "501"},
		"chunked, identity":                         {loginHead("Transfer-Encoding: chunked, identity", "") + chunkedEmpty, "501"},
		"identity":                                  {loginHead("Transfer-Encoding: identity", twoBytes, "") + "{}", "501"},
		"chunked twice":                             {loginHead(chunked, chunked, "") + chunkedEmpty, "501"},
		"an unknown coding beside a Content-Length": {loginHead("Transfer-Encoding: xchunked", twoBytes, "") + "{}", "501"},
		"an invalid chunk size":                     {loginHead(chunked, "") + "x\r\n{}\r\n0\r\n\r\n", "400"},
		"a negative chunk size":                     {loginHead(chunked, "") + "-2\r\n{}\r\n0\r\n\r\n", "400"},
		"a chunk size with 0x":                      {loginHead(chunked, "") + "0x2\r\n{}\r\n0\r\n\r\n", "400"},
		"a chunk size that overflows":               {loginHead(chunked, "") + "10000000000000002\r\n{}\r\n0\r\n\r\n", "400"},
		"a chunk longer than its size":              {loginHead(chunked, "") + "1\r\n{}\r\n0\r\n\r\n", "400"},
		"a chunk size that ends with a bare LF":     {loginHead(chunked, "") + "2\n{}\r\n0\r\n\r\n", "400"},
		"a chunk extension with a bare LF":          {loginHead(chunked, "") + "2;a\n{}\r\n0\r\n\r\n", "400"},
		"HTTP/1.0 with Transfer-Encoding":           {oldLoginHead(chunked, "") + chunkedEmpty, "400"},
		"HTTP/1.0 with both":                        {oldLoginHead(chunked, twoBytes, "") + "{}", "422"},
		"a body that is too long":                   {loginHead("Content-Length: 67584", "") + strings.Repeat("x", 66<<10), "413"},
	}
}

// malformedHeads have fields, a request line or a version that two parsers may read differently.
func malformedHeads() map[string]rawRequest {
	return map[string]rawRequest{
		"a folded first header":              {getHead(" Host: x", ""), "400"},
		"a space before the colon":           {loginHead("Transfer-Encoding : chunked", twoBytes, "") + "{}", "400"},
		"a control character in a name":      {loginHead("Transfer\x0b-Encoding: chunked", twoBytes, "") + "{}", "400"},
		"a control character in a value":     {loginHead("X: a\x00b", twoBytes, "") + "{}", "400"},
		"a bare CR in a value":               {loginHead("X: a\rTransfer-Encoding: chunked", twoBytes, "") + "{}", "400"},
		"a bare LF before Transfer-Encoding": {loginHead("X: a\nTransfer-Encoding: chunked", twoBytes, "") + chunkedEmpty, "422"},
		"a bare LF before Content-Length":    {loginHead("X: a\nContent-Length: 0", twoBytes, "") + "{}", "400"},
		"HTTP/1.0 with keep-alive":           {lines("GET /livez HTTP/1.0", "Host: x", "Connection: keep-alive", ""), "200"},
		"HTTP/0.9":                           {"GET /livez\r\n", "400"},
		"an unknown minor version":           {lines("GET /livez HTTP/1.2", "Host: x", ""), "200"},
		"an unknown version":                 {lines("GET /livez HTTP/3.0", "Host: x", ""), "505"},
		"no Host":                            {getHead(""), "400"},
		"two Hosts":                          {getHead("Host: x", "Host: y", ""), "400"},
		"an invalid Host":                    {getHead("Host: x y", ""), "400"},
		"a space in the path":                {lines("GET /li vez HTTP/1.1", "Host: x", ""), "400"},
		"a header without a colon":           {getHead("Host: x", "nonsense", ""), "400"},
		"a header without a name":            {getHead("Host: x", ": y", ""), "400"},
		"an invalid method":                  {lines("G(T /livez HTTP/1.1", "Host: x", ""), "400"},
		"a header that is too long":          {getHead("Host: x", "X: "+strings.Repeat("x", 32<<10), ""), "431"},
		"HTTP/2 without TLS":                 {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "404"},
	}
}

// A request whose end a proxy may place elsewhere gets one response, and then the connection is closed: the bytes after it are never
// processed as another request.
func TestNothingIsSmuggledBehindARequest(t *testing.T) {
	t.Parallel()
	s := start(t)
	tests := ambiguousBodies()
	maps.Copy(tests, malformedHeads())
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			statuses, responses := s.exchange(t, tt.sent+smuggled)
			if len(statuses) != 1 || statuses[0] != tt.status || strings.Contains(responses, "smuggled") {
				t.Errorf("statuses %v, want %s:\n%s", statuses, tt.status, responses)
			}
		})
	}
}

// Other requests leave the connection open. If none did, the test above would prove nothing.
func TestPlainRequestsShareAConnection(t *testing.T) {
	t.Parallel()
	s := start(t)
	last := lines("GET /livez HTTP/1.1", "Host: x", "Connection: close", "")
	for name, first := range map[string]string{
		"no body":        smuggled,
		"a body":         lines("POST /login HTTP/1.1", "Host: x", "Content-Type: application/json", "Content-Length: 2", "") + "{}",
		"an unread body": lines("GET /livez HTTP/1.1", "Host: x", "Content-Length: 2", "") + "{}",
		"an upgrade": lines(
			"GET /livez HTTP/1.1", "Host: x", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__", "",
		),
		"a folded header": lines("GET /livez HTTP/1.1", "Host: x", "X: a", " b", ""),
	} {
		statuses, responses := s.exchange(t, first+last)
		if len(statuses) != 2 || statuses[1] != "200" || strings.Contains(responses, "101 ") {
			t.Errorf("%s: statuses %v:\n%s", name, statuses, responses)
		}
	}
}

// The host that a request names changes neither the response nor a link in an email.
func TestTheHostOfARequestIsNotTrusted(t *testing.T) {
	t.Parallel()
	s := start(t, "PUBLIC_URL=https://accounts.example.com", "TRUSTED_PROXIES=127.0.0.1")
	hosts := lines(
		"X-Forwarded-Host: evil.example", "X-Forwarded-Proto: http", "X-Host: evil.example",
		"Forwarded: for=192.0.2.1;host=evil.example;proto=http", "X-Original-URL: http://evil.example/",
		"X-Rewrite-URL: http://evil.example/", "Origin: https://evil.example", "Referer: https://evil.example/",
	)
	for i, target := range []string{"/signup", "http://evil.example/signup"} {
		email := fmt.Sprintf("ada%d@example.com", i)
		body := fmt.Sprintf(`{"email":%q,"full_name":"Ada","country":"DE","state_province":"DE-BY","password":%q}`, email, goodPassword)
		head := lines(
			"POST "+target+" HTTP/1.1", "Host: evil.example", "Connection: close", "Content-Type: application/json",
			fmt.Sprintf("Content-Length: %d", len(body)),
		)
		statuses, responses := s.exchange(t, head+hosts+"\r\n"+body)
		if len(statuses) != 1 || statuses[0] != "202" || strings.Contains(responses, "evil.example") {
			t.Fatalf("%s: %v\n%s", target, statuses, responses)
		}
		message := s.messages(t, email)[0]
		if all := message.Subject + message.Text + message.HTML; strings.Contains(all, "evil.example") ||
			!strings.Contains(message.Text, "https://accounts.example.com/pages/verify-email#token=") {
			t.Errorf("%s: the message is\n%s", target, message.Text)
		}
	}
}

// A header or parameter that names another method is ignored.
func TestTheMethodIsTheOneOfTheRequestLine(t *testing.T) {
	t.Parallel()
	s := start(t)
	token := s.user(t, "ada@example.com").AccessToken
	for _, header := range []string{"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"} {
		for _, path := range []string{"/me", "/me?_method=GET"} {
			overridden := request{method: http.MethodPost, path: path, token: token, header: http.Header{header: {http.MethodGet}}}
			s.do(t, overridden).want(t, http.StatusMethodNotAllowed)
		}
		s.do(t, request{
			method: http.MethodGet, path: "/me?_method=DELETE", token: token, header: http.Header{header: {http.MethodDelete}},
		}).want(t, http.StatusOK)
	}
}

// A client that sends too slowly, or nothing more, does not keep its connection. Only the timeout under test is short, so that a busy
// machine reaches no other.
func TestSlowClientsAreDisconnected(t *testing.T) {
	t.Parallel()
	const short, login = 100 * time.Millisecond, "POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
	header := httpapi.Timeouts{Header: short, Request: waitLimit, Idle: waitLimit}
	request := httpapi.Timeouts{Header: waitLimit, Request: short, Idle: waitLimit}
	idle := httpapi.Timeouts{Header: waitLimit, Request: waitLimit, Idle: short}
	tests := map[string]struct {
		with    httpapi.Timeouts
		sent    string
		trickle bool // go on byte after byte
		want    string
	}{
		"nothing":         {header, "", false, "[]"},
		"half a header":   {header, "GET /livez HTTP/1.1\r\nHost: x\r\nX: ", false, "[]"},
		"a slow header":   {header, "GET /livez HTTP/1.1\r\nHost: x\r\nX: ", true, "[]"},
		"half a body":     {request, login + "Content-Length: 50000\r\n\r\n{", false, "[400]"},
		"a slow body":     {request, login + "Content-Length: 50000\r\n\r\n", true, "[400]"},
		"a slow chunk":    {request, login + "Transfer-Encoding: chunked\r\n\r\nC350\r\n", true, "[400]"},
		"no next request": {idle, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n", false, "[200]"},
	}
	running := map[httpapi.Timeouts]*service{
		header: startWithTimeouts(t, header), request: startWithTimeouts(t, request), idle: startWithTimeouts(t, idle),
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn := running[tt.with].dial(t)
			if _, err := io.WriteString(conn, tt.sent); err != nil {
				t.Fatal(err)
			}
			if tt.trickle {
				go trickle(conn)
			}
			if statuses, responses := readResponses(t, conn); fmt.Sprint(statuses) != tt.want {
				t.Errorf("statuses %v, want %s:\n%s", statuses, tt.want, responses)
			}
		})
	}
}

// startWithTimeouts runs the program with other timeouts than the default.
func startWithTimeouts(t *testing.T, with httpapi.Timeouts) *service {
	t.Helper()
	inbox := newInbox(t)
	s, config := configOn(t, pgtest.New(t), devKeyset(t), inbox)
	config.Timeouts = with
	s.run(t, config)
	return s
}

// trickle sends byte after byte until the connection is closed.
func trickle(conn net.Conn) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		if _, err := conn.Write([]byte("x")); err != nil {
			return
		}
	}
}

// What the HTTP server refuses before any handler is no problem of RFC 9457. The introduction of the contract lists the statuses.
func TestResponsesBeforeHandlersAreThoseOfTheIntroduction(t *testing.T) {
	t.Parallel()
	s := start(t)
	tests := ambiguousBodies()
	maps.Copy(tests, malformedHeads())
	tests["another expectation"] = rawRequest{loginHead("Expect: 200-ok", twoBytes, "") + "{}", "417"}
	seen := map[string]bool{}
	for name, tt := range tests {
		_, raw := s.exchange(t, tt.sent)
		response, err := http.ReadResponse(bufio.NewReader(strings.NewReader(raw)), nil)
		if err != nil {
			t.Errorf("%s: %v: %q", name, err, raw)
			continue
		}
		_ = response.Body.Close()
		switch media := response.Header.Get("Content-Type"); {
		case strings.HasPrefix(media, "application/"): // a handler's
		case media == "text/plain; charset=utf-8", media == "" && response.ContentLength == 0:
			seen[tt.status] = true
			if !response.Close || !strings.Contains(s.contract.doc.Info.Description, tt.status+" (") {
				t.Errorf("%s: status %s is not in the introduction, or leaves the connection open", name, tt.status)
			}
		default:
			t.Errorf("%s: status %s with the type %q", name, tt.status, media)
		}
	}
	if want := []string{"400", "417", "431", "501", "505"}; !slices.Equal(slices.Sorted(maps.Keys(seen)), want) {
		t.Errorf("the statuses are %v, want %v", slices.Sorted(maps.Keys(seen)), want)
	}
}
