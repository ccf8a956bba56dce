package pwned_test

import (
	"bytes"
	"context"
	"crypto/sha1" //nolint:gosec // the API requires it
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/adapters/pwned"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports/porttest"
)

var digits = fmt.Sprintf("%X", sha1.Sum([]byte(porttest.BreachedPassword))) //nolint:gosec // the API requires it

// newClient returns a client of a server that runs handle, and the client's log.
func newClient(t *testing.T, timeout time.Duration, handle http.HandlerFunc) (*pwned.Client, *bytes.Buffer) {
	t.Helper()
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	address, err := url.Parse(server.URL + "/range")
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	return pwned.New(pwned.Config{URL: address, Timeout: timeout, Logger: slog.New(slog.NewTextHandler(&log, nil))}), &log
}

// serveRange responds as Pwned Passwords does.
func serveRange(w http.ResponseWriter, r *http.Request) {
	lines := []string{"0018A45C4D1DEF81644B54AB7F969B88D65:10", "00D4F6E8FA6EECAD2A3AA415EEC418D38EC:0"}
	if r.URL.Path == "/range/"+digits[:5] {
		lines = append(lines, digits[5:]+":37")
	}
	_, _ = fmt.Fprint(w, strings.Join(lines, "\r\n"))
}

func TestClient(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, time.Minute, serveRange)
	porttest.BreachedPasswords(t, c)
}

func TestMemory(t *testing.T) {
	t.Parallel()
	porttest.BreachedPasswords(t, memory.Breached{porttest.BreachedPassword: true})
}

func TestOffContainsNothing(t *testing.T) {
	t.Parallel()
	if found, err := (pwned.Off{}).Contains(context.Background(), breached(t)); found || err != nil {
		t.Errorf("Contains returned %v, %v; want false, nil", found, err)
	}
}

func breached(t *testing.T) domain.Password {
	t.Helper()
	p, err := domain.ParsePassword(porttest.BreachedPassword)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A request contains five digits of the digest and asks for padding.
func TestTheServerLearnsFiveDigits(t *testing.T) {
	t.Parallel()
	requests := make(chan *http.Request, 1)
	c, _ := newClient(t, time.Minute, func(w http.ResponseWriter, r *http.Request) {
		requests <- r
		serveRange(w, r)
	})
	if _, err := c.Contains(context.Background(), breached(t)); err != nil {
		t.Fatal(err)
	}
	r := <-requests
	if r.Method != http.MethodGet || r.RequestURI != "/range/"+digits[:5] || r.Header.Get("Add-Padding") != "true" ||
		r.ContentLength > 0 {
		t.Errorf("the request is %s %s with %v", r.Method, r.RequestURI, r.Header)
	}
}

func TestPaddingIsNotABreach(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, time.Minute, func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, digits[5:]+":0\r\n") })
	if found, err := c.Contains(context.Background(), breached(t)); found || err != nil {
		t.Errorf("Contains returned %v, %v; want false, nil", found, err)
	}
}

// Every failure is an error within the timeout. Neither the error nor the log contains any part of the password.
func TestFailuresAreErrors(t *testing.T) {
	t.Parallel()
	for name, handle := range map[string]http.HandlerFunc{
		"server error":      func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"too many requests": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) },
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere/"+digits[:5], http.StatusFound)
		},
		"no response": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"endless response": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write(bytes.Repeat([]byte("0018A45C4D1DEF:1\r\n"), 1<<17))
		},
		"one endless line": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(bytes.Repeat([]byte("0"), 1<<18)) },
		"truncated response": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte("0018"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			timeout := time.Minute
			if name == "no response" {
				timeout = 50 * time.Millisecond
			}
			c, log := newClient(t, timeout, handle)
			found, err := c.Contains(context.Background(), breached(t))
			if found || err == nil {
				t.Fatalf("Contains returned %v, %v; want false and an error", found, err)
			}
			text := err.Error() + log.String()
			if log.Len() == 0 || strings.Contains(strings.ToUpper(text), digits[:5]) || strings.Contains(text, porttest.BreachedPassword) {
				t.Errorf("the error and the log are %q", text)
			}
		})
	}
}
