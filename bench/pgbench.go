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

// pgbench runs a script of PostgreSQL's own benchmark with prepared statements. It tells no quantiles, only the mean.
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
		out, err := exec.CommandContext(ctx, binary, "-n", "-M", "prepared", "-c", strconv.Itoa(conns), "-j", strconv.Itoa(runtime.NumCPU()), "-T", strconv.Itoa(seconds), "-f", file.Name(), databaseURL).CombinedOutput() //nolint:gosec // the operator's own
		if err != nil {
			return result{}, fmt.Errorf("pgbench: %w: %s", err, out)
		}
		if bytes.Contains(out, []byte("actually processed: 0")) && seconds < longestPgbench {
			seconds++ // the machine is too busy to get anything done in so short a time
			continue
		}
		return readPgbench(out, name, conns, d)
	}
}

// longestPgbench is in seconds.
const longestPgbench = 5

func readPgbench(out []byte, name string, conns int, d time.Duration) (result, error) {
	rate, average := tps.FindSubmatch(out), latency.FindSubmatch(out)
	if rate == nil || average == nil {
		return result{}, fmt.Errorf("pgbench said: %s", out)
	}
	r := result{name: name, conns: conns, elapsed: d}
	r.rate, _ = strconv.ParseFloat(string(rate[1]), 64)
	r.count = int(r.rate * d.Seconds())
	ms, _ := strconv.ParseFloat(string(average[1]), 64)
	r.p50 = time.Duration(ms * float64(time.Millisecond))
	return r, nil
}

// pgbenchBinary finds PostgreSQL's own benchmark beside the server's programs.
func pgbenchBinary() (string, error) {
	if path, err := exec.LookPath("pgbench"); err == nil {
		return path, nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench")
	if len(found) == 0 {
		return "", errors.New("pgbench is not installed; it comes with PostgreSQL's server package")
	}
	return found[len(found)-1], nil
}
