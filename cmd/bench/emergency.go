package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/siriusys/user-management-service/domain"
)

// emergency is an operation that a user needs when another person knows the password. It revokes all sessions or all others.
type emergency struct {
	name   string
	status int
	// prepare returns the requests of users.
	prepare func(ctx context.Context, p *userPool, users []loggedIn) ([]request, error)
}

// loggedIn is a user with an access token.
type loggedIn struct{ email, access string }

// emergencyUsers is how many users of each kind send a request.
const emergencyUsers = 100

func emergencies() []emergency {
	return []emergency{
		{"password reset", http.StatusOK, func(ctx context.Context, p *userPool, users []loggedIn) ([]request, error) {
			emails := make([]string, len(users))
			for i, u := range users {
				emails[i] = u.email
			}
			links, err := p.requestResets(ctx, emails)
			requests := make([]request, len(links))
			for i, link := range links {
				requests[i] = reset(link)
			}
			return requests, err
		}},
		{"password change", http.StatusNoContent, eachUser(func(u loggedIn) request {
			return u.sends(post("/password-change", "current_password", password, "new_password", "another horse battery staple"))
		})},
		{"termination", http.StatusNoContent, eachUser(func(u loggedIn) request {
			return u.sends(post("/terminate", "password", password))
		})},
		{"logout of all sessions", http.StatusNoContent, eachUser(func(u loggedIn) request {
			r := u.sends(post("/logout"))
			r.body = []byte(`{"all_sessions":true}`)
			return r
		})},
	}
}

func (u loggedIn) sends(r request) request {
	r.authorization = "Bearer " + u.access
	return r
}

func eachUser(of func(loggedIn) request) func(context.Context, *userPool, []loggedIn) ([]request, error) {
	return func(_ context.Context, _ *userPool, users []loggedIn) ([]request, error) {
		requests := make([]request, len(users))
		for i, u := range users {
			requests[i] = of(u)
		}
		return requests, nil
	}
}

// emergencyResult has the results of an operation for users with two sessions, and for users with as many as are allowed.
type emergencyResult struct {
	name              string
	ordinary, atLimit result
}

// measureEmergencies measures each operation for both kinds of users alternately, at 1 connection.
func (d *deployment) measureEmergencies(ctx context.Context, m *measurement) ([]emergencyResult, error) {
	var all []emergencyResult
	for _, e := range emergencies() {
		ordinary, err := d.prepareEmergency(ctx, e, false)
		if err != nil {
			return nil, err
		}
		atLimit, err := d.prepareEmergency(ctx, e, true)
		if err != nil {
			return nil, err
		}
		measured := emergencyResult{name: e.name}
		for round := range rounds {
			for _, kind := range []struct {
				requests []request
				sum      *result
			}{{ordinary, &measured.ordinary}, {atLimit, &measured.atLimit}} {
				each := emergencyUsers / rounds
				r, err := loadEach(ctx, e.name, 1, each, func(_, n int) error {
					return d.service.conns[0].expect(e.status, kind.requests[round*each+n], nil)
				})
				if err != nil {
					return nil, err
				}
				*kind.sum = kind.sum.merge(r)
			}
		}
		m.progress("%s: p50 %v, at the limit %v", e.name, round(measured.ordinary.p50), round(measured.atLimit.p50))
		all = append(all, measured)
	}
	return all, nil
}

// prepareEmergency creates users, logs them in and prepares their requests.
func (d *deployment) prepareEmergency(ctx context.Context, e emergency, atLimit bool) ([]request, error) {
	emails, err := d.pool.createUsers(ctx, emergencyUsers)
	if err != nil {
		return nil, err
	}
	users := make([]loggedIn, len(emails))
	err = d.pool.forEach(ctx, len(emails), func(c *conn, i int) error {
		var t tokenPair
		err := c.expect(http.StatusOK, login(emails[i]), &t)
		users[i] = loggedIn{email: emails[i], access: t.Access}
		return err
	})
	if err != nil {
		return nil, err
	}
	if atLimit {
		if err := d.fillToLimit(ctx); err != nil {
			return nil, err
		}
	}
	return e.prepare(ctx, d.pool, users)
}

// fillToLimit gives the newest emergencyUsers users as many sessions and devices as a user may have.
func (d *deployment) fillToLimit(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, d.database.URL())
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	for _, fill := range []struct {
		sql  string
		most int
	}{
		{`WITH newest AS (SELECT id FROM users ORDER BY id DESC LIMIT $1),
			pattern AS (SELECT s.*, row_number() OVER (PARTITION BY user_id) AS n, count(*) OVER (PARTITION BY user_id) AS sessions
				FROM sessions s WHERE user_id IN (SELECT id FROM newest))
			INSERT INTO sessions (id, user_id, device_id, secret_hash, generation, created_at, rotated_at, expires_at, ends_at)
			SELECT gen_random_uuid(), user_id, device_id, secret_hash, generation, created_at, rotated_at, expires_at, ends_at
			FROM pattern, generate_series(1, $2 - sessions) WHERE n = 1`, domain.MaxSessions},
		{`WITH newest AS (SELECT id FROM users ORDER BY id DESC LIMIT $1),
			pattern AS (SELECT user_id, count(*) AS devices, max(last_used_at) AS last_used_at
				FROM devices WHERE user_id IN (SELECT id FROM newest) GROUP BY user_id)
			INSERT INTO devices (user_id, id, last_used_at)
			SELECT user_id, gen_random_uuid(), last_used_at FROM pattern, generate_series(1, $2 - devices)`, domain.MaxDevices},
	} {
		tag, err := conn.Exec(ctx, fill.sql, emergencyUsers, fill.most)
		if err != nil {
			return fmt.Errorf("fill accounts to their limits: %w", err)
		}
		if most := int64(emergencyUsers * fill.most); tag.RowsAffected() < most*9/10 {
			return fmt.Errorf("fill accounts to their limits: only %d of about %d rows", tag.RowsAffected(), most)
		}
	}
	return nil
}

// emergencyReport returns the table in Markdown.
func emergencyReport(users int, all []emergencyResult) string {
	var b strings.Builder
	fmt.Fprintf(&b, `
## A user at the limit

What a user needs when another person knows the password, with %s users, at 1 connection: for users with 2 sessions and devices, and for
users with %d sessions and %d devices, which is the most that an attacker can create. The cheap hash makes the difference visible;
an ordinary hash adds some 20 ms to both columns, except to the logout.

| p50 | 2 sessions | %d sessions | difference |
|---|--:|--:|--:|
`, thousands(users), domain.MaxSessions, domain.MaxDevices, domain.MaxSessions)
	for _, r := range all {
		difference := max(r.atLimit.p50-r.ordinary.p50, time.Duration(0))
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", r.name, round(r.ordinary.p50), round(r.atLimit.p50), round(difference))
	}
	return b.String()
}
