package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/http/httputil"
	"net/url"
	"sync"
	"syscall"
	"testing"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports/porttest/await"
)

// balancer is a proxy that keeps its connections to the replicas open, and sends requests only to those that are ready.
type balancer struct {
	*service
	mu       sync.Mutex
	replicas map[string]bool // whether a replica was ready when it was last asked, by its URL
}

func startBalancer(t *testing.T) *balancer {
	t.Helper()
	b := &balancer{replicas: map[string]bool{}}
	transport := &http.Transport{MaxIdleConnsPerHost: 16}
	server := httptest.NewServer(&httputil.ReverseProxy{
		Transport: transport,
		Rewrite: func(r *httputil.ProxyRequest) {
			target, err := url.Parse(b.choose())
			if err != nil {
				t.Error(err)
			}
			r.SetURL(target)
		},
	})
	t.Cleanup(func() {
		server.Close()
		transport.CloseIdleConnections()
	})
	b.service = &service{url: server.URL, contract: loadContract(t)}
	return b
}

func (b *balancer) choose() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	for replica, isReady := range b.replicas {
		if isReady {
			return replica
		}
	}
	return "http://no-replica-is-ready"
}

// ask asks a replica whether it is ready, and returns its status.
func (b *balancer) ask(t *testing.T, r *replica) int {
	t.Helper()
	got := r.get(t, "", "/readyz")
	b.mu.Lock()
	defer b.mu.Unlock()
	b.replicas[r.url] = got.status == http.StatusOK
	return got.status
}

// ordersSecret is a credential that production accepts.
const ordersSecret = "e1a4b7c2d9f0a3b6c5d8e7f1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d7e8f9a0b1"

// Each replica is replaced by a new one while clients send requests that nothing repeats.
func TestARollingRestartFailsNoRequest(t *testing.T) {
	t.Parallel()
	all, proxy := newFleet(t, "SHUTDOWN_DELAY=5m"), startBalancer(t)
	running := []*replica{all.start(t), all.start(t)}
	for _, r := range running {
		proxy.ask(t, r)
	}
	clients := newLoad(t)
	for range 8 {
		clients.run(t, "refresh", func(int) error {
			r := request{method: http.MethodPost, path: "/token/refresh", body: m{"refresh_token": "unknown"}}
			_, err := expect(http.StatusUnauthorized)(proxy.try(r))
			return err
		})
	}
	for _, old := range running {
		clients.pass(t)
		proxy.ask(t, all.start(t))
		old.signal(t, syscall.SIGTERM)
		clients.pass(t) // the proxy does not know yet
		eventually(t, "the end of readiness", func() bool { return proxy.ask(t, old) == http.StatusServiceUnavailable })
		clients.pass(t)
		old.signal(t, syscall.SIGTERM) // ends the delay
		if err := old.wait(); err != nil {
			t.Errorf("the replica ended with %v:\n%s", err, old.log)
		}
	}
	clients.pass(t)
	clients.wait()
}

// During the delay, a replica is alive, serves requests and keeps its streams.
func TestAReplicaServesOnDuringTheShutdownDelay(t *testing.T) {
	t.Parallel()
	orders, err := domain.NewServiceCredential("orders", ordersSecret)
	if err != nil {
		t.Fatal(err)
	}
	r := newFleet(t, "SHUTDOWN_DELAY=5m", "SERVICE_CREDENTIALS="+orders.String()).start(t)
	open := r.listenAs(t, basicAuth("orders", ordersSecret), "")
	r.signal(t, syscall.SIGTERM)
	eventually(t, "the end of readiness", func() bool {
		got, err := r.try(request{method: http.MethodGet, path: "/readyz"})
		return err == nil && got.status == http.StatusServiceUnavailable
	})
	r.get(t, "", "/livez").want(t, http.StatusOK)
	r.post(t, "/token/refresh", m{"refresh_token": "unknown"}).want(t, http.StatusUnauthorized)
	const session = "0198c0de-0000-7000-8000-000000000001"
	r.exec(t, `INSERT INTO revocations (session_id, user_id, revoked_at) VALUES ('`+session+`', gen_random_uuid(), now())`)
	open.waitFor(t, session)

	r.signal(t, syscall.SIGINT) // ends the delay
	open.wantEnd(t)
	if err := r.wait(); err != nil {
		t.Errorf("the replica ended with %v:\n%s", err, r.log)
	}
}

// An idle connection still serves one request, which may be on its way. Its response moves the client to another connection.
func TestClientsMoveToOtherConnections(t *testing.T) {
	t.Parallel()
	for _, version := range []int{1, 2} {
		t.Run(fmt.Sprintf("HTTP/%d", version), func(t *testing.T) {
			t.Parallel()
			var end shutdown
			server := httptest.NewUnstartedServer(end.moveClients(http.NotFoundHandler()))
			server.EnableHTTP2 = version == 2
			server.StartTLS()
			t.Cleanup(server.Close)
			if isReused(t, server) || !isReused(t, server) {
				t.Fatal("the connection is not kept")
			}
			end.begun.Store(true)
			if !isReused(t, server) {
				t.Error("the idle connection was closed")
			}
			await.Until(t, "another connection", func() bool { return !isReused(t, server) })
		})
	}
}

// isReused sends a request and reports whether it used the connection of an earlier one.
func isReused(t *testing.T, server *httptest.Server) (reused bool) {
	t.Helper()
	ctx := httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) { reused = info.Reused },
	})
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := server.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil { // otherwise the client does not keep the connection
		t.Fatal(err)
	}
	return reused
}
