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

// limitServer is a process that does what no service that does the same can be faster at.
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
	p, err := start(ctx, nil, self, "limits", databaseURL)
	if err != nil {
		return nil, err
	}
	s := &limitServer{process: p}
	var address string
	if _, err := fmt.Sscan(p.line, &address, &s.token); err != nil {
		p.stop()
		return nil, err
	}
	s.conns = dialLater(address, mostConns)
	return s, nil
}

// serveLimits is that process: /bare answers, /verify checks a token's signature, /select asks the database by primary key as
// well, and /cached does so for a token that it has verified before.
func serveLimits(ctx context.Context, databaseURL string) error {
	pool, err := pgxpool.New(ctx, databaseURL)
	if err != nil {
		return err
	}
	defer pool.Close()
	if _, err := pool.Exec(ctx, `CREATE TABLE limits (id uuid PRIMARY KEY, name text); INSERT INTO limits VALUES ('`+limitRow+`', 'Ada')`); err != nil {
		return err
	}
	v, token, err := newVerifier()
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

func limitRoutes(v *verifier, pool *pgxpool.Pool) *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	after := func(verify func(token string) error, then echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if err := verify(strings.TrimPrefix(c.Request().Header.Get("Authorization"), "Bearer ")); err != nil {
				return err
			}
			return then(c)
		}
	}
	done := func(c echo.Context) error { return c.NoContent(http.StatusOK) }
	row := func(c echo.Context) error {
		var name string
		if err := pool.QueryRow(c.Request().Context(), `SELECT name FROM limits WHERE id = $1`, limitRow).Scan(&name); err != nil {
			return err
		}
		return c.String(http.StatusOK, name)
	}
	e.GET("/bare", done)
	e.GET("/verify", after(v.verify, done))
	e.GET("/select", after(v.verify, row))
	e.GET("/cached", after(v.verifyOnce, row))
	return e
}

// verifier checks tokens by their signature, or has done so.
type verifier struct {
	key   ed25519.PublicKey
	known sync.Map // from a token's SHA-256 to its end
}

// newVerifier also returns a token that it accepts.
func newVerifier() (*verifier, []byte, error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	claims, err := jwt.NewBuilder().Subject("ada").Expiration(time.Now().Add(time.Hour)).Build()
	if err != nil {
		return nil, nil, err
	}
	token, err := jwt.Sign(claims, jwt.WithKey(jwa.EdDSA, private))
	return &verifier{key: public}, token, err
}

func (v *verifier) verify(token string) error {
	_, err := jwt.Parse([]byte(token), jwt.WithKey(jwa.EdDSA, v.key))
	return err
}

func (v *verifier) verifyOnce(token string) error {
	digest := sha256.Sum256([]byte(token))
	if end, ok := v.known.Load(digest); ok && time.Now().Before(end.(time.Time)) {
		return nil
	}
	parsed, err := jwt.Parse([]byte(token), jwt.WithKey(jwa.EdDSA, v.key))
	if err != nil {
		return err
	}
	v.known.Store(digest, parsed.Expiration())
	return nil
}
