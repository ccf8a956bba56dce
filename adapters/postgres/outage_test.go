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
	road := openRoad(t, database)
	s, u := openAt(t, road.url(), memory.NewSealer()), person(1)
	add(t, s, u)

	road.block() // the pool has an idle connection, which is now dead
	for range 2 {
		for name, err := range everyCall(context.Background(), s) {
			t.Run(name, func(t *testing.T) { wantMeaning(t, err, domain.ErrBusy) })
		}
	}
	road.open(t)
	if got := byID(t, s, u.ID); got.ID != u.ID {
		t.Errorf("after the outage: %+v", got)
	}
}

func TestServerThatIsLostInATransactionIsBusy(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	road := openRoad(t, database)
	s, u := openAt(t, road.url(), memory.NewSealer()), person(1)
	add(t, s, u)
	for name, lose := range map[string]func(){
		"connections cut": road.block,
		"server told to end": func() {
			exec(t, connect(t, database), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			road.open(t)
			err := s.InTx(context.Background(), func(ctx context.Context, r ports.Repos) error {
				if err := r.Accounts.Activate(ctx, u.ID, domain.EmailIndexes{u.EmailIndex}, start); err != nil {
					return err
				}
				lose()
				_, err := r.Accounts.ByID(ctx, u.ID)
				return err
			})
			wantMeaning(t, err, domain.ErrBusy)
			// The same before the commit.
			road.open(t)
			err = s.InTx(context.Background(), func(ctx context.Context, r ports.Repos) error {
				err := r.Accounts.Activate(ctx, u.ID, domain.EmailIndexes{u.EmailIndex}, start)
				lose()
				return err
			})
			wantMeaning(t, err, domain.ErrBusy)
			road.open(t)
			if byID(t, s, u.ID).IsVerified() {
				t.Error("the lost transaction took effect")
			}
		})
	}
}

// road is the way to the server, which can be blocked.
type road struct {
	server *pgx.ConnConfig

	mu       sync.Mutex
	listener net.Listener
	address  string
	ways     []net.Conn
}

func openRoad(t *testing.T, database string) *road {
	t.Helper()
	server, err := pgx.ParseConfig(database)
	if err != nil {
		t.Fatal(err)
	}
	r := &road{server: server, address: "127.0.0.1:0"}
	r.open(t)
	t.Cleanup(r.block)
	return r
}

// url is the database's by way of the road.
func (r *road) url() string {
	return (&url.URL{Scheme: "postgres", User: url.UserPassword(r.server.User, r.server.Password), Host: r.address, Path: "/" + r.server.Database, RawQuery: "sslmode=prefer"}).String()
}

// open lets connections pass, at the same address each time. An open road stays as it is.
func (r *road) open(t *testing.T) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.listener != nil {
		return
	}
	listener, err := net.Listen("tcp", r.address)
	if err != nil {
		t.Fatal(err)
	}
	r.listener, r.address = listener, listener.Addr().String()
	go r.serve(listener)
}

// block cuts all connections and refuses new ones, as a server does that has stopped.
func (r *road) block() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.listener == nil {
		return
	}
	r.listener.Close()
	r.listener = nil
	for _, way := range r.ways {
		way.Close()
	}
	r.ways = nil
}

func (r *road) serve(listener net.Listener) {
	for {
		client, err := listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil {
			go r.pass(client)
		}
	}
}

func (r *road) pass(client net.Conn) {
	defer client.Close()
	network, address := pgconn.NetworkAddress(r.server.Host, r.server.Port)
	server, err := net.Dial(network, address)
	if err != nil {
		return
	}
	defer server.Close()
	r.mu.Lock()
	blocked := r.listener == nil
	r.ways = append(r.ways, client, server)
	r.mu.Unlock()
	if blocked {
		return
	}
	go func() {
		defer client.Close()
		_, _ = io.Copy(client, server)
	}()
	_, _ = io.Copy(server, client)
}
