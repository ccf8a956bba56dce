package postgres_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

func TestStoppedServerIsBusyAndComesBack(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	proxy := startProxy(t, database)
	s, u := openAt(t, proxy.url(), memory.NewSealer()), person(1)
	add(t, s, u)

	proxy.block() // the pool's idle connection is now broken
	for range 2 {
		for name, err := range everyCall(context.Background(), s) {
			t.Run(name, func(t *testing.T) { wantUnavailable(t, err) })
		}
	}
	proxy.open(t)
	if got := byID(t, s, u.ID); got.ID != u.ID {
		t.Errorf("after the outage: %+v", got)
	}
}

func TestServerThatFailsInATransactionIsBusy(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	proxy := startProxy(t, database)
	s, u := openAt(t, proxy.url(), memory.NewSealer()), person(1)
	add(t, s, u)
	for name, fail := range map[string]func(){
		"connections cut": proxy.block,
		"backend terminated": func() {
			exec(t, connect(t, database), `
				SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			proxy.open(t)
			err := s.InTx(context.Background(), func(ctx context.Context, r ports.Repos) error {
				if err := r.Accounts.Activate(ctx, u.ID, domain.EmailIndexes{u.EmailIndex}, start); err != nil {
					return err
				}
				fail()
				_, err := r.Accounts.FindByID(ctx, u.ID)
				return err
			})
			wantMeaning(t, err, domain.ErrBusy)
			// The server fails before the commit.
			proxy.open(t)
			err = s.InTx(context.Background(), func(ctx context.Context, r ports.Repos) error {
				err := r.Accounts.Activate(ctx, u.ID, domain.EmailIndexes{u.EmailIndex}, start)
				fail()
				return err
			})
			wantUnavailable(t, err)
			proxy.open(t)
			if byID(t, s, u.ID).IsVerified() {
				t.Error("the failed transaction took effect")
			}
		})
	}
}

// proxy forwards connections to the server until it is blocked.
type proxy struct {
	server *pgx.ConnConfig

	mu       sync.Mutex
	listener net.Listener
	address  string
	conns    []net.Conn
	silent   bool
}

func startProxy(t *testing.T, database string) *proxy {
	t.Helper()
	server, err := pgx.ParseConfig(database)
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{server: server, address: "127.0.0.1:0"}
	p.open(t)
	t.Cleanup(p.block)
	return p
}

// url is the URL of the database through the proxy.
func (p *proxy) url() string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(p.server.User, p.server.Password),
		Host: p.address, Path: "/" + p.server.Database, RawQuery: "sslmode=prefer",
	}
	return u.String()
}

// open forwards connections, at the same address each time. If it is open already, nothing changes.
func (p *proxy) open(t *testing.T) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listener != nil {
		return
	}
	listener, err := net.Listen("tcp", p.address)
	if err != nil {
		t.Fatal(err)
	}
	p.listener, p.address = listener, listener.Addr().String()
	go p.serve(listener)
}

// block cuts all connections and refuses new ones, as a stopped server does.
func (p *proxy) block() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listener == nil {
		return
	}
	p.listener.Close()
	p.listener = nil
	for _, conn := range p.conns {
		conn.Close()
	}
	p.conns = nil
}

func (p *proxy) serve(listener net.Listener) {
	for {
		client, err := listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil {
			go p.forward(client)
		}
	}
}

func (p *proxy) forward(client net.Conn) {
	defer client.Close()
	network, address := pgconn.NetworkAddress(p.server.Host, p.server.Port)
	server, err := net.Dial(network, address)
	if err != nil {
		return
	}
	defer server.Close()
	p.mu.Lock()
	blocked := p.listener == nil
	p.conns = append(p.conns, client, server)
	p.mu.Unlock()
	if blocked {
		return
	}
	go func() {
		defer client.Close()
		_, _ = io.Copy(responses{client, p}, server)
	}()
	_, _ = io.Copy(server, client)
}

// silence drops the responses of the server until on is false: its host looks as if it hangs.
func (p *proxy) silence(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.silent = on
}

// responses are those to a client.
type responses struct {
	client net.Conn
	proxy  *proxy
}

func (r responses) Write(b []byte) (int, error) {
	r.proxy.mu.Lock()
	silent := r.proxy.silent
	r.proxy.mu.Unlock()
	if silent {
		return len(b), nil
	}
	return r.client.Write(b)
}
