package main

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// operation is one thing that clients do.
type operation struct {
	name  string
	limit string  // what it is compared with
	goal  float64 // the least ratio that is aimed at; 0 if there is none
	// uses is nil if it can be done without end. Else it says for how many a second there is something prepared, given the
	// rate of what it is compared with.
	uses func(limit float64) float64
	// prepare makes ready what only the operation itself is measured with, for conns workers, each times each.
	prepare func(ctx context.Context, c *crowd, conns, each int) (func(worker, n int) error, error)
}

// hashing are the operations that cost a password hash. Login comes first: it renews the tokens that others need.
func hashing() []operation {
	return []operation{
		{"login", rawHash, 0.93, nil, func(_ context.Context, c *crowd, conns, _ int) (func(w, n int) error, error) {
			return func(w, n int) error {
				u := c.user(w, n, conns)
				return c.s.conns[w].want(http.StatusOK, login(c.addresses[u]), &c.pairs[u])
			}, nil
		}},
		{"signup", rawHash, 0.93, nil, func(_ context.Context, c *crowd, _, _ int) (func(w, n int) error, error) {
			run := strconv.FormatInt(time.Now().UnixNano(), 36)
			return func(w, n int) error {
				address := "new" + run + "-" + strconv.Itoa(w) + "-" + strconv.Itoa(n) + "@example.com"
				return c.s.conns[w].want(http.StatusAccepted, signup(address), nil)
			}, nil
		}},
		{"verify", rawHash, 0, func(limit float64) float64 { return limit }, func(ctx context.Context, c *crowd, conns, each int) (func(w, n int) error, error) {
			addresses := newAddresses(conns * each)
			tokens, err := c.signUp(ctx, addresses)
			return func(w, n int) error {
				return c.s.conns[w].want(http.StatusOK, verifyEmail(tokens[w*each+n]), nil)
			}, err
		}},
		{"reset", rawHash, 0, func(float64) float64 { return resetsPrepared }, func(ctx context.Context, c *crowd, conns, each int) (func(w, n int) error, error) {
			forgetful := c.others[len(c.others)-conns*each:]
			c.others = c.others[:len(c.others)-conns*each]
			tokens, err := c.requestResets(ctx, forgetful)
			return func(w, n int) error {
				return c.s.conns[w].want(http.StatusNoContent, reset(tokens[w*each+n]), nil)
			}, err
		}},
	}
}

// reading are the operations that change nothing.
func reading() []operation {
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(clientID+":"+clientSecret))
	return []operation{
		{"me", echoCached, 0.80, nil, func(_ context.Context, c *crowd, conns, _ int) (func(w, n int) error, error) {
			return func(w, n int) error {
				return c.s.conns[w].want(http.StatusOK, me(c.pairs[c.user(w, n, conns)].Access), nil)
			}, nil
		}},
		{"introspect", echoCached, 0, nil, func(_ context.Context, c *crowd, conns, _ int) (func(w, n int) error, error) {
			return func(w, n int) error {
				return c.s.conns[w].want(http.StatusOK, request{
					method: http.MethodPost, path: "/introspect", authorization: basic, contentType: "application/x-www-form-urlencoded",
					body: []byte(url.Values{"token": {c.pairs[c.user(w, n, conns)].Access}}.Encode()),
				}, nil)
			}, nil
		}},
	}
}

// writing are the operations that change something without a hash.
func writing() []operation {
	return []operation{
		{"refresh", pgThree, 0.60, nil, func(_ context.Context, c *crowd, conns, _ int) (func(w, n int) error, error) {
			return func(w, n int) error {
				u := c.user(w, n, conns)
				return c.s.conns[w].want(http.StatusOK, post("/token/refresh", "refresh_token", c.pairs[u].Refresh), &c.pairs[u])
			}, nil
		}},
		{"logout", pgThree, 0.60, func(float64) float64 { return logoutsPrepared }, func(ctx context.Context, c *crowd, conns, each int) (func(w, n int) error, error) {
			doomed := c.spare[len(c.spare)-conns*each:]
			c.spare = c.spare[:len(c.spare)-conns*each]
			// Who logs out has used the token before, so that its signature is known.
			err := c.prepare(ctx, len(doomed), func(conn *conn, i int) error { return conn.want(http.StatusOK, me(doomed[i]), nil) })
			return func(w, n int) error {
				return c.s.conns[w].want(http.StatusNoContent, request{method: http.MethodPost, path: "/logout", authorization: "Bearer " + doomed[w*each+n]}, nil)
			}, err
		}},
		{"reset request", pgInsert, 0, nil, func(_ context.Context, c *crowd, _, _ int) (func(w, n int) error, error) {
			return func(w, _ int) error {
				return c.s.conns[w].want(http.StatusAccepted, resetRequest("nobody"+strconv.Itoa(w)+"@example.com"), nil)
			}, nil
		}},
	}
}

// What there is to end and to reset, for each second that a load lasts.
const (
	logoutsPrepared = 1500 // sessions
	resetsPrepared  = 60   // users
)

func operations() []operation { return append(append(hashing(), reading()...), writing()...) }
