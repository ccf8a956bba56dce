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

// options are the command's flags.
type options struct {
	d                       time.Duration
	scale                   bool
	report, sizes, profiles string
}

func readOptions() (o options) {
	flag.DurationVar(&o.d, "d", 5*time.Second, "how long each load lasts")
	flag.StringVar(&o.profiles, "profile", "", "folder for a CPU profile of the service under each load")
	flag.BoolVar(&o.scale, "scale", false, "measure how costs grow with the number of users instead")
	flag.StringVar(&o.sizes, "sizes", "1000,1000000,10000000", "numbers of users for -scale")
	flag.StringVar(&o.report, "o", "", "where the report goes (default docs/performance.md, with -scale docs/performance-scale.md)")
	flag.Parse()
	if o.report == "" {
		o.report = "docs/performance.md"
		if o.scale {
			o.report = "docs/performance-scale.md"
		}
	}
	return o
}

// bench measures everything and writes the report.
func bench(ctx context.Context) (err error) {
	o := readOptions()
	dir, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	m := &measurement{d: o.d, begun: time.Now(), profiles: o.profiles}
	if o.scale {
		sizes, err := parseSizes(o.sizes)
		if err != nil {
			return err
		}
		m.profiles = ""
		return scale(ctx, m, dir, sizes, o.report)
	}
	if o.profiles != "" {
		if err := os.MkdirAll(o.profiles, 0o750); err != nil {
			return err
		}
	}
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
	return m.writeReport(o.report)
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
	if err := w.prepare(ctx, m, dir); err != nil {
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

// prepare makes all but the database.
func (w *world) prepare(ctx context.Context, m *measurement, dir string) (err error) {
	m.say("building the service")
	if w.binary, w.size, err = build(ctx, dir); err != nil {
		return err
	}
	if w.keyset, err = writeKeyset(dir); err != nil {
		return err
	}
	w.mail, err = startMailSink(ctx)
	return err
}

func (w *world) close() error { return errors.Join(w.database.Stop(), w.mail.close()) }
