package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/labstack/echo/v4"
	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwt"
)

// limitServer is a process that serves minimal routes. No service that does the same work can be faster.
type limitServer struct {
	*process
	conns []*conn
	token string
}

func startLimitServer(ctx context.Context, databaseURL string) (*limitServer, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p, err := start(ctx, nil, self, "-serve-limits", databaseURL)
	if err != nil {
		return nil, err
	}
	s := &limitServer{process: p}
	var address string
	if _, err := fmt.Sscan(p.firstLine, &address, &s.token); err != nil {
		p.stop()
		return nil, err
	}
	s.conns = newConns(address, maxConns)
	return s, nil
}

// serveLimits is the main function of that process. /bare responds without any work, /verify verifies a token's signature,
// /select also reads a row by primary key, and /cached does the same but verifies each token only once.
func serveLimits(ctx context.Context, databaseURL string) error {
	pool, err := pgxpool.New(ctx, databaseURL)
	if err != nil {
		return err
	}
	defer pool.Close()
	_, err = pool.Exec(ctx, `CREATE TABLE limits (id uuid PRIMARY KEY, name text); INSERT INTO limits VALUES ('`+limitRow+`', 'Ada')`)
	if err != nil {
		return err
	}
	v, token, err := newTokenVerifier()
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stdout, "%s %s\n", listener.Addr(), token)
	server := &http.Server{Handler: limitRoutes(v, pool), ReadHeaderTimeout: 5 * time.Second}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	if err := server.Serve(listener); err != nil && ctx.Err() == nil {
		return err
	}
	return nil
}

func limitRoutes(v *tokenVerifier, pool *pgxpool.Pool) *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	verified := func(verify func(token string) error, next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if err := verify(strings.TrimPrefix(c.Request().Header.Get("Authorization"), "Bearer ")); err != nil {
				return err
			}
			return next(c)
		}
	}
	empty := func(c echo.Context) error { return c.NoContent(http.StatusOK) }
	row := func(c echo.Context) error {
		var name string
		if err := pool.QueryRow(c.Request().Context(), `SELECT name FROM limits WHERE id = $1`, limitRow).Scan(&name); err != nil {
			return err
		}
		return c.String(http.StatusOK, name)
	}
	e.GET("/bare", empty)
	e.GET("/verify", verified(v.verify, empty))
	e.GET("/select", verified(v.verify, row))
	e.GET("/cached", verified(v.verifyCached, row))
	return e
}

// tokenVerifier verifies tokens with a key and caches which ones it has verified.
type tokenVerifier struct {
	key   ed25519.PublicKey
	cache sync.Map // from the SHA-256 of a token to the time when the token expires
}

// newTokenVerifier also returns a token that the verifier accepts.
func newTokenVerifier() (*tokenVerifier, []byte, error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	claims, err := jwt.NewBuilder().Subject("ada").Expiration(time.Now().Add(time.Hour)).Build()
	if err != nil {
		return nil, nil, err
	}
	token, err := jwt.Sign(claims, jwt.WithKey(jwa.EdDSA, private))
	return &tokenVerifier{key: public}, token, err
}

func (v *tokenVerifier) verify(token string) error {
	_, err := jwt.Parse([]byte(token), jwt.WithKey(jwa.EdDSA, v.key))
	return err
}

func (v *tokenVerifier) verifyCached(token string) error {
	digest := sha256.Sum256([]byte(token))
	if expiry, ok := v.cache.Load(digest); ok && time.Now().Before(expiry.(time.Time)) {
		return nil
	}
	parsed, err := jwt.Parse([]byte(token), jwt.WithKey(jwa.EdDSA, v.key))
	if err != nil {
		return err
	}
	v.cache.Store(digest, parsed.Expiration())
	return nil
}
