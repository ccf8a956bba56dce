package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"time"
)

// attackPause is how long an attacking client pauses after each response: the attackers share the machine with the service, and
// would otherwise measure only each other.
const attackPause = 50 * time.Millisecond

// networksPerNewDevice is how many networks try passwords of an honest user on a new device. Four of them would use up what an
// email address allows to clients without a known device, in a day; then a reset gives the user a known device.
const networksPerNewDevice = 3

// attackSource, honestSource and ownSource (of loads outside of the storm) are client IP addresses of different /24 networks. Linux
// accepts every address of 127.0.0.0/8.
func attackSource(network int) string { return fmt.Sprintf("127.1.%d.1", network+1) }
func honestSource(user int) string    { return fmt.Sprintf("127.2.%d.1", user+1) }
func ownSource(client int) string     { return fmt.Sprintf("127.3.%d.1", client+1) }

// attackers are the clients of all attacks.
func (s *storm) attackers() (clients []func(ctx context.Context)) {
	for network := range attackingNetworks {
		source := attackSource(network)
		repeat := func(n int, name string, next func(i int) request) {
			for range n {
				clients = append(clients, func(ctx context.Context) { s.attack(ctx, name, source, next) })
			}
		}
		repeat(2, "wrong passwords for the users", func(i int) request { return wrongLogin(s.target(network, i)) })
		repeat(2, "wrong passwords for unknown addresses", func(int) request { return wrongLogin(newEmails(1)[0]) })
		repeat(2, "signups with other people's addresses", func(int) request { return signup(newEmails(1)[0]) })
		repeat(1, "signups with the users' addresses", func(i int) request { return signup(s.target(network, i)) })
		repeat(1, "resets for the users", func(i int) request { return resetRequest(s.target(network, i)) })
		clients = append(clients,
			func(ctx context.Context) { s.hangUp(ctx, source, network) },
			func(ctx context.Context) { s.keepIdle(ctx, source) },
		)
	}
	clients = append(clients, s.rightPasswordFlood()...)
	return clients
}

// target is the address of an honest user that a network attacks: all networks those on known devices, few the others.
func (s *storm) target(network, i int) string {
	if user := i % targets; user < knownDeviceUsers || network < networksPerNewDevice {
		return s.users.emails[user]
	}
	return s.users.emails[i%knownDeviceUsers]
}

func wrongLogin(email string) request {
	return post("/login", "email", email, "password", "not the password "+strconv.Itoa(rand.IntN(1e9))) //nolint:gosec // not secret
}

// attack sends requests until ctx ends.
func (s *storm) attack(ctx context.Context, name, source string, next func(i int) request) {
	c := &conn{address: s.address, source: source}
	defer c.close()
	for i := rand.IntN(targets); sleep(ctx, rand.N(2*attackPause)) == nil; i++ { //nolint:gosec // spreads the load
		got, err := c.exchange(next(i))
		if err != nil {
			got.status = 0
		}
		s.count(name, got.status)
	}
}

// hangUp sends logins and closes the connection without waiting for the response.
func (s *storm) hangUp(ctx context.Context, source string, network int) {
	for i := network; sleep(ctx, attackPause) == nil; i++ {
		c := &conn{address: s.address, source: source}
		if err := c.dial(ctx); err != nil {
			continue
		}
		_, _ = c.tcp.Write(wrongLogin(s.target(network, i)).append(nil, c.address))
		c.close()
		s.count("logins that hang up", 0)
	}
}

// keepIdle holds connections open that send a byte of a header now and then.
func (s *storm) keepIdle(ctx context.Context, source string) {
	const idle = 50
	conns := make([]net.Conn, idle)
	defer func() {
		for _, c := range conns {
			if c != nil {
				_ = c.Close()
			}
		}
	}()
	for n := 0; sleep(ctx, 20*time.Millisecond) == nil; n++ {
		at := n % idle
		if conns[at] == nil {
			opened := &conn{address: s.address, source: source}
			if opened.dial(ctx) == nil {
				conns[at] = opened.tcp
				s.count("connections that never send a request", 0)
			}
			continue
		}
		if _, err := conns[at].Write([]byte("G")); err != nil {
			_ = conns[at].Close()
			conns[at] = nil
		}
	}
}

// rightPasswordFlood logs in to one account of the attackers, with its right password, as a known device and without one.
func (s *storm) rightPasswordFlood() (clients []func(ctx context.Context)) {
	account := targets - 1
	source := attackSource(attackingNetworks)
	known := post("/login", "email", s.users.emails[account], "password", password, "device_token", s.users.tokens[account].Device)
	for range 4 {
		clients = append(clients,
			func(ctx context.Context) {
				s.attack(ctx, "right password of one account", source, func(int) request { return login(s.users.emails[account]) })
			},
			func(ctx context.Context) {
				s.attack(ctx, "right password of one account, known device", source, func(int) request { return known })
			},
		)
	}
	return clients
}

// isRefused reports whether a response asks the client to come back soon.
func isRefused(status int) bool { return status == http.StatusServiceUnavailable }
