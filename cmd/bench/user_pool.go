package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"
)

// tokenPair is what the last login or refresh of a user returned.
type tokenPair struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
	Device  string `json:"device_token"`
}

const password = "correct horse battery staple"

// userPool has the users that load clients use, each with a session, and what operations need that can be used only once.
type userPool struct {
	service *service
	mail    *mailSink

	emails []string
	// roundRobin lets each load client use several users in turn; else each uses one of its own.
	roundRobin bool
	tokens     []tokenPair
	// resettable are further users. A reset of their passwords revokes their sessions.
	resettable []string
	// revocable are access tokens of sessions that logouts revoke.
	revocable []string
}

// newUserPool creates n users with a session each.
func newUserPool(ctx context.Context, s *service, mail *mailSink, n int) (*userPool, error) {
	p := &userPool{service: s, mail: mail, emails: newEmails(n), tokens: make([]tokenPair, n)}
	links, err := p.signUp(ctx, p.emails)
	if err != nil {
		return nil, err
	}
	for i, link := range links {
		if err := s.conns[0].expect(http.StatusOK, verifyEmail(link), &p.tokens[i]); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// user is the index of the user of a load client's nth operation. With roundRobin, the number of users must be a multiple of
// the number of connections.
func (p *userPool) user(client, n, conns int) int {
	if p.roundRobin {
		return n%(len(p.emails)/conns)*conns + client
	}
	return client
}

// createResettable creates users whose passwords can be reset.
func (p *userPool) createResettable(ctx context.Context, n int) (err error) {
	p.resettable, err = p.createUsers(ctx, n)
	return err
}

// createUsers creates n further users and returns their email addresses.
func (p *userPool) createUsers(ctx context.Context, n int) ([]string, error) {
	emails := newEmails(n)
	links, err := p.signUp(ctx, emails)
	if err != nil {
		return nil, err
	}
	return emails, p.forEach(ctx, n, func(c *conn, i int) error { return c.expect(http.StatusOK, verifyEmail(links[i]), nil) })
}

// setupClients is how many load clients prepare a measurement.
const setupClients = 8

// forEach has setupClients load clients call do for each i below n.
func (p *userPool) forEach(ctx context.Context, n int, do func(c *conn, i int) error) error {
	_, err := loadEach(ctx, "prepare", setupClients, (n+setupClients-1)/setupClients, func(client, i int) error {
		if i = i*setupClients + client; i >= n {
			return nil
		}
		return do(p.service.conns[client], i)
	})
	return err
}

// signUp creates a pending signup for each email address and returns the tokens of the verification links.
func (p *userPool) signUp(ctx context.Context, emails []string) ([]string, error) {
	err := p.forEach(ctx, len(emails), func(c *conn, i int) error {
		return c.expect(http.StatusAccepted, signup(emails[i]), nil)
	})
	if err != nil {
		return nil, err
	}
	return p.mail.awaitTokens(ctx, emails)
}

// requestResets requests a password reset for each email address and returns the tokens of the links.
func (p *userPool) requestResets(ctx context.Context, emails []string) ([]string, error) {
	err := p.forEach(ctx, len(emails), func(c *conn, i int) error {
		return c.expect(http.StatusAccepted, resetRequest(emails[i]), nil)
	})
	if err != nil {
		return nil, err
	}
	return p.mail.awaitTokens(ctx, emails)
}

// sessionsOfOneUser is below the number of live sessions that a user may have.
const sessionsOfOneUser = 80

// createSessions creates n sessions that logouts may revoke, of users of their own.
func (p *userPool) createSessions(ctx context.Context, n int) error {
	// A multiple of setupClients gives each user to one load client: logins of one user wait for one another.
	owners, err := p.createUsers(ctx, (n/sessionsOfOneUser/setupClients+1)*setupClients)
	if err != nil {
		return err
	}
	created := make([]string, n)
	err = p.forEach(ctx, n, func(c *conn, i int) error {
		var t tokenPair
		err := c.expect(http.StatusOK, login(owners[i%len(owners)]), &t)
		created[i] = t.Access
		return err
	})
	p.revocable = append(p.revocable, created...)
	return err
}

var lastEmail atomic.Int64

// newEmails returns n email addresses that were not used before.
func newEmails(n int) []string {
	emails := make([]string, n)
	for i := range emails {
		emails[i] = "user" + strconv.FormatInt(lastEmail.Add(1), 10) + "@example.com"
	}
	return emails
}

// post is a POST request with a JSON object of names and values.
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

func logout(access string) request {
	return request{method: http.MethodPost, path: "/logout", authorization: "Bearer " + access}
}
