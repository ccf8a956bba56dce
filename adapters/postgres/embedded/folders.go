package embedded

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	// outside holds the database files of folders that the server's account cannot reach.
	outside = "/var/lib/user-management-service"
	// location is the note in such a folder that names its database files.
	location = "location"
)

// openThrowaway makes a home in the first temporary folder that the account can enter.
func openThrowaway(account account) (home, error) {
	for _, parent := range []string{os.TempDir(), "/tmp", "/var/tmp"} {
		if ok, err := account.canEnter(parent); err != nil || !ok {
			continue
		}
		dir, err := os.MkdirTemp(parent, "private-postgres-")
		if err != nil {
			return home{}, fmt.Errorf("make postgres folder: %w", err)
		}
		opened := home{dir: dir, files: dir, account: account, throwaway: true}
		// The account owns it, so that the watchdog can remove it.
		if err := account.own(dir); err != nil {
			return home{}, errors.Join(fmt.Errorf("hand over postgres folder: %w", err), opened.release())
		}
		if opened.lock, err = lockOwner(dir); err != nil {
			return home{}, errors.Join(err, opened.release())
		}
		return opened, nil
	}
	return home{}, fmt.Errorf("user %s can enter no temporary folder: set TMPDIR to one that it can", account.name)
}

// filesOf is dir itself where the account can enter it, else a folder outside that dir/location names.
func filesOf(dir string, account account, logger *slog.Logger) (string, error) {
	if files, err := noted(dir); err != nil || files != "" {
		return files, errors.Join(err, makeFolders(files), noteOrigin(files, dir))
	}
	if account.credential == nil {
		return dir, nil
	}
	ok, err := account.canEnter(filepath.Dir(dir))
	if err != nil {
		return "", fmt.Errorf("check postgres folder: %w", err)
	}
	if ok {
		// The account passes through but cannot list it; the files in it that are ours are 0600.
		return dir, os.Chmod(dir, 0o711)
	}
	if _, err := os.Stat(filepath.Join(dir, "data")); err == nil {
		return "", fmt.Errorf("%s holds a database, but user %s, who runs postgres, can no longer enter the folders above it: "+
			"let everybody pass through them (chmod o+x)", dir, account.name)
	}
	// A random name, not one made of the path: a new folder at an old path must not find old data.
	files := filepath.Join(outside, rand.Text())
	logger.Info("the database files are kept outside: the user that runs postgres cannot enter the folder",
		"user", account.name, "folder", dir, "files", files)
	if err := os.WriteFile(filepath.Join(dir, location), []byte(files+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("note where the database files are: %w", err)
	}
	sweep(outside, time.Now(), logger)
	return files, errors.Join(makeFolders(files), noteOrigin(files, dir))
}

// noted is the folder outside that the note in dir names, empty where there is no note.
func noted(dir string) (string, error) {
	text, err := os.ReadFile(filepath.Join(dir, location))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("find the database files: %w", err)
	}
	files := strings.TrimSpace(string(text))
	if filepath.Dir(files) != outside {
		return "", fmt.Errorf("find the database files: %s names %q, which is not in %s", filepath.Join(dir, location), files, outside)
	}
	return files, nil
}

func makeFolders(files string) error {
	if files == "" {
		return nil
	}
	for _, path := range []string{filepath.Dir(files), files} {
		if err := os.MkdirAll(path, 0o711); err != nil {
			return fmt.Errorf("make folder for database files: %w", err)
		}
		// MkdirAll's mode is cut by the umask.
		if err := os.Chmod(path, 0o711); err != nil {
			return fmt.Errorf("make folder for database files: %w", err)
		}
	}
	return nil
}

// Remove deletes the folder of a stopped server, with its database files wherever they lie. A missing folder is no
// error; ErrInUse means that its server runs.
func Remove(dir string) error {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	lock, err := lockOwner(dir)
	if err != nil {
		return err
	}
	defer lock.Close()
	files, err := noted(dir)
	if err != nil {
		return err
	}
	if files == "" {
		files = dir
	}
	gone, err := home{dir: dir, files: files}.serverGone()
	if err != nil {
		return err
	}
	if !gone {
		return fmt.Errorf("%s: %w", dir, ErrInUse)
	}
	if err := errors.Join(os.RemoveAll(files), os.RemoveAll(dir)); err != nil {
		return fmt.Errorf("remove postgres folder: %w", err)
	}
	return nil
}
