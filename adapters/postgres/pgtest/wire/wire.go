// Package wire counts what a client of PostgreSQL waits for.
package wire

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Counter passes connections on to PostgreSQL and counts the round trips that clients wait for: a trip begins when a client
// sends something after an answer has reached it. Each answer is held back for a moment, so that what a client sends
// without having waited belongs to the same trip, be it in one piece or in several, with one Sync or many.
type Counter struct {
	listener net.Listener
	network  string
	target   string
	url      string
	hold     time.Duration
	trips    atomic.Int64

	mu    sync.Mutex
	links map[*dbLink]bool
}

// answerHeld is long against the microseconds between two writes of one client that does not wait.
const answerHeld = 2 * time.Millisecond

// Start counts the trips to the database at a PostgreSQL URL of clients that connect to the counter's own URL.
func Start(ctx context.Context, databaseURL string) (*Counter, error) {
	config, err := pgx.ParseConfig(databaseURL)
	if err != nil {
		return nil, errors.New("the URL of the database cannot be read")
	}
	network, address := pgconn.NetworkAddress(config.Host, config.Port)
	c, err := start(ctx, network, address, answerHeld)
	if err != nil {
		return nil, err
	}
	by := url.URL{
		Scheme: "postgres", User: url.UserPassword(config.User, config.Password), Host: c.address(), Path: "/" + config.Database, RawQuery: "sslmode=disable",
	}
	c.url = by.String()
	return c, nil
}

// URL is the database's by way of the counter.
func (c *Counter) URL() string { return c.url }

func (c *Counter) address() string { return c.listener.Addr().String() }

// Trips is how many round trips there were so far.
func (c *Counter) Trips() int64 { return c.trips.Load() }

func start(ctx context.Context, network, target string, hold time.Duration) (*Counter, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	c := &Counter{listener: listener, network: network, target: target, hold: hold, links: map[*dbLink]bool{}}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go c.pass(ctx, client)
		}
	}()
	return c, nil
}

// Close takes no more connections and ends those that are there.
func (c *Counter) Close() {
	_ = c.listener.Close()
	for _, l := range c.all() {
		l.close()
	}
}

func (c *Counter) all() []*dbLink {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []*dbLink
	for l := range c.links {
		all = append(all, l)
	}
	return all
}

// FlushStats has the server's process behind each connection that is idle report its statistics, which it else does a second
// or more later.
func (c *Counter) FlushStats() error {
	for _, l := range c.all() {
		if err := l.inject("SELECT pg_stat_force_next_flush()"); err != nil {
			return err
		}
	}
	return nil
}

func (c *Counter) pass(ctx context.Context, client net.Conn) {
	server, err := new(net.Dialer).DialContext(ctx, c.network, c.target)
	if err != nil {
		_ = client.Close()
		return
	}
	l := &dbLink{counter: c, client: client, server: server, ended: make(chan struct{}), injected: make(chan struct{})}
	l.answered.Store(true)
	c.mu.Lock()
	c.links[l] = true
	c.mu.Unlock()
	held := make(chan chunk, 1024)
	var all sync.WaitGroup
	all.Go(func() { l.forward() })
	all.Go(func() { l.backward(held) })
	all.Go(func() { l.deliver(held) })
	all.Wait()
	c.mu.Lock()
	delete(c.links, l)
	c.mu.Unlock()
}

// dbLink is one connection of a client to PostgreSQL, without TLS.
type dbLink struct {
	counter        *Counter
	client, server net.Conn
	end            sync.Once
	ended          chan struct{}

	answered atomic.Bool // the client has got an answer since it last sent something

	sending    sync.Mutex   // held while something goes to the server
	owed       atomic.Int64 // answers that the server has not finished
	idle       atomic.Bool  // it said last that it is outside a transaction
	swallowing atomic.Bool  // the server's answer is to an injected statement
	injected   chan struct{}
}

func (l *dbLink) close() {
	l.end.Do(func() {
		close(l.ended)
		_, _ = l.client.Close(), l.server.Close()
	})
}

// forward copies what the client sends, and counts the answers that it is owed.
func (l *dbLink) forward() {
	defer l.close()
	in := bufio.NewReaderSize(l.client, 64<<10)
	var whole []byte
	var asked int64
	for typed := false; ; typed = true { // the first message has no type
		message, err := readMessage(in, typed)
		if err != nil {
			return
		}
		if whole = append(whole, message...); !typed || endsWithAnswer(message[0]) {
			asked++
		}
		if in.Buffered() > 0 {
			continue
		}
		if l.answered.Swap(false) {
			l.counter.trips.Add(1)
		}
		l.sending.Lock()
		l.owed.Add(asked)
		_, err = l.server.Write(whole)
		l.sending.Unlock()
		if err != nil {
			return
		}
		whole, asked = whole[:0], 0
	}
}

// chunk is an answer, and when the client is to get it.
type chunk struct {
	bytes []byte
	due   time.Time
}

// Types of messages (https://www.postgresql.org/docs/current/protocol-message-formats.html).
const (
	readyForQuery   = 'Z'
	simpleQuery     = 'Q'
	idleTransaction = 'I'
)

// backward reads the server's messages, each a type and a length, and passes on what is not the answer to an injected one.
func (l *dbLink) backward(held chan<- chunk) {
	defer l.close()
	defer close(held)
	in := bufio.NewReaderSize(l.server, 64<<10)
	var whole []byte
	for {
		message, err := readMessage(in, true)
		if err != nil {
			return
		}
		switch {
		case l.swallowing.Load() && !isAsync(message[0]):
			if message[0] == readyForQuery {
				l.swallowing.Store(false)
				select {
				case l.injected <- struct{}{}:
				case <-l.ended:
					return
				}
			}
		default:
			whole = append(whole, message...)
			if message[0] == readyForQuery {
				l.idle.Store(message[5] == idleTransaction)
				l.owed.Add(-1)
			}
		}
		if in.Buffered() == 0 && len(whole) > 0 {
			select {
			case held <- chunk{whole, time.Now().Add(l.counter.hold)}:
				whole = nil
			case <-l.ended:
				return
			}
		}
	}
}

// isAsync tells messages that come at any time: notifications, notices and changes of settings.
func isAsync(kind byte) bool { return kind == 'A' || kind == 'N' || kind == 'S' }

// endsWithAnswer tells a client's messages that the server answers with readyForQuery: Sync, Query and FunctionCall.
func endsWithAnswer(kind byte) bool { return kind == 'S' || kind == 'Q' || kind == 'F' }

// readMessage reads a type, if the message has one, a length and the rest.
func readMessage(in *bufio.Reader, typed bool) ([]byte, error) {
	before := 0
	if typed {
		before = 1
	}
	head, err := in.Peek(before + 4)
	if err != nil {
		return nil, err
	}
	length := binary.BigEndian.Uint32(head[before:])
	const most = 1 << 30 // of PostgreSQL
	if length < 4 || length > most {
		return nil, errors.New("not a message of PostgreSQL")
	}
	message := make([]byte, before+int(length))
	_, err = io.ReadFull(in, message)
	return message, err
}

// deliver hands answers to the client when they are due.
func (l *dbLink) deliver(held <-chan chunk) {
	defer l.close()
	for c := range held {
		select {
		case <-time.After(time.Until(c.due)):
		case <-l.ended:
			return
		}
		l.answered.Store(true)
		if _, err := l.client.Write(c.bytes); err != nil {
			return
		}
	}
}

// inject has the server run a statement of which the client hears nothing, if the connection is idle.
func (l *dbLink) inject(sql string) error {
	l.sending.Lock()
	defer l.sending.Unlock()
	if l.owed.Load() > 0 || !l.idle.Load() {
		return nil
	}
	message := binary.BigEndian.AppendUint32([]byte{simpleQuery}, uint32(4+len(sql)+1)) //nolint:gosec // a short constant
	message = append(append(message, sql...), 0)
	l.swallowing.Store(true)
	if _, err := l.server.Write(message); err != nil {
		return err
	}
	select {
	case <-l.injected:
	case <-l.ended:
	}
	return nil
}
