package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"
)

// clientAt sends requests from an address of 127.0.0.0/8: on Linux all of them are local.
func clientAt(source string) *http.Client {
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(source)}}
	return &http.Client{Timeout: waitLimit, Transport: &http.Transport{DialContext: dialer.DialContext, MaxIdleConnsPerHost: 100}}
}

// loginStatus sends a login and returns the status, 0 if there was no response before ctx ended.
func (s *service) loginStatus(ctx context.Context, from *http.Client, body any) int {
	encoded, err := json.Marshal(body)
	if err != nil {
		return 0
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+"/login", bytes.NewReader(encoded))
	if err != nil {
		return 0
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := from.Do(req)
	if err != nil {
		return 0
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

// One network floods the queue with clients that wait or hang up, and one account with its right password. Clients of other networks
// and known devices get their turn all the same.
func TestAFloodOfHashesLeavesOthersTheirTurn(t *testing.T) {
	t.Parallel()
	s := start(t, "HASH_CONCURRENCY=1", "HASH_QUEUE=16", "ARGON2_MEMORY_KIB=16384")
	device := s.user(t, "ada@example.com").DeviceToken
	s.user(t, "thief@example.com")
	ctx, stop := context.WithCancel(t.Context())
	var attackers sync.WaitGroup
	defer attackers.Wait()
	defer stop()
	network := clientAt("127.1.0.1")
	flood := func(clients int, next func(i int) (context.Context, context.CancelFunc, any)) {
		for client := range clients {
			attackers.Go(func() {
				for i := client; ctx.Err() == nil; i += clients {
					request, cancel, body := next(i)
					s.loginStatus(request, network, body)
					cancel()
				}
			})
		}
	}
	flood(50, func(i int) (context.Context, context.CancelFunc, any) {
		request, cancel := context.WithCancel(ctx)
		return request, cancel, loginOf(fmt.Sprintf("waits%d@example.com", i), wrongPassword)
	})
	flood(50, func(i int) (context.Context, context.CancelFunc, any) {
		request, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
		return request, cancel, loginOf(fmt.Sprintf("hangs-up%d@example.com", i), wrongPassword)
	})
	flood(8, func(int) (context.Context, context.CancelFunc, any) {
		request, cancel := context.WithCancel(ctx)
		return request, cancel, loginOf("thief@example.com", goodPassword)
	})
	for name, victim := range map[string]struct {
		source string
		body   any
	}{
		"a known device":              {"127.1.0.2", m{"email": "ada@example.com", "password": goodPassword, "device_token": device}},
		"a client in another network": {"127.2.0.1", loginOf("ada@example.com", goodPassword)},
	} {
		from := clientAt(victim.source)
		for n := range 9 {
			if status := s.loginStatus(t.Context(), from, victim.body); status != http.StatusOK {
				t.Errorf("%s, login %d: status %d", name, n+1, status)
			}
		}
	}
}

// Accounts cost an attacker nothing: any number of them in one network, each on a known device, has the turn of one network.
func TestManyAccountsOfOneNetworkLeaveKnownDevicesTheirTurn(t *testing.T) {
	t.Parallel()
	s := start(t, "HASH_CONCURRENCY=1", "HASH_QUEUE=16", "ARGON2_MEMORY_KIB=16384", "MAIL_UNVERIFIED_PER_MINUTE=0")
	device := s.user(t, "ada@example.com").DeviceToken
	ctx, stop := context.WithCancel(t.Context())
	var attackers sync.WaitGroup
	defer attackers.Wait()
	defer stop()
	network := clientAt("127.1.0.1")
	for n := range 40 {
		email := fmt.Sprintf("attacker%d@example.com", n)
		own := s.user(t, email).DeviceToken
		attackers.Go(func() {
			for ctx.Err() == nil {
				s.loginStatus(ctx, network, m{"email": email, "password": goodPassword, "device_token": own})
			}
		})
	}
	from := clientAt("127.2.0.1")
	for n := range 9 {
		status := s.loginStatus(t.Context(), from, m{"email": "ada@example.com", "password": goodPassword, "device_token": device})
		if status != http.StatusOK {
			t.Errorf("login %d: status %d", n+1, status)
		}
	}
}
