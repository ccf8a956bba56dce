package embedded

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const leftoverInterval = 20 * time.Millisecond

// stopLeftover ends a server that an earlier owner of the folder left running, and removes its stale mark. The caller
// holds the owner's lock, so nobody uses that server any more.
func (h home) stopLeftover(ctx context.Context, logger *slog.Logger) error {
	gone, err := h.serverGone()
	if err != nil {
		return err
	}
	if !gone {
		logger.WarnContext(ctx, "stopping the private postgres that an earlier run left", "data", h.data())
		if err := escalate(h.signalLeftover, func() bool { return h.waitGone(ctx) }); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("stop the postgres that an earlier run left: %w", err)
		}
	}
	// Postgres would refuse to start if the process id in it now belonged to another program.
	if err := os.Remove(h.mark()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove the mark of an ended postgres: %w", err)
	}
	return nil
}

func (h home) mark() string { return filepath.Join(h.data(), "postmaster.pid") }

// serverGone tells whether no process of the folder's server is left: each one inherited the lock.
func (h home) serverGone() (bool, error) {
	file, err := os.Open(h.runningFile())
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for a running postgres: %w", err)
	}
	defer file.Close()
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for a running postgres: %w", err)
	}
	return true, nil
}

// signalLeftover signals the postmaster that the mark names. A missing mark means that it is about to end, or has
// not got as far as to write one; its watchdog deals with that.
func (h home) signalLeftover(signal os.Signal) error {
	text, err := os.ReadFile(h.mark())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil || pid <= 1 {
		return nil //nolint:nilerr // a mark that is not written to its end is as good as none
	}
	return syscall.Kill(pid, signal.(syscall.Signal))
}

func (h home) waitGone(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ticker := time.NewTicker(leftoverInterval)
	defer ticker.Stop()
	for {
		if gone, err := h.serverGone(); err == nil && gone {
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-ticker.C:
		}
	}
}
