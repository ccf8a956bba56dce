// Command bench measures the service beside the limits that the machine sets it, in one run, and writes the table to
// docs/performance.md:
//
//	make bench
//
// Everything runs on loopback: a PostgreSQL of its own with its ordinary durability, the service built as it is shipped,
// and a mail server that takes everything. Load and service share the cores, so only the ratios mean something. Each
// operation is measured right after the limit that it is compared with, since other work on the machine comes and goes.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres/embedded"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	if len(os.Args) == 3 && os.Args[1] == "limits" {
		err = serveLimits(ctx, os.Args[2])
	} else {
		err = bench(ctx)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...) //nolint:gosec // constants of this program
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	return cmd.Run()
}

// bench measures everything and writes the report.
func bench(ctx context.Context) (err error) {
	duration := flag.Duration("d", 3*time.Second, "how long each load lasts")
	report := flag.String("o", "docs/performance.md", "where the report goes")
	profiles := flag.String("profile", "", "folder for a CPU profile of the service under each load")
	flag.Parse()
	dir, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if *profiles != "" {
		if err := os.MkdirAll(*profiles, 0o750); err != nil {
			return err
		}
	}
	m := &measurement{d: *duration, begun: time.Now(), profiles: *profiles}
	w, err := newWorld(ctx, m, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	for _, measure := range []func(context.Context, *measurement) error{everyHash, w.costs, w.loads, w.flood} {
		if err := measure(ctx, m); err != nil {
			return err
		}
	}
	return m.writeReport(*report)
}

// world is what the service lives in while it is measured.
type world struct {
	binary, keyset string
	database       *embedded.Server
	mail           *mailSink
	// size is that of the program, in MiB.
	size float64
}

func newWorld(ctx context.Context, m *measurement, dir string) (w *world, err error) {
	w = &world{}
	m.say("building the service")
	if w.binary, w.size, err = build(ctx, dir); err != nil {
		return nil, err
	}
	if w.keyset, err = writeKeyset(dir); err != nil {
		return nil, err
	}
	if w.mail, err = startMailSink(ctx); err != nil {
		return nil, err
	}
	m.say("starting PostgreSQL")
	w.database, err = embedded.Start(ctx, embedded.Config{
		Settings: map[string]string{"max_connections": "200", "shared_buffers": "256MB"}, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start PostgreSQL: %w", err), w.mail.close())
	}
	return w, nil
}

func (w *world) close() error { return errors.Join(w.database.Stop(), w.mail.close()) }
