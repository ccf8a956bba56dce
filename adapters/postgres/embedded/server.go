// Package embedded runs a private PostgreSQL server from local binaries: for the dev command, for the bench and for tests
// without containers. The server ends with the process that started it, also when that process is killed. It listens only on
// 127.0.0.1, on a free port that each start chooses, and requires its random password.
//
// Start works in this order; each step has a file:
//
//	account.go   choose the operating system user of the server, since PostgreSQL refuses to run as root
//	home.go      open the folder of the server; lock.go: lock it against other processes
//	outside.go   place the database files outside of the folder if that user cannot enter it; remove orphaned files there
//	leftover.go  stop a server that a killed process left running
//	binaries.go  find the PostgreSQL programs; fetch.go: download them where none are installed
//	cluster.go   create the database files with initdb at the first start
//	process.go   start the postmaster, and a watchdog that ends it when this process dies
//	server.go    try free ports and wait for the first login
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
	// portAttempts is for the case that another program binds the free port before PostgreSQL does.
	portAttempts = 5

	superuser = "postgres"
	database  = "postgres"
)

// Config says what to start.
type Config struct {
	// Dir is the folder of the server's files. Start creates it if it is missing, and only this package may use it. Its data
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

// Start starts the server and waits until a login succeeds. The first start in a folder also creates the database files.
//
// ErrInUse means that another live process runs a server in the same folder. A server that a killed process left
// running is stopped first. If this process is root, the server runs as the user "postgres", or as "nobody" if there is none;
// if that user cannot enter Dir, the database files are in a folder below /var/lib that a note in Dir names.
//
// Start unsets the PG* variables of this process, which are for other servers: the driver reads them for every connection, whatever
// its URL.
func Start(ctx context.Context, config Config) (*Server, error) {
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	if err := UnsetVariables(); err != nil {
		return nil, err
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
	config.Logger.InfoContext(ctx, "private PostgreSQL started", "port", server.port, "data", home.data())
	return server, nil
}

// UnsetVariables removes the PG* variables of this process: all that are or may become settings of a PostgreSQL client. A private
// server has a complete URL.
func UnsetVariables() error {
	for _, entry := range os.Environ() {
		if name, _, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "PG") {
			if err := os.Unsetenv(name); err != nil {
				return fmt.Errorf("unset the variable %s: %w", name, err)
			}
		}
	}
	return nil
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
		return nil, fmt.Errorf("PostgreSQL %[2]d created the data in %[1]s, but the binaries found are PostgreSQL %[3]d (%[4]s): "+
			"install PostgreSQL %[2]d, or delete the folder %[5]s and lose its data",
			home.data(), major, binaries.major, binaries.dir, home.dir)
	}
	if major == 0 {
		config.Logger.InfoContext(ctx, "initdb of a private PostgreSQL started", "binaries", binaries.dir, "data", home.data())
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

// launch tries free ports until PostgreSQL can bind one.
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
		return fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	// With SCRAM, another program that has bound the port does not learn the password.
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
			return errors.New("PostgreSQL exited while it started")
		case <-ctx.Done():
			return fmt.Errorf("wait for PostgreSQL to accept a login: %w (last error: %w)", ctx.Err(), err)
		case <-ticker.C:
		}
	}
}

// URL is the URL of the server's database "postgres", with the name and password of the superuser.
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

// Stop ends the server's sessions, shuts it down and returns when it has exited. It removes the files of a throwaway server.
// Further calls do nothing.
func (s *Server) Stop() error {
	return errors.Join(s.process.stop(), s.home.release())
}

// Exited is closed when the server has exited, after Stop or by itself.
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
