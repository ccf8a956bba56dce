// Command bench measures the service and the limits of the machine in one run, and writes a report to docs/performance.md:
//
//	make bench
//
// With -scale it measures how costs grow with the number of users, and writes to docs/performance-scale.md. With -storm it only runs
// the storm of attacks, prints its tables, and fails if too few operations of honest users succeed.
//
// Everything runs on loopback: a private PostgreSQL with ordinary durability, the service built as for a release, and a mail
// server that accepts every message. Load and service share the cores, so only the ratios are meaningful. The bench alternates
// between operations and the limits that they are compared with, because the load of other work on the machine changes.
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
	o := readOptions()
	do := func() error { return bench(ctx, o) }
	if o.limitsOf != "" {
		do = func() error { return serveLimits(ctx, o.limitsOf) }
	}
	if err := do(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...) //nolint:gosec // the arguments are constants and paths of this program
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	return cmd.Run()
}

// options are the command's flags.
type options struct {
	duration                time.Duration
	scale, storm            bool
	report, sizes, profiles string
	limitsOf                string
}

func readOptions() (o options) {
	flag.DurationVar(&o.duration, "d", 5*time.Second, "duration of each load")
	flag.StringVar(&o.profiles, "profile", "", "folder for a CPU profile of the service under each load")
	flag.BoolVar(&o.scale, "scale", false, "measure how costs grow with the number of users, instead of rates and limits")
	flag.BoolVar(&o.storm, "storm", false, "only run the storm of attacks, for a minute")
	flag.StringVar(&o.sizes, "sizes", "1000,1000000,10000000", "numbers of users for -scale, separated by commas")
	flag.StringVar(&o.report, "o", "", "report file (default docs/performance.md, with -scale docs/performance-scale.md, with -storm none)")
	flag.StringVar(&o.limitsOf, "serve-limits", "",
		"serve the limits of Echo with the database at this URL; the bench starts itself with this flag")
	flag.Parse()
	switch {
	case o.report != "" || o.storm:
	case o.scale:
		o.report = "docs/performance-scale.md"
	default:
		o.report = "docs/performance.md"
	}
	return o
}

// bench measures everything and writes the report.
func bench(ctx context.Context, o options) (err error) {
	dir, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	m := &measurement{duration: o.duration, begin: time.Now(), profiles: o.profiles}
	if o.storm {
		return runStorm(ctx, m, dir, o.report)
	}
	if o.scale {
		sizes, err := parseSizes(o.sizes)
		if err != nil {
			return err
		}
		m.profiles = ""
		return measureScale(ctx, m, dir, sizes, o.report)
	}
	if o.profiles != "" {
		if err := os.MkdirAll(o.profiles, 0o750); err != nil {
			return err
		}
	}
	t, err := newTestbed(ctx, m, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.close()) }()
	for _, measure := range []func(context.Context, *measurement) error{
		measureHashImplementations, t.measureCosts, t.measureThroughput, t.measureCounting, t.measureObserving, t.measureFeed,
		t.measureVerifier, t.measureLoginFlood, t.measureStorm,
	} {
		if err := measure(ctx, m); err != nil {
			return err
		}
	}
	return m.writeReport(o.report)
}

// testbed is the environment of the measured service.
type testbed struct {
	binary, keyset string
	database       *embedded.Server
	mail           *mailSink
	size           float64 // of the program in MiB
}

func newTestbed(ctx context.Context, m *measurement, dir string) (t *testbed, err error) {
	t = &testbed{}
	if err := t.prepare(ctx, m, dir); err != nil {
		return nil, err
	}
	m.progress("starting PostgreSQL")
	t.database, err = embedded.Start(ctx, embedded.Config{
		Settings: map[string]string{"max_connections": "200", "shared_buffers": "256MB"}, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start PostgreSQL: %w", err), t.mail.close())
	}
	return t, nil
}

// prepare sets up everything except the database.
func (t *testbed) prepare(ctx context.Context, m *measurement, dir string) (err error) {
	m.progress("building the service")
	if t.binary, t.size, err = build(ctx, dir); err != nil {
		return err
	}
	if t.keyset, err = writeKeyset(dir); err != nil {
		return err
	}
	t.mail, err = startMailSink(ctx)
	return err
}

func (t *testbed) close() error { return errors.Join(t.database.Stop(), t.mail.close()) }
