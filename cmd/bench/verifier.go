package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"syscall"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres/pgtest/wireproxy"
)

const (
	refusals = 100 // logouts of a measurement
	// refusalGoal is the p99 from the 204 of a logout at one replica to the first 401 of a resource server that follows another.
	refusalGoal = 250 * time.Millisecond
	// pollingGoal is the same without notifications. Every request that is accepted later than this counts as a miss.
	pollingGoal = 1500 * time.Millisecond
	// maxStaleness is how long a verifier accepts tokens without a sign of life of the feed, by default.
	maxStaleness = 10 * time.Second
)

// measureVerifier measures how soon a resource server with the module verifier refuses a token after a logout at another replica than the
// one that it follows, and what the module's own benchmarks report.
func (t *testbed) measureVerifier(ctx context.Context, m *measurement) error {
	silent, err := wireproxy.Start(ctx, t.database.URL())
	if err != nil {
		return err
	}
	defer silent.Close()
	silent.DropNotifications()
	here, err := t.startVerifiableService(ctx)
	if err != nil {
		return err
	}
	defer here.stop()
	p, err := newUserPool(ctx, here, t.mail, setupClients)
	if err != nil {
		return err
	}
	if err := t.measureRefusals(ctx, m, p, "logout to 401", refusalGoal); err != nil {
		return err
	}
	direct := []string{"DATABASE_DIRECT_URL=" + silent.URL(), "DATABASE_PREPARED_STATEMENTS=on"}
	if err := t.measureRefusals(ctx, m, p, "logout to 401 without notifications", pollingGoal, direct...); err != nil {
		return err
	}
	if err := t.measureStoppedReplica(ctx, m, p); err != nil {
		return err
	}
	return m.addVerifierBenchmarks(ctx)
}

// startVerifiableService starts a replica whose tokens are valid for as long as verifiers expect by default.
func (t *testbed) startVerifiableService(ctx context.Context, settings ...string) (*service, error) {
	return t.startService(ctx, t.database.URL(), append(settings, "ACCESS_TOKEN_LIFETIME=5m")...)
}

// startFollowed starts a replica and a resource server that follows it.
func (t *testbed) startFollowed(ctx context.Context, settings ...string) (*service, *resourceServer, error) {
	replica, err := t.startVerifiableService(ctx, settings...)
	if err != nil {
		return nil, nil, err
	}
	r, err := startResourceServer(ctx, filepath.Dir(t.keyset), replica)
	if err != nil {
		replica.stop()
		return nil, nil, err
	}
	return replica, r, nil
}

// measureRefusals logs sessions of the pool out while a resource server follows another replica, which has the settings.
func (t *testbed) measureRefusals(
	ctx context.Context, m *measurement, p *userPool, name string, goal time.Duration, settings ...string,
) error {
	replica, r, err := t.startFollowed(ctx, settings...)
	if err != nil {
		return err
	}
	defer replica.stop()
	defer r.stop()
	tokens, err := p.newSessions(ctx, refusals+1)
	if err != nil {
		return err
	}
	live, revoked := tokens[0], &revokedTokens{at: r}
	for _, token := range tokens[1:] {
		if err := sleep(ctx, rand.N(goal)); err != nil { //nolint:gosec // spreads the logouts between two polls
			return err
		}
		if err := revoked.logOut(ctx, p, token); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if err := r.expect(http.StatusOK, live); err != nil {
		return fmt.Errorf("%s: a token of a session that is not revoked: %w", name, err)
	}
	m.addRevocationFacts(delayFacts(name, revoked.delays, goal)...)
	m.addRevocationFacts(fact{
		fmt.Sprintf("%s, requests accepted %v after the logout", name, pollingGoal),
		fmt.Sprintf("%d of %d", revoked.accepted, revoked.late), "0", revoked.accepted > 0,
	})
	return nil
}

// revokedTokens are tokens whose sessions were logged out, and how a resource server responded to them.
type revokedTokens struct {
	at             *resourceServer
	tokens         []string
	ends           []time.Time     // of the sessions: when the client received the 204
	delays         []time.Duration // from then to the first 401
	late, accepted int             // requests later than pollingGoal after the end, and those of them that were accepted
}

// logOut logs a session out, waits until the resource server refuses its token, and tries all tokens of sessions that ended earlier.
func (t *revokedTokens) logOut(ctx context.Context, p *userPool, token string) error {
	if err := t.at.expect(http.StatusOK, token); err != nil {
		return err
	}
	if err := p.service.conns[0].expect(http.StatusNoContent, logout(token), nil); err != nil {
		return err
	}
	end := time.Now()
	delay, err := t.at.await(ctx, token, http.StatusOK, http.StatusUnauthorized)
	if err != nil {
		return err
	}
	if delay > pollingGoal {
		t.late, t.accepted = t.late+1, t.accepted+1
	}
	t.tokens, t.ends, t.delays = append(t.tokens, token), append(t.ends, end), append(t.delays, delay)
	return t.tryLate()
}

// tryLate sends a request with each token whose session ended longer ago than pollingGoal.
func (t *revokedTokens) tryLate() error {
	for i, token := range t.tokens {
		if time.Since(t.ends[i]) <= pollingGoal {
			continue
		}
		status, err := t.at.status(token)
		if err != nil {
			return err
		}
		t.late++
		if status == http.StatusOK {
			t.accepted++
		}
	}
	return nil
}

// measureStoppedReplica measures how long a resource server accepts the token of a revoked session while the replica that it follows
// is stopped and its connections stay open. Then it checks that the token is refused when the replica continues.
func (t *testbed) measureStoppedReplica(ctx context.Context, m *measurement, p *userPool) error {
	replica, r, err := t.startFollowed(ctx)
	if err != nil {
		return err
	}
	defer replica.stop()
	defer r.stop()
	tokens, err := p.newSessions(ctx, 1)
	if err != nil {
		return err
	}
	if err := replica.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	defer func() { _ = replica.cmd.Process.Signal(syscall.SIGCONT) }()
	if err := p.service.conns[0].expect(http.StatusNoContent, logout(tokens[0]), nil); err != nil {
		return err
	}
	delay, err := r.await(ctx, tokens[0], http.StatusOK, http.StatusServiceUnavailable)
	if err != nil {
		return err
	}
	m.addRevocationFacts(fact{
		"logout to 503 while the replica is stopped", round(delay).String(), "below " + maxStaleness.String(), delay >= maxStaleness,
	})
	if err := replica.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		return err
	}
	_, err = r.await(ctx, tokens[0], http.StatusServiceUnavailable, http.StatusUnauthorized)
	return err
}

// newSessions returns the access tokens of n new sessions.
func (p *userPool) newSessions(ctx context.Context, n int) ([]string, error) {
	p.revocable = nil
	err := p.createSessions(ctx, n)
	return p.revocable, err
}
