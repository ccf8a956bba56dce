package main

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// operation is one request that clients of the service send.
type operation struct {
	name string // of its rows in the report
	// meaning says in the report what a row of that name is.
	meaning string
	limit   string  // the name of the limit that it is compared with
	goal    float64 // the lowest ratio to reach; 0 without a goal
	// uses is nil if the operation can be repeated without end. Otherwise it returns, for the rate of the limit, how many
	// operations to prepare for each second of the load.
	uses func(limitRate float64) float64
	// prepare creates what only this operation needs, for conns load clients that each repeat it each times.
	prepare func(ctx context.Context, p *userPool, conns, each int) (do, error)
}

// do runs a load client's nth operation.
type do func(client, n int) error

// What is prepared for each second of a load.
const (
	logoutsPrepared = 1500 // sessions
	resetsPrepared  = 60   // users
)

func operations() []operation { return append(append(hashing(), reading()...), writing()...) }

// hashing are the operations that compute a password hash. Login is the first: it renews the tokens that others need.
func hashing() []operation {
	return []operation{
		{
			name: "login", meaning: "`POST /login` without a device token",
			limit: rawHash, goal: 0.93, prepare: prepareLogin,
		},
		{
			name: "signup", meaning: "`POST /signup` with an email address that is new",
			limit: rawHash, goal: 0.93, prepare: prepareSignup,
		},
		{
			name: "verify", meaning: "`POST /verify-email` of a pending signup",
			limit: rawHash, uses: func(limitRate float64) float64 { return limitRate }, prepare: prepareVerify,
		},
		{
			name: "reset", meaning: "`POST /password-reset` with the token of a link",
			limit: rawHash, uses: func(float64) float64 { return resetsPrepared }, prepare: prepareReset,
		},
	}
}

// reading are the operations that change nothing.
func reading() []operation {
	return []operation{
		{
			name: "me", meaning: "`GET /me`",
			limit: echoCached, goal: 0.80, prepare: prepareMe,
		},
		{
			name: "introspect", meaning: "`POST /introspect` of a live access token",
			limit: echoCached, prepare: prepareIntrospect,
		},
	}
}

// writing are the operations that change something without computing a hash.
func writing() []operation {
	return []operation{
		{
			name: "refresh", meaning: "`POST /token/refresh`",
			limit: pgThree, goal: 0.60, prepare: prepareRefresh,
		},
		{
			name: "logout", meaning: "`POST /logout` of one session whose access token was used before",
			limit: pgThree, goal: 0.60, uses: func(float64) float64 { return logoutsPrepared }, prepare: prepareLogout,
		},
		{
			name: "reset request", meaning: "`POST /password-reset-request` for an email address without an account",
			limit: pgInsert, prepare: prepareResetRequest,
		},
		{
			name: "reset request, own networks", meaning: "the same, each connection from a /24 network of its own",
			limit: pgInsert, prepare: prepareResetRequestFromNetworks,
		},
	}
}

func prepareLogin(_ context.Context, p *userPool, conns, _ int) (do, error) {
	return func(client, n int) error {
		u := p.user(client, n, conns)
		return p.service.conns[client].expect(http.StatusOK, login(p.emails[u]), &p.tokens[u])
	}, nil
}

func prepareSignup(_ context.Context, p *userPool, _, _ int) (do, error) {
	run := strconv.FormatInt(time.Now().UnixNano(), 36)
	return func(client, n int) error {
		email := "new" + run + "-" + strconv.Itoa(client) + "-" + strconv.Itoa(n) + "@example.com"
		return p.service.conns[client].expect(http.StatusAccepted, signup(email), nil)
	}, nil
}

func prepareVerify(ctx context.Context, p *userPool, conns, each int) (do, error) {
	links, err := p.signUp(ctx, newEmails(conns*each))
	return func(client, n int) error {
		return p.service.conns[client].expect(http.StatusOK, verifyEmail(links[client*each+n]), nil)
	}, err
}

func prepareReset(ctx context.Context, p *userPool, conns, each int) (do, error) {
	rest := len(p.resettable) - conns*each
	emails := p.resettable[rest:]
	p.resettable = p.resettable[:rest]
	links, err := p.requestResets(ctx, emails)
	return func(client, n int) error {
		return p.service.conns[client].expect(http.StatusOK, reset(links[client*each+n]), nil)
	}, err
}

func prepareMe(_ context.Context, p *userPool, conns, _ int) (do, error) {
	return func(client, n int) error {
		return p.service.conns[client].expect(http.StatusOK, me(p.tokens[p.user(client, n, conns)].Access), nil)
	}, nil
}

func prepareIntrospect(_ context.Context, p *userPool, conns, _ int) (do, error) {
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(clientID+":"+clientSecret))
	return func(client, n int) error {
		return p.service.conns[client].expect(http.StatusOK, request{
			method: http.MethodPost, path: "/introspect", authorization: basic, contentType: "application/x-www-form-urlencoded",
			body: []byte(url.Values{"token": {p.tokens[p.user(client, n, conns)].Access}}.Encode()),
		}, nil)
	}, nil
}

func prepareRefresh(_ context.Context, p *userPool, conns, _ int) (do, error) {
	return func(client, n int) error {
		u := p.user(client, n, conns)
		r := post("/token/refresh", "refresh_token", p.tokens[u].Refresh)
		return p.service.conns[client].expect(http.StatusOK, r, &p.tokens[u])
	}, nil
}

func prepareLogout(ctx context.Context, p *userPool, conns, each int) (do, error) {
	rest := len(p.revocable) - conns*each
	access := p.revocable[rest:]
	p.revocable = p.revocable[:rest]
	// Real clients have used a token before they log out, and the service has then cached that its signature is valid.
	err := p.forEach(ctx, len(access), func(c *conn, i int) error { return c.expect(http.StatusOK, me(access[i]), nil) })
	return func(client, n int) error {
		return p.service.conns[client].expect(http.StatusNoContent, logout(access[client*each+n]), nil)
	}, err
}

// prepareResetRequestFromNetworks shows what the rows cost in which the requests of one network count.
func prepareResetRequestFromNetworks(_ context.Context, p *userPool, conns, _ int) (do, error) {
	own := newConns(p.service.conns[0].address, conns)
	for i := range own {
		own[i].source = ownSource(i)
	}
	return func(client, _ int) error {
		r := resetRequest("unknown" + strconv.Itoa(client) + "@example.com")
		return own[client].expect(http.StatusAccepted, r, nil)
	}, nil
}

func prepareResetRequest(_ context.Context, p *userPool, _, _ int) (do, error) {
	return func(client, _ int) error {
		r := resetRequest("unknown" + strconv.Itoa(client) + "@example.com")
		return p.service.conns[client].expect(http.StatusAccepted, r, nil)
	}, nil
}
