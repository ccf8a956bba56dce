package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	refusals = 100 // logouts of a measurement
	// refusalGoal is the p99 from the 204 of a logout at one replica to the first 401 of a resource server that follows another.
	refusalGoal = 250 * time.Millisecond
	// pollingGoal is the same while the database closes each connection that listens.
	pollingGoal = 1500 * time.Millisecond
)

// measureVerifier measures the module verifier: how soon a resource server refuses a token after a logout at another replica than the
// one that it follows, and what its own benchmarks report.
func (t *testbed) measureVerifier(ctx context.Context, m *measurement) error {
	here, err := t.startService(ctx, t.database.URL(), "ACCESS_TOKEN_LIFETIME=5m")
	if err != nil {
		return err
	}
	defer here.stop()
	there, err := t.startService(ctx, t.database.URL(), "ACCESS_TOKEN_LIFETIME=5m")
	if err != nil {
		return err
	}
	defer there.stop()
	r, err := startResourceServer(ctx, filepath.Dir(t.keyset), there)
	if err != nil {
		return err
	}
	defer r.stop()
	p, err := newUserPool(ctx, here, t.mail, setupClients)
	if err != nil {
		return err
	}
	if err := p.createSessions(ctx, 2*refusals); err != nil {
		return err
	}
	delays, err := p.refusalsAt(ctx, r, p.revocable[:refusals])
	if err != nil {
		return err
	}
	m.addDelays("a logout at one replica to the 401 of a resource server that follows another", delays, refusalGoal)
	cut, stop := context.WithCancel(ctx)
	closed := t.closeListeners(cut)
	delays, err = p.refusalsAt(ctx, r, p.revocable[refusals:])
	stop()
	if err = errors.Join(err, <-closed); err != nil {
		return err
	}
	m.addDelays("the same while no connection can listen", delays, pollingGoal)
	if err := r.refuseAll(p.revocable); err != nil {
		return err
	}
	return m.addVerifierBenchmarks(ctx)
}

// resourceServer is the example of the module verifier.
type resourceServer struct {
	*process
	conn *conn
}

func startResourceServer(ctx context.Context, dir string, follows *service) (*resourceServer, error) {
	binary := filepath.Join(dir, "resource-server")
	if err := run(ctx, "go", "-C", "verifier", "build", "-o", binary, "./examples/resource-server"); err != nil {
		return nil, fmt.Errorf("build the resource server: %w", err)
	}
	address, _, err := freeAddresses(ctx)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, binary) //nolint:gosec // built above
	cmd.Env = append(os.Environ(), "USER_MANAGEMENT_URL=http://"+follows.conns[0].address, "ISSUER="+publicURL,
		"CLIENT_ID="+clientID, "CLIENT_SECRET="+clientSecret, "HTTP_ADDR="+address)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	r := &resourceServer{process: &process{cmd: cmd}, conn: &conn{address: address}}
	if err := waitReady(ctx, r.conn); err != nil {
		r.stop()
		return nil, err
	}
	return r, nil
}

// status is the status of a request with an access token.
func (r *resourceServer) status(access string) (int, error) {
	got, err := r.conn.exchange(request{method: http.MethodGet, path: "/orders", authorization: "Bearer " + access})
	return got.status, err
}

// refuseAll fails if a token of a session that was revoked is accepted.
func (r *resourceServer) refuseAll(access []string) error {
	for _, token := range access {
		if status, err := r.status(token); err != nil || status != http.StatusUnauthorized {
			return fmt.Errorf("a revoked token: status %d of the resource server, %w", status, err)
		}
	}
	return nil
}

// refusalsAt logs sessions out and returns how long after each response the resource server first refuses the token.
func (p *userPool) refusalsAt(ctx context.Context, r *resourceServer, access []string) ([]time.Duration, error) {
	var delays []time.Duration
	for _, token := range access {
		if status, err := r.status(token); err != nil || status != http.StatusOK {
			return nil, fmt.Errorf("a live token: status %d of the resource server, %w", status, err)
		}
		if err := p.service.conns[0].expect(http.StatusNoContent, logout(token), nil); err != nil {
			return nil, err
		}
		loggedOut := time.Now()
		for {
			status, err := r.status(token)
			if err != nil || ctx.Err() != nil {
				return nil, errors.Join(err, ctx.Err())
			}
			if status == http.StatusUnauthorized {
				break
			}
			if err := sleep(ctx, time.Millisecond); err != nil {
				return nil, err
			}
		}
		delays = append(delays, time.Since(loggedOut))
		if err := sleep(ctx, 50*time.Millisecond); err != nil {
			return nil, err
		}
	}
	return delays, nil
}

// closeListeners has the database close each connection that listens, until ctx ends. Then it sends the first error, or nil.
func (t *testbed) closeListeners(ctx context.Context) <-chan error {
	done := make(chan error, 1)
	go func() {
		conn, err := pgx.Connect(context.WithoutCancel(ctx), t.database.URL())
		for err == nil && ctx.Err() == nil {
			_, err = conn.Exec(context.WithoutCancel(ctx),
				"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN %' AND pid <> pg_backend_pid()")
			_ = sleep(ctx, 10*time.Millisecond)
		}
		if conn != nil {
			err = errors.Join(err, conn.Close(context.WithoutCancel(ctx)))
		}
		done <- err
	}()
	return done
}

// addDelays adds the p50 and the p99 of delays.
func (m *measurement) addDelays(name string, delays []time.Duration, goal time.Duration) {
	slices.Sort(delays)
	m.addFactf(name+", p50", "%s", round(quantile(delays, 0.5)))
	p99 := quantile(delays, 0.99)
	m.addFact(fact{name + ", p99", round(p99).String(), "below " + goal.String(), p99 >= goal})
}

// verifierBenchmark is a figure that a benchmark of the module reports.
type verifierBenchmark struct {
	module, benchmark, unit, name string
	goal                          float64
}

func verifierBenchmarks() []verifierBenchmark {
	return []verifierBenchmark{
		{"verifier", "BenchmarkKnownToken", "ns/op", "verification of a known token, 100,000 revocations", 1000},
		{"verifier/e2e", "BenchmarkUnknownToken", "verifier/jwx", "time of an unknown token, relative to jwx alone", 1.05},
		{"verifier", "BenchmarkMemory", "MB", "memory of the verifier with 8,192 known tokens", 20},
	}
}

// addVerifierBenchmarks runs the benchmarks of the module verifier, which this program cannot import.
func (m *measurement) addVerifierBenchmarks(ctx context.Context) error {
	for _, v := range verifierBenchmarks() {
		m.progress("%s of the module %s", v.benchmark, v.module)
		bench := "^" + v.benchmark + "$"
		out, err := exec.CommandContext(ctx, "go", "-C", v.module, "test", "-run", "^$", "-bench", bench, ".").Output() //nolint:gosec // constant
		if err != nil {
			return fmt.Errorf("run %s: %w\n%s", v.benchmark, err, out)
		}
		found := regexp.MustCompile(`([0-9.]+) ` + regexp.QuoteMeta(v.unit) + `\b`).FindSubmatch(out)
		if found == nil {
			return fmt.Errorf("%s reported no %s:\n%s", v.benchmark, v.unit, out)
		}
		value, err := strconv.ParseFloat(string(found[1]), 64)
		if err != nil {
			return err
		}
		unit := map[string]string{"ns/op": " ns", "MB": " MB"}[v.unit]
		m.addFact(fact{v.name, strconv.FormatFloat(value, 'f', -1, 64) + unit, fmt.Sprintf("below %v%s", v.goal, unit), value >= v.goal})
	}
	return nil
}
