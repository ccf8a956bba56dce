package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

const (
	feedLogouts   = 300
	feedFollowers = 2000
	feedGoal      = 250 * time.Millisecond // p99 from the 204 of a logout to the event
)

// measureFeed measures how soon a follower of one replica hears of a logout at another, alone and beside 1,999 others.
func (t *testbed) measureFeed(ctx context.Context, m *measurement) error {
	here, err := t.startService(ctx, t.database.URL())
	if err != nil {
		return err
	}
	defer here.stop()
	// All followers are one network here, which may hold an eighth of the connections.
	there, err := t.startService(ctx, t.database.URL(), "HTTP_MAX_CONNECTIONS=20000")
	if err != nil {
		return err
	}
	defer there.stop()
	p, err := newUserPool(ctx, here, t.mail, setupClients)
	if err != nil {
		return err
	}
	if err := p.createSessions(ctx, 2*feedLogouts); err != nil {
		return err
	}
	following, stop := context.WithCancel(ctx)
	defer stop()
	first, err := follow(following, there)
	if err != nil {
		return err
	}
	delays, err := p.logOutBeside(ctx, first, p.revocable[:feedLogouts])
	if err != nil {
		return err
	}
	m.addRevocationFacts(delayFacts("logout to event", delays, feedGoal)...)
	before := there.memory("VmRSS")
	for n := range feedFollowers - 1 {
		if _, err := follow(following, there); err != nil {
			return fmt.Errorf("follower %d: %w", n+2, err)
		}
	}
	memory := (there.memory("VmRSS") - before) * 1024 / (feedFollowers - 1)
	cpu := there.cpu()
	delays, err = p.logOutBeside(ctx, first, p.revocable[feedLogouts:])
	if err != nil {
		return err
	}
	m.addRevocationFacts(delayFacts("logout to event beside 1,999 other followers", delays, feedGoal)...)
	m.addRevocationFacts(
		fact{name: "memory of one of 2,000 followers", value: fmt.Sprintf("%.0f KiB", memory)},
		fact{
			name:  "processor of one event to 2,000 followers",
			value: fmt.Sprintf("%.1f ms", float64((there.cpu()-cpu).Microseconds())/1000/feedLogouts),
		},
	)
	return nil
}

// logOutBeside logs sessions out, one every 50 ms, and returns how long after each response the follower got the event.
func (p *userPool) logOutBeside(ctx context.Context, f *follower, access []string) ([]time.Duration, error) {
	var delays []time.Duration
	for _, token := range access {
		sid, err := sessionIDOf(token)
		if err != nil {
			return nil, err
		}
		if err := p.service.conns[0].expect(http.StatusNoContent, logout(token), nil); err != nil {
			return nil, err
		}
		loggedOut := time.Now()
		at, err := f.await(ctx, sid)
		if err != nil {
			return nil, err
		}
		delays = append(delays, max(at.Sub(loggedOut), 0))
		if err := sleep(ctx, 50*time.Millisecond); err != nil {
			return nil, err
		}
	}
	return delays, nil
}

func sessionIDOf(access string) (string, error) {
	parts := strings.Split(access, ".")
	var claims struct {
		SessionID string `json:"sid"`
	}
	if len(parts) != 3 {
		return "", errors.New("an access token is no JWT")
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return "", err
	}
	return claims.SessionID, json.Unmarshal(payload, &claims)
}

// follower reads a stream of revocations, and keeps when each session was in it.
type follower struct {
	mu      sync.Mutex
	heard   map[string]time.Time
	changed chan struct{}
}

// follow opens a stream, which ends with ctx.
func follow(ctx context.Context, s *service) (*follower, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.conns[0].address+"/revocations", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "text/event-stream")
	req.SetBasicAuth(clientID, clientSecret)
	resp, err := http.DefaultClient.Do(req) //nolint:bodyclose // the goroutine below closes it
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, errors.Join(fmt.Errorf("open a stream: %s", resp.Status), resp.Body.Close())
	}
	f := &follower{heard: map[string]time.Time{}, changed: make(chan struct{}, 1)}
	go func() {
		defer func() { _ = resp.Body.Close() }()
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			if _, after, found := strings.Cut(lines.Text(), `"sid":"`); found {
				sid, _, _ := strings.Cut(after, `"`)
				f.hear(sid)
			}
		}
	}()
	return f, nil
}

func (f *follower) hear(sid string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.heard[sid].IsZero() {
		f.heard[sid] = time.Now()
	}
	select {
	case f.changed <- struct{}{}:
	default:
	}
}

// await returns when the follower heard of a session.
func (f *follower) await(ctx context.Context, sid string) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, exchangeTimeout)
	defer cancel()
	for {
		f.mu.Lock()
		at := f.heard[sid]
		f.mu.Unlock()
		if !at.IsZero() {
			return at, nil
		}
		select {
		case <-f.changed:
		case <-ctx.Done():
			return time.Time{}, fmt.Errorf("wait for a revocation: %w", ctx.Err())
		}
	}
}
