package embedded

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	// lockTimeout is for the moment in which a child that another goroutine forks still has a copy of a released lock.
	lockTimeout  = time.Second
	lockInterval = 10 * time.Millisecond
)

// flock locks a file. It tries again until lockTimeout.
func flock(file *os.File) error {
	for deadline := time.Now().Add(lockTimeout); ; {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EWOULDBLOCK) || time.Now().After(deadline) {
			return err
		}
		<-time.After(lockInterval)
	}
}

// lockOwner locks the folder for this process, and writes the process id into the lock file for the error of others.
func lockOwner(dir string) (*os.File, error) {
	path := filepath.Join(dir, "lock")
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock PostgreSQL folder: %w", err)
	}
	if err := flock(file); err != nil {
		owner, _ := os.ReadFile(path)
		file.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("%s: %w (process %s): stop that process or use another folder",
				dir, ErrInUse, strings.TrimSpace(string(owner)))
		}
		return nil, fmt.Errorf("lock PostgreSQL folder: %w", err)
	}
	pid := strconv.Itoa(os.Getpid())
	if err := errors.Join(file.Truncate(0), os.WriteFile(path, []byte(pid), 0o600)); err != nil {
		file.Close()
		return nil, fmt.Errorf("lock PostgreSQL folder: %w", err)
	}
	return file, nil
}
