// Package embedded runs a private PostgreSQL from local binaries, for the dev command and for tests without
// containers. The server ends with the process that started it, however that process ends.
//
// It listens on 127.0.0.1 only, on a free port of its own at each start, and admits nobody without its random password.
package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	// startDeadline bounds the wait for the first connection; crash recovery of a large database takes seconds.
	startDeadline = 60 * time.Second
	readyInterval = 5 * time.Millisecond
	// portAttempts covers the case that somebody takes the free port before Postgres does.
	portAttempts = 5

	superuser = "postgres"
	database  = "postgres"
)

// Config says what to start.
type Config struct {
	// Dir is the folder of the server's files; it is made when missing and belongs to this package alone. Data in it
	// survive restarts. Empty means a throwaway server: its files are removed when it stops.
	Dir string
	// Settings are server settings by name, such as "max_connections": "300".
	Settings map[string]string
	// Logger may be nil.
	Logger *slog.Logger
}

// Server is a running PostgreSQL.
type Server struct {
	home    home
	process *process
	port    int
	secret  string
}

// Start starts the server and waits until it answers. The first start in a folder also makes the database files.
//
// ErrInUse means that another live process runs a server in the same folder. A server that a killed process left
// running is stopped first. As root the server runs as the user "postgres" or else "nobody"; where that user cannot
// reach Dir, the database files lie under /var/lib and Dir keeps only a note of where.
func Start(ctx context.Context, config Config) (*Server, error) {
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	account, err := serverAccount()
	if err != nil {
		return nil, err
	}
	home, err := openHome(config.Dir, account, config.Logger)
	if err != nil {
		return nil, err
	}
	server, err := startIn(ctx, home, config)
	if err != nil {
		return nil, errors.Join(err, home.release())
	}
	config.Logger.InfoContext(ctx, "private postgres started", "port", server.port, "data", home.data())
	return server, nil
}

func startIn(ctx context.Context, home home, config Config) (*Server, error) {
	if err := home.stopLeftover(ctx, config.Logger); err != nil {
		return nil, err
	}
	major, err := home.dataVersion()
	if err != nil {
		return nil, err
	}
	binaries, err := findBinaries(ctx, home.account, major, config.Logger)
	if err != nil {
		return nil, err
	}
	if major != 0 && major != binaries.major {
		return nil, fmt.Errorf("the data in %s were made by PostgreSQL %d, but the binaries found are PostgreSQL %d (%s): "+
			"install PostgreSQL %d, or delete the folder %s and lose its data",
			home.data(), major, binaries.major, binaries.dir, major, home.dir)
	}
	if major == 0 {
		config.Logger.InfoContext(ctx, "making a private postgres", "binaries", binaries.dir, "data", home.data())
		if err := initCluster(ctx, home, binaries); err != nil {
			return nil, err
		}
	}
	secret, err := home.password()
	if err != nil {
		return nil, err
	}
	return launch(ctx, &Server{home: home, secret: secret}, binaries, config.Settings)
}

// launch tries free ports until Postgres could take one.
func launch(ctx context.Context, server *Server, binaries binaries, settings map[string]string) (*Server, error) {
	for attempt := 1; ; attempt++ {
		port, err := freePort()
		if err != nil {
			return nil, err
		}
		server.port = port
		server.process, err = startProcess(server.home, binaries, port, settings)
		if err != nil {
			return nil, err
		}
		err = server.waitReady(ctx)
		if err == nil {
			return server, nil
		}
		tail := server.home.logTail()
		err = errors.Join(err, server.process.stop())
		if attempt < portAttempts && strings.Contains(tail, "could not bind") {
			continue
		}
		return nil, fmt.Errorf("%w\nthe end of the server's log:\n%s", err, tail)
	}
}

// waitReady returns once a login succeeds.
func (s *Server) waitReady(ctx context.Context) error {
	config, err := pgx.ParseConfig(s.URL())
	if err != nil {
		return fmt.Errorf("connect to postgres: %w", err)
	}
	// Should another program have taken the port, it does not learn the password.
	config.RequireAuth = "scram-sha-256"
	ctx, cancel := context.WithTimeout(ctx, startDeadline)
	defer cancel()
	ticker := time.NewTicker(readyInterval)
	defer ticker.Stop()
	for {
		conn, err := pgx.ConnectConfig(ctx, config)
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-s.process.exited:
			return errors.New("postgres ended while starting")
		case <-ctx.Done():
			return fmt.Errorf("wait for postgres to accept a login: %w (last answer: %w)", ctx.Err(), err)
		case <-ticker.C:
		}
	}
}

// URL is the address of the server's database "postgres" with the superuser's name and password in it.
func (s *Server) URL() string {
	address := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(superuser, s.secret),
		Host:     net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)),
		Path:     "/" + database,
		RawQuery: "sslmode=disable",
	}
	return address.String()
}

// Stop shuts the server down, ending its sessions, and returns when it has ended. A throwaway server's files are
// removed. Calling it again does nothing.
func (s *Server) Stop() error {
	return errors.Join(s.process.stop(), s.home.release())
}

// Exited is closed when the server has ended, by Stop or by itself.
func (s *Server) Exited() <-chan struct{} { return s.process.exited }

func freePort() (int, error) {
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp4", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

func tailOf(path string, limit int64) string {
	file, err := os.Open(path)
	if err != nil {
		return err.Error()
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err.Error()
	}
	text := make([]byte, min(limit, info.Size()))
	if _, err := file.ReadAt(text, info.Size()-int64(len(text))); err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(text))
}
