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

// stopLeftover stops a server that an earlier owner of the folder left running, and removes its stale postmaster.pid. The
// caller has locked the folder, so no process uses that server any more.
func (h home) stopLeftover(ctx context.Context, logger *slog.Logger) error {
	exited, err := h.hasExited()
	if err != nil {
		return err
	}
	if !exited {
		logger.WarnContext(ctx, "leftover PostgreSQL found", "data", h.data())
		if err := escalate(h.signalLeftover, func() bool { return h.waitExited(ctx) }); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("stop the PostgreSQL of an earlier run: %w", err)
		}
	}
	// PostgreSQL refuses to start if another program now has the process id in this file.
	if err := os.Remove(h.pidFile()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove a stale postmaster.pid: %w", err)
	}
	return nil
}

func (h home) pidFile() string { return filepath.Join(h.data(), "postmaster.pid") }

// hasExited reports whether no process of the folder's server is running: each of them inherits the lock on the file.
func (h home) hasExited() (bool, error) {
	file, err := os.Open(h.runningFile())
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for a running PostgreSQL: %w", err)
	}
	defer file.Close()
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for a running PostgreSQL: %w", err)
	}
	return true, nil
}

// signalLeftover signals the postmaster that postmaster.pid names. Without that file the postmaster is about to exit, or has not
// written it yet; its watchdog then ends it.
func (h home) signalLeftover(signal os.Signal) error {
	text, err := os.ReadFile(h.pidFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil || pid <= 1 {
		return nil //nolint:nilerr // an incomplete file means the same as none
	}
	return syscall.Kill(pid, signal.(syscall.Signal))
}

func (h home) waitExited(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, stopTimeout)
	defer cancel()
	ticker := time.NewTicker(leftoverInterval)
	defer ticker.Stop()
	for {
		if exited, err := h.hasExited(); err == nil && exited {
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-ticker.C:
		}
	}
}
