// Package wireproxy counts the round trips to PostgreSQL that a client waits for, and can drop notifications.
//
// The round-trip tests of adapters/postgres and of the program use it, and so does the bench. It is no part of the service.
// The proxy speaks PostgreSQL's protocol (https://www.postgresql.org/docs/current/protocol.html) without TLS.
package wireproxy

import (
	"bufio"
	"context"
	"errors"
	"maps"
	"net"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Proxy forwards connections to PostgreSQL and counts the round trips that clients wait for: a trip begins when a client
// sends something after a response has reached it. A NOTIFY of its own is none: no request waits for it. The proxy delays each
// response for a moment, so that what a client sends without waiting belongs to the same trip, in one piece or in several, with one
// Sync or many.
type Proxy struct {
	listener net.Listener
	network  string
	target   string
	url      string
	delay    time.Duration
	trips    atomic.Int64
	drops    atomic.Bool // notifications are dropped

	mu          sync.Mutex
	connections map[*connection]bool
}

// responseDelay is long compared with the microseconds between two writes of a client that does not wait.
const responseDelay = 2 * time.Millisecond

// Start starts a proxy to the database at a PostgreSQL URL. Clients connect to the proxy's own URL.
func Start(ctx context.Context, databaseURL string) (*Proxy, error) {
	config, err := pgx.ParseConfig(databaseURL)
	if err != nil {
		return nil, errors.New("parse database URL: it is not a valid postgres:// URL")
	}
	network, address := pgconn.NetworkAddress(config.Host, config.Port)
	p, err := start(ctx, network, address, responseDelay)
	if err != nil {
		return nil, err
	}
	through := url.URL{
		Scheme: "postgres", User: url.UserPassword(config.User, config.Password), Host: p.address(), Path: "/" + config.Database,
		RawQuery: "sslmode=disable",
	}
	p.url = through.String()
	return p, nil
}

// URL is the URL of the database through the proxy.
func (p *Proxy) URL() string { return p.url }

func (p *Proxy) address() string { return p.listener.Addr().String() }

// Trips is the number of round trips so far.
func (p *Proxy) Trips() int64 { return p.trips.Load() }

func start(ctx context.Context, network, target string, delay time.Duration) (*Proxy, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &Proxy{listener: listener, network: network, target: target, delay: delay, connections: map[*connection]bool{}}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go p.serve(ctx, client)
		}
	}()
	return p, nil
}

// DropNotifications makes the proxy drop what NOTIFY sends to clients from now on, as a pooler in transaction mode does.
func (p *Proxy) DropNotifications() { p.drops.Store(true) }

// Close accepts no more connections and closes the open ones.
func (p *Proxy) Close() {
	_ = p.listener.Close()
	for _, c := range p.open() {
		c.close()
	}
}

func (p *Proxy) open() []*connection {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Collect(maps.Keys(p.connections))
}

// FlushStats makes the server process behind each idle connection report its statistics immediately. Without it, the process
// reports them a second or more later.
func (p *Proxy) FlushStats() error {
	for _, c := range p.open() {
		if err := c.inject("SELECT pg_stat_force_next_flush()"); err != nil {
			return err
		}
	}
	return nil
}

func (p *Proxy) serve(ctx context.Context, client net.Conn) {
	server, err := new(net.Dialer).DialContext(ctx, p.network, p.target)
	if err != nil {
		_ = client.Close()
		return
	}
	c := &connection{proxy: p, client: client, server: server, closed: make(chan struct{}), injected: make(chan struct{})}
	c.hasResponse.Store(true)
	p.mu.Lock()
	p.connections[c] = true
	p.mu.Unlock()
	delayed := make(chan response, 1024)
	var all sync.WaitGroup
	all.Go(func() { c.forwardRequests() })
	all.Go(func() { c.readResponses(delayed) })
	all.Go(func() { c.deliver(delayed) })
	all.Wait()
	p.mu.Lock()
	delete(p.connections, c)
	p.mu.Unlock()
}

// connection is one connection of a client to PostgreSQL, without TLS.
type connection struct {
	proxy          *Proxy
	client, server net.Conn
	closing        sync.Once
	closed         chan struct{}

	hasResponse atomic.Bool // the client has received a response since it last sent something

	sending    sync.Mutex    // locked while the proxy writes to the server
	pending    atomic.Int64  // responses that the server has not finished
	idle       atomic.Bool   // the server's last status is "outside a transaction"
	discarding atomic.Bool   // the server is responding to an injected statement
	injected   chan struct{} // receives when that response is complete
}

func (c *connection) close() {
	c.closing.Do(func() {
		close(c.closed)
		_, _ = c.client.Close(), c.server.Close()
	})
}

// forwardRequests copies what the client sends, and counts the responses that the server will send for it.
func (c *connection) forwardRequests() {
	defer c.close()
	in := bufio.NewReaderSize(c.client, 64<<10)
	var whole []byte
	var expected int64
	for typed := false; ; typed = true { // the first message has no type
		message, err := readMessage(in, typed)
		if err != nil {
			return
		}
		if whole = append(whole, message...); !typed || needsReady(message[0]) {
			expected++
		}
		if in.Buffered() > 0 {
			continue
		}
		if c.hasResponse.Swap(false) && !isNotification(whole) {
			c.proxy.trips.Add(1)
		}
		c.sending.Lock()
		c.pending.Add(expected)
		_, err = c.server.Write(whole)
		c.sending.Unlock()
		if err != nil {
			return
		}
		whole, expected = whole[:0], 0
	}
}

// response is a part of the server's output, and the time to deliver it to the client.
type response struct {
	bytes []byte
	due   time.Time
}

// readResponses reads the server's messages and queues all but the responses to injected statements for the client.
func (c *connection) readResponses(delayed chan<- response) {
	defer c.close()
	defer close(delayed)
	in := bufio.NewReaderSize(c.server, 64<<10)
	var whole []byte
	for {
		message, err := readMessage(in, true)
		if err != nil {
			return
		}
		switch {
		case message[0] == notificationResponse && c.proxy.drops.Load():
		case c.discarding.Load() && !isAsync(message[0]):
			if message[0] == readyForQuery {
				c.discarding.Store(false)
				select {
				case c.injected <- struct{}{}:
				case <-c.closed:
					return
				}
			}
		default:
			whole = append(whole, message...)
			if message[0] == readyForQuery {
				c.idle.Store(message[5] == idleTransaction)
				c.pending.Add(-1)
			}
		}
		if in.Buffered() == 0 && len(whole) > 0 {
			select {
			case delayed <- response{whole, time.Now().Add(c.proxy.delay)}:
				whole = nil
			case <-c.closed:
				return
			}
		}
	}
}

// deliver writes responses to the client when they are due.
func (c *connection) deliver(delayed <-chan response) {
	defer c.close()
	for r := range delayed {
		select {
		case <-time.After(time.Until(r.due)):
		case <-c.closed:
			return
		}
		c.hasResponse.Store(true)
		if _, err := c.client.Write(r.bytes); err != nil {
			return
		}
	}
}

// inject makes the server run a statement and discards its response. It does nothing while the connection is busy.
func (c *connection) inject(sql string) error {
	c.sending.Lock()
	defer c.sending.Unlock()
	if c.pending.Load() > 0 || !c.idle.Load() {
		return nil
	}
	c.discarding.Store(true)
	if _, err := c.server.Write(queryMessage(sql)); err != nil {
		return err
	}
	select {
	case <-c.injected:
	case <-c.closed:
	}
	return nil
}
