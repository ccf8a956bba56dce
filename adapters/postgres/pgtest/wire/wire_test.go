package wire

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

// pretend is a server that answers the startup, each Sync and each Query, tells what it was asked, and announces something
// before each answer to a query.
func pretend(t *testing.T) (address string, queries <-chan string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	asked := make(chan string, 100)
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
			var answer []byte
			switch {
			case !typed || message[0] == 'S':
				answer = wireMessage('Z', "I")
			case message[0] == 'Q':
				asked <- string(message[5 : len(message)-1])
				answer = append(append(wireMessage('A', "news"), wireMessage('C', "done")...), wireMessage('Z', "I")...)
			}
			if _, err := conn.Write(answer); err != nil {
				return
			}
		}
	}()
	return listener.Addr().String(), asked
}

// throughCounter connects to the server and has sent a startup; the answer is not read yet.
func throughCounter(t *testing.T, hold time.Duration) (*Counter, net.Conn, *bufio.Reader, <-chan string) {
	t.Helper()
	address, asked := pretend(t)
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	c, err := start(ctx, "tcp", address, hold)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	client, err := net.Dial("tcp", c.address())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	_ = client.SetDeadline(time.Now().Add(time.Minute))
	sendTo(t, client, wireMessage('x', "start")[1:])
	return c, client, bufio.NewReader(client), asked
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
		t.Fatalf("%q %v, not a %q", message, err, kind)
	}
}

func TestATripBeginsAfterAnAnswer(t *testing.T) {
	t.Parallel()
	c, client, in, _ := throughCounter(t, 0)
	wantMessage(t, in, 'Z')
	for range 3 {
		// Parse, Bind, Execute and Sync, all at once.
		sendTo(t, client, append(append(wireMessage('P', ""), wireMessage('B', "")...), append(wireMessage('E', ""), wireMessage('S', "")...)...))
		wantMessage(t, in, 'Z')
	}
	if got := c.Trips(); got != 1+3 {
		t.Errorf("%d trips instead of the startup and three", got)
	}
}

func TestWhatIsSentWithoutWaitingIsOneTrip(t *testing.T) {
	t.Parallel()
	c, client, _, asked := throughCounter(t, time.Hour) // no answer reaches the client
	for range 3 {
		sendTo(t, client, wireMessage('S', ""))
		sendTo(t, client, wireMessage('Q', "select\x00"))
		<-asked // the server has it, so it came in a piece of its own
	}
	if got := c.Trips(); got != 1 {
		t.Errorf("%d trips instead of one", got)
	}
}

func TestFlushingStatsIsSeenByTheServerAlone(t *testing.T) {
	t.Parallel()
	c, client, in, asked := throughCounter(t, 0)
	wantMessage(t, in, 'Z')
	if err := c.FlushStats(); err != nil {
		t.Fatal(err)
	}
	if got := <-asked; got != "SELECT pg_stat_force_next_flush()" {
		t.Errorf("the server was asked %q", got)
	}
	wantMessage(t, in, 'A') // notifications pass
	sendTo(t, client, wireMessage('Q', "select\x00"))
	for _, kind := range []byte("ACZ") {
		wantMessage(t, in, kind)
	}
	if got := c.Trips(); got != 2 {
		t.Errorf("%d trips instead of two", got)
	}
}

func TestStatsAreNotFlushedWhileAnAnswerIsOwed(t *testing.T) {
	t.Parallel()
	c, client, in, asked := throughCounter(t, 0)
	wantMessage(t, in, 'Z')
	sendTo(t, client, wireMessage('Q', "begin\x00"))
	<-asked
	wantMessage(t, in, 'A')
	wantMessage(t, in, 'C')
	wantMessage(t, in, 'Z')
	for _, l := range c.all() {
		l.owed.Add(1) // as if a second Sync were under way
	}
	if err := c.FlushStats(); err != nil {
		t.Fatal(err)
	}
	sendTo(t, client, wireMessage('Q', "next\x00"))
	if got := <-asked; got != "next" {
		t.Errorf("the server was asked %q", got)
	}
}
