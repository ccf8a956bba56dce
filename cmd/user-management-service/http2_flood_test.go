package main

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/siriusys/user-management-service/ports/porttest/await"
)

// startTLS starts the service with a certificate of its own.
func startTLS(t *testing.T, settings ...string) *service {
	t.Helper()
	dir := t.TempDir()
	certFile, keyFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	chain, key := newPair(t, 1)
	write(t, certFile, chain)
	write(t, keyFile, key)
	return start(t, append([]string{
		"TLS_CERT_FILE=" + certFile, "TLS_KEY_FILE=" + keyFile, "PUBLIC_URL=https://accounts.example.com",
	}, settings...)...)
}

// http2Attacker speaks HTTP/2 frames that no ordinary client sends.
type http2Attacker struct {
	t      *testing.T
	conn   *tls.Conn
	framer *http2.Framer
	header []byte // of GET /livez
	sent   int    // bytes
	closed chan struct{}
}

func (s *service) http2Attacker(t *testing.T) *http2Attacker {
	t.Helper()
	conn, err := tls.Dial("tcp", s.address(), &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	a := &http2Attacker{t: t, conn: conn, closed: make(chan struct{})}
	a.framer = http2.NewFramer(a, conn)
	if _, err := io.WriteString(conn, http2.ClientPreface); err != nil {
		t.Fatal(err)
	}
	if err := a.framer.WriteSettings(); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	encoder := hpack.NewEncoder(&b)
	for _, f := range []hpack.HeaderField{
		{Name: ":method", Value: "GET"}, {Name: ":scheme", Value: "https"}, {Name: ":authority", Value: "x"}, {Name: ":path", Value: "/livez"},
	} {
		if err := encoder.WriteField(f); err != nil {
			t.Fatal(err)
		}
	}
	a.header = b.Bytes()
	go func() { // the server would otherwise wait for its responses to be read
		_, _ = io.Copy(io.Discard, conn)
		close(a.closed)
	}()
	return a
}

// Write counts the bytes that are sent.
func (a *http2Attacker) Write(p []byte) (int, error) {
	n, err := a.conn.Write(p)
	a.sent += n
	return n, err
}

// isServed checks that another client is served while and after the attack.
func (s *service) isServed(t *testing.T) {
	t.Helper()
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: true}
	other := &http.Client{Timeout: waitLimit, Transport: transport}
	defer transport.CloseIdleConnections()
	resp, err := other.Get("https://" + s.address() + "/livez")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("another client got %d", resp.StatusCode)
	}
}

// A client that opens streams and resets them before they are served (CVE-2023-44487) makes the server do no more than a client
// that waits for its responses: 100 requests of a connection are in progress, the next ones wait, and others are served meanwhile.
// Afterwards the server keeps neither goroutines nor memory of the streams.
func TestOthersAreServedDuringAnHTTP2RapidReset(t *testing.T) { //nolint:paralleltest // it counts the goroutines of the whole process
	s := startTLS(t)
	s.isServed(t)
	before := measure()
	a := s.http2Attacker(t)
	defer before.awaitReturn(t)
	defer func() { _ = a.conn.Close() }()
	const resets = 50_000
	attacked := make(chan int, 1)
	go func() {
		streams := 0
		for ; streams < resets; streams++ {
			id := uint32(2*streams + 1)
			opening := http2.HeadersFrameParam{StreamID: id, BlockFragment: a.header, EndStream: true, EndHeaders: true}
			if a.framer.WriteHeaders(opening) != nil || a.framer.WriteRSTStream(id, http2.ErrCodeCancel) != nil {
				break // the server may disconnect the attacker
			}
		}
		attacked <- streams
	}()
	begin, slowest, served := time.Now(), time.Duration(0), 0
	for {
		request := time.Now()
		s.isServed(t)
		served, slowest = served+1, max(slowest, time.Since(request))
		select {
		case streams := <-attacked:
			t.Logf("%d resets in %v; meanwhile %d requests of others, the slowest in %v", streams, time.Since(begin), served, slowest)
			return
		default:
		}
	}
}

// footprint is what the process uses.
type footprint struct {
	goroutines int
	heap       uint64 // bytes
}

func measure() footprint {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return footprint{goroutines: runtime.NumGoroutine(), heap: m.HeapAlloc}
}

// awaitReturn waits until the process uses little more than before.
func (before footprint) awaitReturn(t *testing.T) {
	t.Helper()
	const goroutines, heap = 20, 16 << 20 // of the connections that stay, and of the log
	for deadline := time.Now().Add(await.Limit(t)); ; <-time.After(100 * time.Millisecond) {
		now := measure()
		if now.goroutines <= before.goroutines+goroutines && now.heap <= before.heap+heap {
			t.Logf("goroutines %d, then %d; heap %d KiB, then %d KiB", before.goroutines, now.goroutines, before.heap>>10, now.heap>>10)
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, before the attack %d; heap %d KiB, before %d KiB",
				now.goroutines, before.goroutines, now.heap>>10, before.heap>>10)
		}
	}
}

// A header that never ends (CVE-2023-45288) is bounded like any other.
func TestHTTP2ContinuationFloodEndsTheConnection(t *testing.T) {
	t.Parallel()
	s := startTLS(t)
	a := s.http2Attacker(t)
	var junk bytes.Buffer
	encoder := hpack.NewEncoder(&junk)
	for range 100 {
		field := hpack.HeaderField{Name: "x-junk", Value: strings.Repeat("y", 100), Sensitive: true}
		if err := encoder.WriteField(field); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: a.header, EndStream: true}); err != nil {
		t.Fatal(err)
	}
	const most = 64 << 20 // far more than buffers of the network can take
	var err error
	for err == nil && a.sent < most {
		err = a.framer.WriteContinuation(1, false, junk.Bytes())
	}
	if err == nil {
		t.Errorf("the server took %d bytes of a header that does not end", a.sent)
	}
	select {
	case <-a.closed:
	case <-time.After(await.Limit(t)):
		t.Error("the connection is still open")
	}
	t.Logf("disconnected after %d bytes", a.sent)
	s.isServed(t)
}

// One address that opens thousands of connections takes no more than its share, and other addresses are served.
func TestOneAddressCannotUseUpTheConnections(t *testing.T) {
	t.Parallel()
	s := start(t, "HTTP_MAX_CONNECTIONS=64")
	var failures int
	for range 500 {
		if _, err := io.WriteString(s.dial(t), "GET"); err != nil && !errors.Is(err, io.EOF) { // never completed
			failures++
		}
	}
	s.get(t, "", "/livez").want(t, http.StatusOK)
	t.Logf("%d of 500 connections were closed before they sent anything", failures)
}
