package wireproxy

import (
	"bufio"
	"context"
	"encoding/binary"
	"io"
	"net"
	"testing"
	"time"
)

// wireMessage is a message of PostgreSQL's protocol.
func wireMessage(kind byte, payload string) []byte {
	return append(binary.BigEndian.AppendUint32([]byte{kind}, uint32(4+len(payload))), payload...)
}

// startFakeServer starts a server that responds to the startup, each Sync and each Query. It reports the queries that it
// receives, and sends a notification before each response to a query.
func startFakeServer(t *testing.T) (address string, queries <-chan string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	received := make(chan string, 100)
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		in := bufio.NewReader(conn)
		for typed := false; ; typed = true {
			message, err := readMessage(in, typed)
			if err != nil {
				return
			}
			var response []byte
			switch {
			case !typed || message[0] == 'S':
				response = wireMessage('Z', "I")
			case message[0] == 'Q':
				received <- string(message[5 : len(message)-1])
				response = append(append(wireMessage('A', "notification"), wireMessage('C', "done")...), wireMessage('Z', "I")...)
			}
			if _, err := conn.Write(response); err != nil {
				return
			}
		}
	}()
	return listener.Addr().String(), received
}

// connectThroughProxy connects to a fake server and sends the startup. It does not read the response.
func connectThroughProxy(t *testing.T, delay time.Duration) (*Proxy, net.Conn, *bufio.Reader, <-chan string) {
	t.Helper()
	address, received := startFakeServer(t)
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	p, err := start(ctx, "tcp", address, delay)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	client, err := net.Dial("tcp", p.address())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	_ = client.SetDeadline(time.Now().Add(time.Minute))
	sendTo(t, client, wireMessage('x', "start")[1:])
	return p, client, bufio.NewReader(client), received
}

func sendTo(t *testing.T, to io.Writer, message []byte) {
	t.Helper()
	if _, err := to.Write(message); err != nil {
		t.Fatal(err)
	}
}

func wantMessage(t *testing.T, in *bufio.Reader, kind byte) {
	t.Helper()
	message, err := readMessage(in, true)
	if err != nil || message[0] != kind {
		t.Fatalf("message %q, %v; want type %q", message, err, kind)
	}
}

func TestATripBeginsAfterAResponse(t *testing.T) {
	t.Parallel()
	p, client, in, _ := connectThroughProxy(t, 0)
	wantMessage(t, in, 'Z')
	for range 3 {
		// Parse, Bind, Execute and Sync in one write.
		sendTo(t, client, append(append(wireMessage('P', ""), wireMessage('B', "")...), append(wireMessage('E', ""), wireMessage('S', "")...)...))
		wantMessage(t, in, 'Z')
	}
	if got := p.Trips(); got != 1+3 {
		t.Errorf("%d trips, want 4: the startup and three", got)
	}
}

func TestWhatIsSentWithoutWaitingIsOneTrip(t *testing.T) {
	t.Parallel()
	p, client, _, received := connectThroughProxy(t, time.Hour) // no response reaches the client
	for range 3 {
		sendTo(t, client, wireMessage('S', ""))
		sendTo(t, client, wireMessage('Q', "select\x00"))
		<-received // so the next message is a write of its own
	}
	if got := p.Trips(); got != 1 {
		t.Errorf("%d trips, want 1", got)
	}
}

func TestOnlyTheServerSeesTheFlushOfStats(t *testing.T) {
	t.Parallel()
	p, client, in, received := connectThroughProxy(t, 0)
	wantMessage(t, in, 'Z')
	if err := p.FlushStats(); err != nil {
		t.Fatal(err)
	}
	if got := <-received; got != "SELECT pg_stat_force_next_flush()" {
		t.Errorf("the server received %q", got)
	}
	wantMessage(t, in, 'A') // the proxy forwards notifications
	sendTo(t, client, wireMessage('Q', "select\x00"))
	for _, kind := range []byte("ACZ") {
		wantMessage(t, in, kind)
	}
	if got := p.Trips(); got != 2 {
		t.Errorf("%d trips, want 2", got)
	}
}

func TestNotificationsAreDropped(t *testing.T) {
	t.Parallel()
	p, client, in, _ := connectThroughProxy(t, 0)
	wantMessage(t, in, 'Z')
	p.DropNotifications()
	sendTo(t, client, wireMessage('Q', "select\x00"))
	for _, kind := range []byte("CZ") { // the server sends a notification first
		wantMessage(t, in, kind)
	}
}

func TestStatsAreNotFlushedWhileAResponseIsPending(t *testing.T) {
	t.Parallel()
	p, client, in, received := connectThroughProxy(t, 0)
	wantMessage(t, in, 'Z')
	sendTo(t, client, wireMessage('Q', "begin\x00"))
	<-received
	wantMessage(t, in, 'A')
	wantMessage(t, in, 'C')
	wantMessage(t, in, 'Z')
	for _, c := range p.open() {
		c.pending.Add(1) // as if the client had sent a second Sync
	}
	if err := p.FlushStats(); err != nil {
		t.Fatal(err)
	}
	sendTo(t, client, wireMessage('Q', "next\x00"))
	if got := <-received; got != "next" {
		t.Errorf("the server received %q", got)
	}
}

func TestANotificationIsNoRoundTrip(t *testing.T) {
	t.Parallel()
	for sql, want := range map[string]bool{"NOTIFY revocations": true, "SELECT 1": false, "": false} {
		if got := isNotification(queryMessage(sql)); got != want {
			t.Errorf("%q is a notification: %v, want %v", sql, got, want)
		}
	}
}
