package connlimit_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/adapters/httpapi/connlimit"
	"github.com/siriusys/user-management-service/domain"
)

// server serves "hello" on loopback within the limits, at /slow once the client is gone, and trusts 127.9.0.1.
type server struct {
	listener *connlimit.Listener
	address  string
	busy     *atomic.Int64 // requests that have begun
}

func start(t *testing.T, limit int) server {
	t.Helper()
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	trusted := netip.MustParseAddr("127.9.0.1")
	listener := connlimit.New(inner, connlimit.Config{
		Max: limit, Networks: domain.NetworkLevels, Now: time.Now, IsTrusted: func(peer netip.Addr) bool { return peer == trusted },
	})
	hello := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			<-r.Context().Done()
		}
		_, _ = io.WriteString(w, "hello")
	})
	busy := new(atomic.Int64)
	follow := func(c net.Conn, state http.ConnState) {
		if listener.ConnState(c, state); state == http.StateActive {
			busy.Add(1)
		}
	}
	httpServer := &http.Server{Handler: hello, ConnState: follow, ReadHeaderTimeout: time.Minute}
	go func() { _ = httpServer.Serve(listener) }()
	t.Cleanup(func() { _ = httpServer.Close() })
	return server{listener: listener, address: inner.Addr().String(), busy: busy}
}

// dial connects from an address of 127.0.0.0/8. All of them are local on Linux.
func (s server) dial(t *testing.T, source string) net.Conn {
	t.Helper()
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(source)}, Timeout: time.Minute}
	c, err := dialer.DialContext(t.Context(), "tcp", s.address)
	if err != nil {
		t.Fatalf("connect from %s (this test needs Linux, where all of 127.0.0.0/8 is local): %v", source, err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// get sends a request on a connection and reports whether it was served.
func get(c net.Conn) bool {
	_ = c.SetDeadline(time.Now().Add(time.Minute))
	if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		return false
	}
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return false
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	return err == nil && string(body) == "hello"
}

// awaitOpen waits until the server has n connections.
func (s server) awaitOpen(t *testing.T, n int) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); s.listener.Open() != n; <-time.After(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d connections are open, want %d", s.listener.Open(), n)
		}
	}
}

// awaitBusy waits until requests have begun on n connections.
func (s server) awaitBusy(t *testing.T, n int) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); int(s.busy.Load()) != n; <-time.After(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d connections are busy, want %d", s.busy.Load(), n)
		}
	}
}

func TestANetworkThatHoldsMostMakesRoomForOthers(t *testing.T) {
	t.Parallel()
	const limit = 32
	s := start(t, limit)
	victim := s.dial(t, "127.2.0.1")
	if !get(victim) {
		t.Fatal("the first client was not served")
	}
	var newest net.Conn
	for i := range 200 { // eight networks of many addresses: their shares alone exceed the limit
		newest = s.dial(t, fmt.Sprintf("127.1.%d.%d", i%8, 1+i/8))
	}
	if !get(newest) { // its response shows that all were accepted
		t.Fatal("the newest connection was closed")
	}
	s.awaitOpen(t, limit)
	if !get(victim) {
		t.Error("the attack closed the connection of a client that holds one")
	}
	if !get(s.dial(t, "127.3.0.1")) {
		t.Error("a new client was not served during the attack")
	}
	s.awaitOpen(t, limit)
}

func TestAClientBeyondItsShareClosesItsOwnIdlestConnection(t *testing.T) {
	t.Parallel()
	const limit, share = 64, 64 / 8
	s := start(t, limit)
	other := s.dial(t, "127.2.0.1")
	var own []net.Conn
	for range share {
		own = append(own, s.dial(t, "127.1.0.1"))
	}
	s.awaitOpen(t, 1+share)
	if !get(own[0]) { // now the second one is the idlest
		t.Fatal("a connection within the share was closed")
	}
	further := s.dial(t, "127.1.0.1")
	if !get(further) { // its response shows that it was accepted
		t.Fatal("the newest connection was closed")
	}
	s.awaitOpen(t, 1+share)
	if get(own[1]) {
		t.Error("the idlest connection is still open")
	}
	for name, c := range map[string]net.Conn{"the used one": own[0], "the newest one": further, "the other client's": other} {
		if !get(c) {
			t.Errorf("%s was closed", name)
		}
	}
}

// An attacker keeps the share of a network busy with slow requests. A neighbor's new connection is served all the same.
func TestANewConnectionIsServedBesideBusyOnes(t *testing.T) {
	t.Parallel()
	const limit, share = 64, 64 / 8
	s := start(t, limit)
	for range share {
		if _, err := io.WriteString(s.dial(t, "127.1.0.1"), "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
	}
	s.awaitBusy(t, share)
	if !get(s.dial(t, "127.1.0.1")) {
		t.Error("the new connection was closed")
	}
}

func TestAWideNetworkHasAShareOfItsOwn(t *testing.T) {
	t.Parallel()
	const limit, share = 64, 64 / 4
	s := start(t, limit)
	var newest net.Conn
	for i := range 3 * share { // each from an address of its own
		newest = s.dial(t, fmt.Sprintf("127.1.0.%d", i+1))
	}
	if !get(newest) { // its response shows that all were accepted
		t.Fatal("the newest connection was closed")
	}
	s.awaitOpen(t, share)
}

// An attacker with as many networks as there are connections holds one in each, like its victim. What decides is who uses it.
func TestOfEquallyLargeNetworksTheIdlestConnectionIsClosed(t *testing.T) {
	t.Parallel()
	const limit = 32
	s := start(t, limit)
	for i := range limit - 1 {
		s.dial(t, fmt.Sprintf("127.1.%d.1", i))
	}
	s.awaitOpen(t, limit-1)
	victim := s.dial(t, "127.2.0.1")
	for i := range 60 {
		if !get(victim) {
			t.Fatalf("the connection that was used last was closed for attacker %d", i)
		}
		attacker := s.dial(t, fmt.Sprintf("127.3.%d.1", i))
		_ = get(attacker) // it was accepted, and another one was closed
	}
	s.awaitOpen(t, limit)
}

func TestTrustedProxiesHaveNoShare(t *testing.T) {
	t.Parallel()
	const limit = 32
	s := start(t, limit)
	var conns []net.Conn
	for range limit - 1 {
		conns = append(conns, s.dial(t, "127.9.0.1"))
	}
	s.awaitOpen(t, limit-1)
	for range 5 { // a client that holds most is closed instead of the proxy's connections
		if !get(s.dial(t, "127.1.0.1")) {
			t.Fatal("the newest connection was closed")
		}
	}
	s.awaitOpen(t, limit)
	for i, c := range conns {
		if !get(c) {
			t.Errorf("connection %d of the proxy was closed", i)
		}
	}
}

func TestClosedConnectionsDoNotCount(t *testing.T) {
	t.Parallel()
	s := start(t, 32)
	for range 50 {
		c := s.dial(t, "127.1.0.1")
		if !get(c) {
			t.Fatal("not served")
		}
		_ = c.Close()
		s.awaitOpen(t, 0)
	}
}
