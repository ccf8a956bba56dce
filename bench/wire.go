package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"io"
	"net"
	"sync"
	"sync/atomic"
)

// counter passes connections on to PostgreSQL and counts the round trips: what a client sends up to a Sync, or as a simple
// query (https://www.postgresql.org/docs/current/protocol-flow.html).
type counter struct {
	listener net.Listener
	target   string
	trips    atomic.Int64
}

func startCounter(ctx context.Context, target string) (*counter, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	c := &counter{listener: listener, target: target}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go c.pass(ctx, conn)
		}
	}()
	return c, nil
}

func (c *counter) pass(ctx context.Context, client net.Conn) {
	defer func() { _ = client.Close() }()
	server, err := new(net.Dialer).DialContext(ctx, "tcp", c.target)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	var both sync.WaitGroup
	both.Go(func() {
		_, _ = io.Copy(client, server)
		_ = client.Close()
	})
	both.Go(func() {
		_ = c.forward(server, bufio.NewReader(client))
		_ = server.Close()
	})
	both.Wait()
}

// forward copies a client's messages, each a type and a length. The first one has no type.
func (c *counter) forward(to io.Writer, from *bufio.Reader) error {
	for first := true; ; first = false {
		head := make([]byte, 5)
		if first {
			head = head[:4]
		}
		if _, err := io.ReadFull(from, head); err != nil {
			return err
		}
		if !first && (head[0] == 'S' || head[0] == 'Q') {
			c.trips.Add(1)
		}
		if _, err := to.Write(head); err != nil {
			return err
		}
		if _, err := io.CopyN(to, from, int64(binary.BigEndian.Uint32(head[len(head)-4:]))-4); err != nil {
			return err
		}
	}
}
