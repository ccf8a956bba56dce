package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"
)

// pair is what a user signs in with from now on.
type pair struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
}

const password = "correct horse battery staple"

// crowd are users of a service: one for each worker, who has signed in, and what operations need that can be used only once.
type crowd struct {
	s    *service
	mail *mailSink

	addresses []string
	// everyone is asked about by turns; else each worker asks about a user of its own.
	everyone bool
	pairs    []pair
	// others are users whose passwords can be reset, which ends their sessions.
	others []string
	// spare are access tokens of sessions that are there to be ended.
	spare []string
}

// gather makes n users.
func gather(ctx context.Context, s *service, mail *mailSink, n int) (*crowd, error) {
	c := &crowd{s: s, mail: mail, addresses: newAddresses(n), pairs: make([]pair, n)}
	tokens, err := c.signUp(ctx, c.addresses)
	if err != nil {
		return nil, err
	}
	for i, token := range tokens {
		if err := s.conns[0].want(http.StatusOK, verifyEmail(token), &c.pairs[i]); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// user is whom a worker asks about the nth time. With everyone, the number of users must be a multiple of the workers'.
func (c *crowd) user(worker, n, conns int) int {
	if c.everyone {
		return n%(len(c.addresses)/conns)*conns + worker
	}
	return worker
}

// addOthers makes users whose passwords can be reset.
func (c *crowd) addOthers(ctx context.Context, n int) error {
	c.others = newAddresses(n)
	tokens, err := c.signUp(ctx, c.others)
	if err != nil {
		return err
	}
	return c.prepare(ctx, n, func(conn *conn, i int) error { return conn.want(http.StatusOK, verifyEmail(tokens[i]), nil) })
}

// preparing is how many workers prepare what is then measured.
const preparing = 8

// prepare has some workers do something for each of n.
func (c *crowd) prepare(ctx context.Context, n int, do func(conn *conn, i int) error) error {
	_, err := loadEach(ctx, "prepare", preparing, (n+preparing-1)/preparing, func(w, i int) error {
		if i = i*preparing + w; i >= n {
			return nil
		}
		return do(c.s.conns[w], i)
	})
	return err
}

// signUp signs addresses up and returns the tokens that verify them.
func (c *crowd) signUp(ctx context.Context, addresses []string) ([]string, error) {
	err := c.prepare(ctx, len(addresses), func(conn *conn, i int) error {
		return conn.want(http.StatusAccepted, signup(addresses[i]), nil)
	})
	if err != nil {
		return nil, err
	}
	return c.mail.collect(ctx, addresses)
}

// requestResets has links mailed and returns their tokens.
func (c *crowd) requestResets(ctx context.Context, addresses []string) ([]string, error) {
	err := c.prepare(ctx, len(addresses), func(conn *conn, i int) error {
		return conn.want(http.StatusAccepted, resetRequest(addresses[i]), nil)
	})
	if err != nil {
		return nil, err
	}
	return c.mail.collect(ctx, addresses)
}

// openSpare opens sessions of the crowd's users.
func (c *crowd) openSpare(ctx context.Context, n int) error {
	opened := make([]string, n)
	err := c.prepare(ctx, n, func(conn *conn, i int) error {
		var p pair
		// A user's logins come one after the other: several at once look like somebody guessing.
		err := conn.want(http.StatusOK, login(c.addresses[i%preparing]), &p)
		opened[i] = p.Access
		return err
	})
	c.spare = append(c.spare, opened...)
	return err
}

var addressed atomic.Int64

// newAddresses are addresses that nobody had before.
func newAddresses(n int) []string {
	addresses := make([]string, n)
	for i := range addresses {
		addresses[i] = "user" + strconv.FormatInt(addressed.Add(1), 10) + "@example.com"
	}
	return addresses
}

// post is a request with JSON made of names and values.
func post(path string, members ...string) request {
	object := map[string]string{}
	for i := 1; i < len(members); i += 2 {
		object[members[i-1]] = members[i]
	}
	body, err := json.Marshal(object)
	if err != nil {
		panic(fmt.Sprintf("strings cannot be encoded: %v", err))
	}
	return request{method: http.MethodPost, path: path, contentType: "application/json", body: body}
}

func signup(email string) request {
	return post("/signup", "email", email, "full_name", "Ada Lovelace", "country", "DE", "state_province", "DE-BY", "password", password)
}

func login(email string) request { return post("/login", "email", email, "password", password) }

func verifyEmail(token string) request {
	return post("/verify-email", "token", token, "password", password)
}

func resetRequest(email string) request { return post("/password-reset-request", "email", email) }

func reset(token string) request {
	return post("/password-reset", "token", token, "new_password", password)
}

func me(access string) request {
	return request{method: http.MethodGet, path: "/me", authorization: "Bearer " + access}
}
