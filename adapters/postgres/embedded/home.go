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
)

const logTailBytes = 4 << 10

// ErrInUse means that another live process runs a server in the folder.
var ErrInUse = errors.New("another process runs a private PostgreSQL in this folder")

// home is the place of a server's files:
//
//	dir/lock       locked by the process that owns the server
//	dir/password   the superuser's password, readable only by the owner
//	dir/location   the path of files, if that is not dir
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

// openHome creates the folders and locks them. An empty dir means a throwaway home.
func openHome(dir string, account account, logger *slog.Logger) (home, error) {
	if dir == "" {
		return openThrowaway(account)
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return home{}, fmt.Errorf("open PostgreSQL folder: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return home{}, fmt.Errorf("create PostgreSQL folder: %w", err)
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

// openThrowaway creates a home in the first temporary folder that the account can enter.
func openThrowaway(account account) (home, error) {
	for _, parent := range []string{os.TempDir(), "/tmp", "/var/tmp"} {
		if ok, err := account.canEnter(parent); err != nil || !ok {
			continue
		}
		dir, err := os.MkdirTemp(parent, "private-postgres-")
		if err != nil {
			return home{}, fmt.Errorf("create PostgreSQL folder: %w", err)
		}
		opened := home{dir: dir, files: dir, account: account, throwaway: true}
		// The account owns it, so that the watchdog can remove it.
		if err := account.own(dir); err != nil {
			return home{}, errors.Join(fmt.Errorf("change the owner of the PostgreSQL folder: %w", err), opened.release())
		}
		if opened.lock, err = lockOwner(dir); err != nil {
			return home{}, errors.Join(err, opened.release())
		}
		return opened, nil
	}
	return home{}, fmt.Errorf("user %s cannot enter any temporary folder: set TMPDIR to one that this user can enter", account.name)
}

func (h home) data() string        { return filepath.Join(h.files, "data") }
func (h home) logFile() string     { return filepath.Join(h.files, "log") }
func (h home) runningFile() string { return filepath.Join(h.files, "running") }
func (h home) logTail() string     { return tailOf(h.logFile(), logTailBytes) }

// release unlocks the home, and removes it if it is a throwaway.
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
		return "", fmt.Errorf("%s contains a database but no password file: delete the folder and lose its data", h.dir)
	}
	return strings.TrimSpace(string(text)), err
}

// dataVersion is the major version that created the database files, 0 if there are none.
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

// Remove deletes the folder of a stopped server, with its database files inside or outside of it. A missing folder is no error.
// ErrInUse means that the server is running.
func Remove(dir string) error {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	lock, err := lockOwner(dir)
	if err != nil {
		return err
	}
	defer lock.Close()
	files, err := locationOf(dir)
	if err != nil {
		return err
	}
	if files == "" {
		files = dir
	}
	exited, err := home{dir: dir, files: files}.hasExited()
	if err != nil {
		return err
	}
	if !exited {
		return fmt.Errorf("%s: %w", dir, ErrInUse)
	}
	if err := errors.Join(os.RemoveAll(files), os.RemoveAll(dir)); err != nil {
		return fmt.Errorf("remove PostgreSQL folder: %w", err)
	}
	return nil
}
