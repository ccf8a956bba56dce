// Package connlimit bounds the open connections of a server, in total and for each client network. A new connection is always
// accepted while another one can be closed instead: the idlest of the network that holds most. One network can thus not keep the
// others out, and a client that opens more connections than its share closes its own.
package connlimit

import (
	"cmp"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// Shares of the maximum that one network may hold.
const (
	// wideShare is the share of an IPv4 /24 or an IPv6 /48: a quarter.
	wideShare = 4
	// narrowShare is the share of an IPv4 address or an IPv6 /64: an eighth.
	narrowShare = 8
)

// Config contains the limits of a listener.
type Config struct {
	// Max is the maximum number of open connections.
	Max int
	// Networks returns the networks of a client, the narrowest first.
	Networks func(client netip.Prefix) []netip.Prefix
	// IsTrusted reports whether a peer is a trusted proxy. Its connections belong to many clients: they count in the total only,
	// and are closed only when nothing else is left.
	IsTrusted func(peer netip.Addr) bool
	Now       func() time.Time
}

// Listener is a net.Listener within the limits. Its ConnState must be that of the http.Server that it serves.
type Listener struct {
	net.Listener
	config Config

	mu       sync.Mutex
	open     map[*conn]struct{}
	networks map[netip.Prefix]map[*conn]struct{}
}

// conn is an accepted connection. The fields below mu's belong to the listener's mutex.
type conn struct {
	net.Conn
	listener *Listener
	networks []netip.Prefix // the narrowest first; none for a trusted proxy
	isIdle   bool           // no request is in progress
	since    time.Time      // when isIdle last changed
	closing  sync.Once
}

// New returns a listener that accepts the connections of inner within the limits.
func New(inner net.Listener, c Config) *Listener {
	return &Listener{
		Listener: inner, config: c, open: map[*conn]struct{}{}, networks: map[netip.Prefix]map[*conn]struct{}{},
	}
}

// Accept waits for the next connection and closes others that exceed the limits because of it.
func (l *Listener) Accept() (net.Conn, error) {
	accepted, err := l.Listener.Accept()
	if err != nil {
		return nil, err //nolint:wrapcheck // http.Server compares it
	}
	c := &conn{Conn: accepted, listener: l, isIdle: true, since: l.config.Now()}
	if peer, ok := peerOf(accepted); ok && !l.config.IsTrusted(peer) {
		c.networks = l.networksOf(peer)
	}
	for _, excess := range l.add(c) {
		_ = excess.Close()
	}
	return c, nil
}

func peerOf(c net.Conn) (netip.Addr, bool) {
	address, err := netip.ParseAddrPort(c.RemoteAddr().String())
	return address.Addr().Unmap().WithZone(""), err == nil
}

func (l *Listener) networksOf(peer netip.Addr) []netip.Prefix {
	bits := 64
	if peer.Is4() {
		bits = peer.BitLen()
	}
	client, _ := peer.Prefix(bits) // only the zero address fails
	return l.config.Networks(client)
}

// add registers c and returns the connections to close.
func (l *Listener) add(c *conn) (excess []*conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open[c] = struct{}{}
	for _, network := range c.networks {
		if l.networks[network] == nil {
			l.networks[network] = map[*conn]struct{}{}
		}
		l.networks[network][c] = struct{}{}
	}
	for i, network := range c.networks {
		share := narrowShare
		if i == len(c.networks)-1 {
			share = wideShare
		}
		if held := l.networks[network]; len(held) > max(l.config.Max/share, 1) {
			excess = l.drop(excess, idlest(held, c))
		}
	}
	if len(l.open) > l.config.Max {
		excess = l.drop(excess, l.idlestOfLargest(c))
	}
	return excess
}

// idlestOfLargest returns the idlest connection of the network that holds most, or of all such networks if several hold equally
// many. It is the newcomer only if all others are those of trusted proxies, and a proxy's only if the newcomer is one too.
func (l *Listener) idlestOfLargest(newcomer *conn) *conn {
	most := 0
	for _, held := range l.networks {
		most = max(most, len(held))
	}
	if most == 0 {
		return idlest(l.open, newcomer)
	}
	var found *conn
	for _, held := range l.networks {
		if len(held) == most {
			found = idler(found, idlest(held, newcomer))
		}
	}
	return cmp.Or(found, newcomer)
}

// idlest returns the idlest connection but the newcomer, to which the others make room although it has no request yet; nil if there
// is no other.
func idlest(held map[*conn]struct{}, newcomer *conn) *conn {
	var found *conn
	for c := range held {
		if c != newcomer {
			found = idler(found, c)
		}
	}
	return found
}

// idler prefers a connection without a request in progress, else the one that has been in its state longer. Both may be nil.
func idler(a, b *conn) *conn {
	switch {
	case b == nil:
		return a
	case a == nil, b.isIdle && !a.isIdle, b.isIdle == a.isIdle && b.since.Before(a.since):
		return b
	default:
		return a
	}
}

func (l *Listener) drop(excess []*conn, c *conn) []*conn {
	l.forget(c)
	return append(excess, c)
}

func (l *Listener) forget(c *conn) {
	delete(l.open, c)
	for _, network := range c.networks {
		delete(l.networks[network], c)
		if len(l.networks[network]) == 0 {
			delete(l.networks, network)
		}
	}
}

// Close closes the connection, which then counts no longer.
func (c *conn) Close() error {
	err := net.ErrClosed
	c.closing.Do(func() {
		c.listener.mu.Lock()
		c.listener.forget(c)
		c.listener.mu.Unlock()
		err = c.Conn.Close()
	})
	return err
}

// ConnState is the http.Server's hook: it follows whether a request is in progress on a connection. Of HTTP/2, a connection is
// active while it has an open stream.
func (l *Listener) ConnState(of net.Conn, state http.ConnState) {
	if overTLS, ok := of.(interface{ NetConn() net.Conn }); ok {
		of = overTLS.NetConn()
	}
	c, ok := of.(*conn)
	if !ok || (state != http.StateActive && state != http.StateIdle) {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	c.isIdle, c.since = state == http.StateIdle, l.config.Now()
}

// Open is the number of open connections.
func (l *Listener) Open() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.open)
}
