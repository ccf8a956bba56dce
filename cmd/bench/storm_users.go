package main

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// The honest users: the first ones on known devices, of whom one resets the password, the others on new devices. The last target
// is the account of the flood with the right password.
const (
	knownDeviceUsers = 5
	newDeviceUsers   = 4
	targets          = knownDeviceUsers + newDeviceUsers + 1
)

// honestUsers are the clients of the honest users.
func (s *storm) honestUsers() (clients []func(ctx context.Context)) {
	for user := range knownDeviceUsers - 1 {
		clients = append(clients, func(ctx context.Context) { s.stay(ctx, user, s.users.tokens[user].Device) })
	}
	clients = append(clients, func(ctx context.Context) { s.resetAndStay(ctx, knownDeviceUsers-1) })
	for user := knownDeviceUsers; user < knownDeviceUsers+newDeviceUsers; user++ {
		clients = append(clients, func(ctx context.Context) { s.stay(ctx, user, "") })
	}
	return append(clients, s.signUpOften)
}

// stay logs in, reads the profile, refreshes and logs out, again and again. With a device token it stays on that device; else each
// login comes from a new one.
func (s *storm) stay(ctx context.Context, user int, device string) {
	c := &conn{address: s.address, source: honestSource(user)}
	defer c.close()
	kind := "login, known device"
	if device == "" {
		kind = "login, new device"
	}
	for sleep(ctx, honestPause) == nil {
		var t tokenPair
		r := post("/login", "email", s.users.emails[user], "password", password)
		if device != "" {
			r = post("/login", "email", s.users.emails[user], "password", password, "device_token", device)
		}
		if !s.try(ctx, c, kind, http.StatusOK, r, &t) {
			continue
		}
		if device != "" {
			device = t.Device
		}
		s.try(ctx, c, "profile", http.StatusOK, me(t.Access), nil)
		s.try(ctx, c, "refresh", http.StatusOK, post("/token/refresh", "refresh_token", t.Refresh), &t)
		s.try(ctx, c, "logout", http.StatusNoContent, logout(t.Access), nil)
	}
}

// resetAndStay resets the password by the newest link in the mailbox, then stays on the device that the reset made known. The
// password stays the same, so that other clients of the account go on.
func (s *storm) resetAndStay(ctx context.Context, user int) {
	c := &conn{address: s.address, source: honestSource(user)}
	defer c.close()
	if sleep(ctx, 10*time.Second) != nil { // the attackers have asked for resets by then
		return
	}
	email := s.users.emails[user]
	s.try(ctx, c, "reset request", http.StatusAccepted, resetRequest(email), nil)
	link, err := s.testbed.mail.awaitTokens(ctx, []string{email})
	if err != nil {
		s.record("reset", 0, err)
		return
	}
	var known tokenPair
	if s.try(ctx, c, "reset", http.StatusOK, reset(link[0]), &known) {
		s.stay(ctx, user, known.Device)
	}
}

// signUpOften signs up with a new address from time to time.
func (s *storm) signUpOften(ctx context.Context) {
	c := &conn{address: s.address, source: honestSource(targets)}
	defer c.close()
	for sleep(ctx, honestPause) == nil {
		s.try(ctx, c, "signup", http.StatusAccepted, signup(newEmails(1)[0]), nil)
	}
}

// try sends a request of an honest user, again after each 503, until honestLimit, and records the outcome. What the end of the
// storm interrupts does not count.
func (s *storm) try(ctx context.Context, c *conn, name string, want int, r request, target any) bool {
	begin := time.Now()
	var err error
	for time.Since(begin) < honestLimit {
		var status int
		status, err = c.exchangeJSON(r, want, target)
		if ctx.Err() != nil {
			return false
		}
		if err == nil || (!isRefused(status) && status != 0) {
			break
		}
		_ = sleep(ctx, 200*time.Millisecond)
	}
	elapsed := time.Since(begin)
	if err == nil && elapsed > honestLimit {
		err = fmt.Errorf("took %v", elapsed)
	}
	s.record(name, elapsed, err)
	return err == nil
}
