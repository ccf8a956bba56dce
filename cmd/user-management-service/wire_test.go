package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/adapters/devinbox"
	"github.com/siriusys/user-management-service/adapters/httpapi"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
)

var statusLine = regexp.MustCompile(`(?m)^HTTP/1\.[01] (\d{3}) `)

// exchange sends bytes as they are and returns the statuses of all answers that come until the service closes the connection.
func (s *service) exchange(t *testing.T, sent string) (statuses []string, answers string) {
	t.Helper()
	conn := s.dial(t)
	if _, err := io.WriteString(conn, sent); err != nil {
		t.Fatal(err)
	}
	return readAnswers(t, conn)
}

func readAnswers(t *testing.T, conn net.Conn) (statuses []string, answers string) {
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

// lines ends each line as HTTP does.
func lines(all ...string) string { return strings.Join(all, "\r\n") + "\r\n" }

// smuggled is what an attacker hides behind a request.
var smuggled = lines("GET /livez HTTP/1.1", "Host: x", "X-Request-Id: smuggled", "")

// A request about whose end a proxy might think otherwise gets one answer, and then the connection is closed: what stands
// behind it is never taken for another request.
func TestNothingIsSmuggledBehindARequest(t *testing.T) {
	t.Parallel()
	s := start(t)
	login := func(fields ...string) string {
		return lines(append([]string{"POST /login HTTP/1.1", "Host: x", "Content-Type: application/json"}, fields...)...)
	}
	const chunkedBody = "2\r\n{}\r\n0\r\n\r\n"
	tests := map[string]struct{ sent, status string }{
		"Transfer-Encoding and Content-Length":      {login("Transfer-Encoding: chunked", "Content-Length: 2", "") + chunkedBody, "422"},
		"Content-Length and Transfer-Encoding":      {login("Content-Length: 2", "Transfer-Encoding: chunked", "") + chunkedBody, "422"},
		"both, the body empty":                      {login(fmt.Sprintf("Content-Length: %d", 5+len(smuggled)), "Transfer-Encoding: chunked", "") + "0\r\n\r\n", "400"},
		"both, on a path without a body":            {lines("GET /livez HTTP/1.1", "Host: x", "Content-Length: 5", "Transfer-Encoding: chunked", "") + "0\r\n\r\n", "200"},
		"two Content-Lengths":                       {login("Content-Length: 2", "Content-Length: 3", "") + "{}", "400"},
		"two Content-Lengths in one line":           {login("Content-Length: 2, 2", "") + "{}", "400"},
		"a negative Content-Length":                 {login("Content-Length: -2", "") + "{}", "400"},
		"a signed Content-Length":                   {login("Content-Length: +2", "") + "{}", "400"},
		"a hexadecimal Content-Length":              {login("Content-Length: 0x2", "") + "{}", "400"},
		"a Content-Length beyond all bounds":        {login("Content-Length: 99999999999999999999", "") + "{}", "400"},
		"an empty Content-Length":                   {login("Content-Length:", "") + "{}", "400"},
		"a folded Content-Length":                   {login("Content-Length: 1", " 0", "") + "{}", "400"},
		"a folded Transfer-Encoding":                {login("Transfer-Encoding:", " chunked", "") + chunkedBody, "422"},
		"a folded first header":                     {lines("GET /livez HTTP/1.1", " Host: x", ""), "400"},
		"a space before the colon":                  {login("Transfer-Encoding : chunked", "Content-Length: 2", "") + "{}", "400"},
		"a control in a name":                       {login("Transfer\x0b-Encoding: chunked", "Content-Length: 2", "") + "{}", "400"},
		"a control in a value":                      {login("X: a\x00b", "Content-Length: 2", "") + "{}", "400"},
		"a bare CR in a value":                      {login("X: a\rTransfer-Encoding: chunked", "Content-Length: 2", "") + "{}", "400"},
		"a bare LF before Transfer-Encoding":        {login("X: a\nTransfer-Encoding: chunked", "Content-Length: 2", "") + chunkedBody, "422"},
		"a bare LF before Content-Length":           {login("X: a\nContent-Length: 0", "Content-Length: 2", "") + "{}", "400"},
		"identity, chunked":                         {login("Transfer-Encoding: identity, chunked", "") + chunkedBody, "501"},
		"chunked, identity":                         {login("Transfer-Encoding: chunked, identity", "") + chunkedBody, "501"},
		"identity":                                  {login("Transfer-Encoding: identity", "Content-Length: 2", "") + "{}", "501"},
		"chunked twice":                             {login("Transfer-Encoding: chunked", "Transfer-Encoding: chunked", "") + chunkedBody, "501"},
		"an unknown coding beside a Content-Length": {login("Transfer-Encoding: xchunked", "Content-Length: 2", "") + "{}", "501"},
		"a chunk size that is none":                 {login("Transfer-Encoding: chunked", "") + "x\r\n{}\r\n0\r\n\r\n", "400"},
		"a negative chunk size":                     {login("Transfer-Encoding: chunked", "") + "-2\r\n{}\r\n0\r\n\r\n", "400"},
		"a chunk size with 0x":                      {login("Transfer-Encoding: chunked", "") + "0x2\r\n{}\r\n0\r\n\r\n", "400"},
		"a chunk size beyond all bounds":            {login("Transfer-Encoding: chunked", "") + "10000000000000002\r\n{}\r\n0\r\n\r\n", "400"},
		"a chunk longer than its size":              {login("Transfer-Encoding: chunked", "") + "1\r\n{}\r\n0\r\n\r\n", "400"},
		"a chunk size that ends with a bare LF":     {login("Transfer-Encoding: chunked", "") + "2\n{}\r\n0\r\n\r\n", "400"},
		"a chunk extension that holds a bare LF":    {login("Transfer-Encoding: chunked", "") + "2;a\n{}\r\n0\r\n\r\n", "400"},
		"HTTP/1.0 with Transfer-Encoding":           {lines("POST /login HTTP/1.0", "Host: x", "Connection: keep-alive", "Content-Type: application/json", "Transfer-Encoding: chunked", "") + chunkedBody, "400"},
		"HTTP/1.0 with both":                        {lines("POST /login HTTP/1.0", "Host: x", "Connection: keep-alive", "Content-Type: application/json", "Transfer-Encoding: chunked", "Content-Length: 2", "") + "{}", "422"},
		"HTTP/1.0 that wants to go on":              {lines("GET /livez HTTP/1.0", "Host: x", "Connection: keep-alive", ""), "200"},
		"HTTP/0.9":                                  {"GET /livez\r\n", "400"},
		"an unknown minor version":                  {lines("GET /livez HTTP/1.2", "Host: x", ""), "200"},
		"an unknown version":                        {lines("GET /livez HTTP/3.0", "Host: x", ""), "505"},
		"no Host":                                   {lines("GET /livez HTTP/1.1", ""), "400"},
		"two Hosts":                                 {lines("GET /livez HTTP/1.1", "Host: x", "Host: y", ""), "400"},
		"a Host that is none":                       {lines("GET /livez HTTP/1.1", "Host: x y", ""), "400"},
		"a space in the path":                       {lines("GET /li vez HTTP/1.1", "Host: x", ""), "400"},
		"a header without a colon":                  {lines("GET /livez HTTP/1.1", "Host: x", "nonsense", ""), "400"},
		"a header without a name":                   {lines("GET /livez HTTP/1.1", "Host: x", ": y", ""), "400"},
		"a method that is none":                     {lines("G(T /livez HTTP/1.1", "Host: x", ""), "400"},
		"a header that is too long":                 {lines("GET /livez HTTP/1.1", "Host: x", "X: "+strings.Repeat("x", 32<<10), ""), "431"},
		"HTTP/2 without TLS":                        {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "404"},
		"a body that is too long":                   {login(fmt.Sprintf("Content-Length: %d", 66<<10), "") + strings.Repeat("x", 66<<10), "413"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			statuses, answers := s.exchange(t, tt.sent+smuggled)
			if len(statuses) != 1 || statuses[0] != tt.status || strings.Contains(answers, "smuggled") {
				t.Errorf("answered %v instead of %s:\n%s", statuses, tt.status, answers)
			}
		})
	}
}

// Otherwise connections stay open, or the test above would prove nothing.
func TestPlainRequestsShareAConnection(t *testing.T) {
	t.Parallel()
	s := start(t)
	last := lines("GET /livez HTTP/1.1", "Host: x", "Connection: close", "")
	for name, first := range map[string]string{
		"no body":         smuggled,
		"a body":          lines("POST /login HTTP/1.1", "Host: x", "Content-Type: application/json", "Content-Length: 2", "") + "{}",
		"an unread body":  lines("GET /livez HTTP/1.1", "Host: x", "Content-Length: 2", "") + "{}",
		"an upgrade":      lines("GET /livez HTTP/1.1", "Host: x", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__", ""),
		"a folded header": lines("GET /livez HTTP/1.1", "Host: x", "X: a", " b", ""),
	} {
		if statuses, answers := s.exchange(t, first+last); len(statuses) != 2 || statuses[1] != "200" || strings.Contains(answers, "101 ") {
			t.Errorf("%s: answered %v:\n%s", name, statuses, answers)
		}
	}
}

// Where a request claims to be sent to changes neither the answer nor a link in a mail.
func TestTheHostOfARequestIsNotBelieved(t *testing.T) {
	t.Parallel()
	s := start(t, "PUBLIC_URL=https://accounts.example.com", "TRUSTED_PROXIES=127.0.0.1")
	const claims = "X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: http\r\nX-Host: evil.example\r\nForwarded: for=192.0.2.1;host=evil.example;proto=http\r\n" +
		"X-Original-URL: http://evil.example/\r\nX-Rewrite-URL: http://evil.example/\r\nOrigin: https://evil.example\r\nReferer: https://evil.example/\r\n"
	for i, target := range []string{"/signup", "http://evil.example/signup"} {
		email := fmt.Sprintf("ada%d@example.com", i)
		body := fmt.Sprintf(`{"email":%q,"full_name":"Ada","country":"DE","state_province":"DE-BY","password":%q}`, email, goodPassword)
		head := lines("POST "+target+" HTTP/1.1", "Host: evil.example", "Connection: close", "Content-Type: application/json", fmt.Sprintf("Content-Length: %d", len(body)))
		statuses, answers := s.exchange(t, head+claims+"\r\n"+body)
		if len(statuses) != 1 || statuses[0] != "202" || strings.Contains(answers, "evil.example") {
			t.Fatalf("%s: %v\n%s", target, statuses, answers)
		}
		letter := s.letters(t, email)[0]
		if all := letter.Subject + letter.Text + letter.HTML; strings.Contains(all, "evil.example") || !strings.Contains(letter.Text, "https://accounts.example.com/pages/verify-email#token=") {
			t.Errorf("%s: the letter says\n%s", target, letter.Text)
		}
	}
}

// A header or parameter that names another method is not listened to.
func TestTheMethodIsTheOneOfTheRequestLine(t *testing.T) {
	t.Parallel()
	s := start(t)
	token := s.user(t, "ada@example.com").AccessToken
	for _, header := range []string{"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"} {
		for _, path := range []string{"/me", "/me?_method=GET"} {
			s.do(t, request{method: http.MethodPost, path: path, token: token, header: http.Header{header: {http.MethodGet}}}).want(t, http.StatusMethodNotAllowed)
		}
		s.do(t, request{method: http.MethodGet, path: "/me?_method=DELETE", token: token, header: http.Header{header: {http.MethodDelete}}}).want(t, http.StatusOK)
	}
}

// A client that sends slower than anybody needs, or nothing more, does not keep its connection. Only the limit that a client is
// to meet is short, so that a busy machine meets no other.
func TestSlowClientsAreCutOff(t *testing.T) {
	t.Parallel()
	const short, login = 100 * time.Millisecond, "POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
	header := httpapi.Patience{Header: short, Request: patience, Idle: patience}
	request := httpapi.Patience{Header: patience, Request: short, Idle: patience}
	idle := httpapi.Patience{Header: patience, Request: patience, Idle: short}
	tests := map[string]struct {
		with    httpapi.Patience
		sent    string
		trickle bool // go on byte by byte
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
	running := map[httpapi.Patience]*service{header: startPatient(t, header), request: startPatient(t, request), idle: startPatient(t, idle)}
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
			if statuses, answers := readAnswers(t, conn); fmt.Sprint(statuses) != tt.want {
				t.Errorf("answered %v instead of %s:\n%s", statuses, tt.want, answers)
			}
		})
	}
}

// startPatient runs the program with other patience than the usual.
func startPatient(t *testing.T, with httpapi.Patience) *service {
	t.Helper()
	inbox, err := devinbox.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = inbox.Close() })
	s, config := configOn(t, pgtest.New(t), devKeyset(t), inbox)
	config.Patience = with
	s.run(t, config)
	return s
}

// trickle sends byte after byte until the other side has enough.
func trickle(conn net.Conn) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		if _, err := conn.Write([]byte("x")); err != nil {
			return
		}
	}
}
