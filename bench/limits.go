package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/labstack/echo/v4"
	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwt"

	"github.com/siriusys/user-management-service/adapters/passwordhash/argon2id"
)

// rawHashes is how many Argon2id hashes a second all cores make, with the service's parameters and nothing else.
func rawHashes(ctx context.Context, name string, i argon2id.Implementation, d time.Duration) (result, error) {
	salt := make([]byte, 16)
	memories := make([]*argon2id.Memory, runtime.NumCPU())
	for w := range memories {
		memories[w] = argon2id.NewMemory(i, 19456)
	}
	return load(ctx, name, len(memories), d, func(worker, _ int) error {
		memories[worker].Key([]byte(password), salt, 2, 19456, 1, 32)
		return nil
	})
}

// serveLimits is a server of what nothing that does the same can be faster than: /bare answers, /verify checks a token, /select asks the database by primary key as well.
func serveLimits(ctx context.Context, databaseURL string) error {
	pool, err := pgxpool.New(ctx, databaseURL)
	if err != nil {
		return err
	}
	defer pool.Close()
	if _, err := pool.Exec(ctx, `CREATE TABLE limits (id uuid PRIMARY KEY, name text); INSERT INTO limits VALUES ('00000000-0000-0000-0000-000000000001', 'Ada')`); err != nil {
		return err
	}
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	claims, err := jwt.NewBuilder().Subject("ada").Expiration(time.Now().Add(time.Hour)).Build()
	if err != nil {
		return err
	}
	token, err := jwt.Sign(claims, jwt.WithKey(jwa.EdDSA, private))
	if err != nil {
		return err
	}
	verify := func(c echo.Context) error {
		_, err := jwt.Parse([]byte(strings.TrimPrefix(c.Request().Header.Get("Authorization"), "Bearer ")), jwt.WithKey(jwa.EdDSA, public))
		return err
	}
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.GET("/bare", func(c echo.Context) error { return c.NoContent(http.StatusOK) })
	e.GET("/verify", func(c echo.Context) error {
		if err := verify(c); err != nil {
			return err
		}
		return c.NoContent(http.StatusOK)
	})
	e.GET("/select", func(c echo.Context) error {
		if err := verify(c); err != nil {
			return err
		}
		var name string
		if err := pool.QueryRow(c.Request().Context(), `SELECT name FROM limits WHERE id = $1`, "00000000-0000-0000-0000-000000000001").Scan(&name); err != nil {
			return err
		}
		return c.String(http.StatusOK, name)
	})
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stdout, "http://%s %s\n", listener.Addr(), token)
	server := &http.Server{Handler: e, ReadHeaderTimeout: 5 * time.Second}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	if err := server.Serve(listener); err != nil && ctx.Err() == nil {
		return err
	}
	return nil
}

var tps = regexp.MustCompile(`tps = ([\d.]+)`)
var latency = regexp.MustCompile(`latency average = ([\d.]+) ms`)

// pgbench runs a script of PostgreSQL's own benchmark with prepared statements.
func pgbench(ctx context.Context, name, binary, databaseURL, script string, conns int, d time.Duration) (result, error) {
	file, err := os.CreateTemp("", "pgbench-*.sql")
	if err != nil {
		return result{}, err
	}
	defer func() { _ = os.Remove(file.Name()) }()
	if _, err := file.WriteString(script); err != nil {
		return result{}, err
	}
	_ = file.Close()
	seconds := strconv.Itoa(max(int(d.Seconds()), 1))
	out, err := exec.CommandContext(ctx, binary, "-n", "-M", "prepared", "-c", strconv.Itoa(conns), "-j", strconv.Itoa(runtime.NumCPU()), "-T", seconds, "-f", file.Name(), databaseURL).CombinedOutput() //nolint:gosec // the operator's own
	if err != nil {
		return result{}, fmt.Errorf("pgbench: %w: %s", err, out)
	}
	rate, average := tps.FindSubmatch(out), latency.FindSubmatch(out)
	if rate == nil || average == nil {
		return result{}, fmt.Errorf("pgbench said: %s", out)
	}
	r := result{name: name, conns: conns}
	r.rate, _ = strconv.ParseFloat(string(rate[1]), 64)
	ms, _ := strconv.ParseFloat(string(average[1]), 64)
	r.p50 = time.Duration(ms * float64(time.Millisecond))
	return r, nil
}
