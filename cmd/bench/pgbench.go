package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"time"
)

var (
	tps     = regexp.MustCompile(`tps = ([\d.]+)`)
	latency = regexp.MustCompile(`latency average = ([\d.]+) ms`)
)

// pgbench runs a script with PostgreSQL's benchmark program and prepared statements. It reports the mean but no quantiles.
func pgbench(ctx context.Context, name, binary, databaseURL, script string, conns int, d time.Duration) (result, error) {
	file, err := os.CreateTemp("", "pgbench-*.sql")
	if err != nil {
		return result{}, err
	}
	defer func() { _ = os.Remove(file.Name()) }()
	_, err = file.WriteString(script)
	if err := errors.Join(err, file.Close()); err != nil {
		return result{}, err
	}
	seconds := max(int(d.Seconds()), 1)
	for {
		args := []string{
			"-n", "-M", "prepared", "-c", strconv.Itoa(conns), "-j", strconv.Itoa(runtime.NumCPU()),
			"-T", strconv.Itoa(seconds), "-f", file.Name(), databaseURL,
		}
		out, err := exec.CommandContext(ctx, binary, args...).CombinedOutput() //nolint:gosec // the operator's program
		if err != nil {
			return result{}, fmt.Errorf("pgbench: %w: %s", err, out)
		}
		if bytes.Contains(out, []byte("actually processed: 0")) && seconds < maxPgbenchSeconds {
			seconds++ // on a busy machine a short run may finish no transaction
			continue
		}
		return parsePgbench(out, name, conns, d)
	}
}

const maxPgbenchSeconds = 5

func parsePgbench(out []byte, name string, conns int, d time.Duration) (result, error) {
	rate, average := tps.FindSubmatch(out), latency.FindSubmatch(out)
	if rate == nil || average == nil {
		return result{}, fmt.Errorf("unexpected output of pgbench: %s", out)
	}
	r := result{name: name, conns: conns, elapsed: d}
	r.rate, _ = strconv.ParseFloat(string(rate[1]), 64)
	r.count = int(r.rate * d.Seconds())
	ms, _ := strconv.ParseFloat(string(average[1]), 64)
	r.p50 = time.Duration(ms * float64(time.Millisecond))
	return r, nil
}

// findPgbench finds PostgreSQL's benchmark program in PATH or among the server's programs.
func findPgbench() (string, error) {
	if path, err := exec.LookPath("pgbench"); err == nil {
		return path, nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench")
	if len(found) == 0 {
		return "", errors.New("pgbench is not installed; PostgreSQL's server package contains it")
	}
	return found[len(found)-1], nil
}
