package main

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// crowd are users that have signed up, verified and logged in: one for each worker.
type crowd struct {
	s     *service
	pairs []pair
}

var link = regexp.MustCompile(`#token=([\w-]+)`)

func email(group string, n int) string { return fmt.Sprintf("%s%d@example.com", group, n) }

// tokens waits for a letter with a link to each of n addresses.
func (s *service) tokens(ctx context.Context, group string, n int) (map[string]string, error) {
	found := map[string]string{}
	for len(found) < n {
		for _, l := range s.inbox.Letters() {
			if match := link.FindStringSubmatch(l.Text); match != nil && strings.HasPrefix(l.To, group) {
				found[l.To] = match[1]
			}
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%d of %d letters came: %w", len(found), n, ctx.Err())
		case <-time.After(10 * time.Millisecond):
		}
	}
	return found, nil
}

// gather makes n users.
func gather(ctx context.Context, s *service, group string, n int) (*crowd, error) {
	for i := range n {
		if err := s.do(ctx, http.MethodPost, "/signup", "", signup(email(group, i)), nil, http.StatusAccepted); err != nil {
			return nil, err
		}
	}
	tokens, err := s.tokens(ctx, group, n)
	if err != nil {
		return nil, err
	}
	s.inbox.Empty()
	c := &crowd{s: s, pairs: make([]pair, n)}
	for i := range n {
		verification := map[string]string{"token": tokens[email(group, i)], "password": password}
		if err := s.do(ctx, http.MethodPost, "/verify-email", "", verification, &c.pairs[i], http.StatusOK); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// operation is one thing that a client does, as a worker of a crowd.
type operation struct {
	name  string
	limit string // the name of what it is compared with
	do    func(ctx context.Context, c *crowd, worker, n int) error
}

// operations are in the order of the table. Login comes first: it renews the access tokens that the others need.
func operations(group string) []operation {
	return []operation{
		{"login", "Argon2id on all cores", func(ctx context.Context, c *crowd, w, _ int) error {
			return c.s.do(ctx, http.MethodPost, "/login", "", login(email(group, w)), &c.pairs[w], http.StatusOK)
		}},
		{"signup", "Argon2id on all cores", func(ctx context.Context, c *crowd, w, n int) error {
			return c.s.do(ctx, http.MethodPost, "/signup", "", signup(fmt.Sprintf("new%d-%d-%d@example.com", w, n, time.Now().UnixNano())), nil, http.StatusAccepted)
		}},
		{"me", "Echo, verify, SELECT", func(ctx context.Context, c *crowd, w, _ int) error {
			return c.s.do(ctx, http.MethodGet, "/me", c.pairs[w].Access, nil, nil, http.StatusOK)
		}},
		{"introspect", "Echo, verify, SELECT", func(ctx context.Context, c *crowd, w, _ int) error {
			return c.s.introspect(ctx, clientID, clientSecret, c.pairs[w].Access)
		}},
		{"refresh", "pgbench, 3 statements", func(ctx context.Context, c *crowd, w, _ int) error {
			return c.s.do(ctx, http.MethodPost, "/token/refresh", "", map[string]string{"refresh_token": c.pairs[w].Refresh}, &c.pairs[w], http.StatusOK)
		}},
		{"reset request", "pgbench, INSERT", func(ctx context.Context, c *crowd, w, _ int) error {
			return c.s.do(ctx, http.MethodPost, "/password-reset-request", "", map[string]string{"email": fmt.Sprintf("nobody%d@example.com", w)}, nil, http.StatusAccepted)
		}},
	}
}

// logouts ends sessions that were opened before, a number of them by each worker, and measures only that.
func logouts(ctx context.Context, c *crowd, group string, conns, each int) (result, error) {
	open := make([][]string, conns)
	for w := range open {
		for range each {
			var p pair
			if err := c.s.do(ctx, http.MethodPost, "/login", "", login(email(group, w)), &p, http.StatusOK); err != nil {
				return result{}, err
			}
			open[w] = append(open[w], p.Access)
		}
	}
	return loadEach(ctx, "logout", conns, each, func(w, n int) error {
		return c.s.do(ctx, http.MethodPost, "/logout", open[w][n], nil, nil, http.StatusNoContent)
	})
}

// drain is how many letters a second go out, from the first request for one to the last that was handed over.
func drain(ctx context.Context, c *crowd, group string, letters int, database *pgx.Conn) (float64, error) {
	// What the loads before asked for is not what is measured here.
	if _, err := database.Exec(ctx, `DELETE FROM river_job WHERE kind = 'letter' AND state <> 'running'`); err != nil {
		return 0, fmt.Errorf("empty the queue: %w", err)
	}
	begin := time.Now()
	const conns = 16
	if _, err := loadEach(ctx, "mail", conns, letters/conns, func(w, n int) error {
		request := map[string]string{"email": email(group, (w*31+n)%len(c.pairs))}
		return c.s.do(ctx, http.MethodPost, "/password-reset-request", "", request, nil, http.StatusAccepted)
	}); err != nil {
		return 0, err
	}
	for due := 1; due > 0; {
		if err := database.QueryRow(ctx, `SELECT count(*) FROM river_job WHERE kind = 'letter' AND finalized_at IS NULL`).Scan(&due); err != nil {
			return 0, fmt.Errorf("count the letters that are due: %w", err)
		}
	}
	return float64(letters) / time.Since(begin).Seconds(), nil
}
