package embedded

import (
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

const logTailBytes = 4 << 10

// ErrInUse means that another live process runs a server in the folder.
var ErrInUse = errors.New("another process runs a private postgres in this folder")

// home is where a server's files lie:
//
//	dir/lock       locked by the process that owns the server
//	dir/password   the superuser's, readable by the owner only
//	dir/location   where files is, if it is not dir
//	files/data     the database, owned by the account
//	files/running  locked by every process of the server
//	files/log      the server's log since its last start
type home struct {
	dir       string
	files     string
	account   account
	lock      *os.File
	throwaway bool
}

// openHome makes the folders and takes the owner's lock. An empty dir makes a throwaway home.
func openHome(dir string, account account, logger *slog.Logger) (home, error) {
	if dir == "" {
		return openThrowaway(account)
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return home{}, fmt.Errorf("open postgres folder: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return home{}, fmt.Errorf("make postgres folder: %w", err)
	}
	opened := home{dir: dir, account: account}
	if opened.lock, err = lockOwner(dir); err != nil {
		return home{}, err
	}
	if opened.files, err = filesOf(dir, account, logger); err != nil {
		return home{}, errors.Join(err, opened.release())
	}
	return opened, nil
}

const (
	// lockPatience covers the moment in which a child that another goroutine forks still holds a copy of a lock given up.
	lockPatience = time.Second
	lockInterval = 10 * time.Millisecond
)

func flockSoon(file *os.File) error {
	for deadline := time.Now().Add(lockPatience); ; {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EWOULDBLOCK) || time.Now().After(deadline) {
			return err
		}
		<-time.After(lockInterval)
	}
}

func lockOwner(dir string) (*os.File, error) {
	path := filepath.Join(dir, "lock")
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock postgres folder: %w", err)
	}
	if err := flockSoon(file); err != nil {
		owner, _ := os.ReadFile(path)
		file.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("%s: %w (process %s): stop that one or use another folder", dir, ErrInUse, strings.TrimSpace(string(owner)))
		}
		return nil, fmt.Errorf("lock postgres folder: %w", err)
	}
	pid := strconv.Itoa(os.Getpid())
	if err := errors.Join(file.Truncate(0), os.WriteFile(path, []byte(pid), 0o600)); err != nil {
		file.Close()
		return nil, fmt.Errorf("lock postgres folder: %w", err)
	}
	return file, nil
}

func (h home) data() string        { return filepath.Join(h.files, "data") }
func (h home) logFile() string     { return filepath.Join(h.files, "log") }
func (h home) runningFile() string { return filepath.Join(h.files, "running") }
func (h home) logTail() string     { return tailOf(h.logFile(), logTailBytes) }

// release gives up the owner's lock, and removes a throwaway home.
func (h home) release() error {
	var removed error
	if h.throwaway {
		removed = os.RemoveAll(h.dir)
	}
	if h.lock == nil {
		return removed
	}
	if err := h.lock.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return errors.Join(removed, err)
	}
	return removed
}

func (h home) password() (string, error) {
	text, err := os.ReadFile(filepath.Join(h.dir, "password"))
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%s has a database but no password file: delete the folder and lose its data", h.dir)
	}
	return strings.TrimSpace(string(text)), err
}

// dataVersion is the major version that made the database files, 0 where there are none.
func (h home) dataVersion() (int, error) {
	text, err := os.ReadFile(filepath.Join(h.data(), "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read the data's version: %w", err)
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0, fmt.Errorf("read the data's version in %s: %w", h.data(), err)
	}
	return major, nil
}
