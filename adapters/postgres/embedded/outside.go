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
	// outside contains the database files of folders that the server's account cannot enter.
	outside = "/var/lib/user-management-service"
	// location is a file in such a folder. It contains the path of the database files.
	location = "location"
	// origin is a file beside database files outside. It contains the path of the folder that they belong to.
	origin = "origin"
	// orphanAge leaves time for a start in a folder that was moved, which writes its new path to origin.
	orphanAge = 24 * time.Hour
)

// filesOf is dir itself if the account can enter it, otherwise the folder outside that dir/location names.
func filesOf(dir string, account account, logger *slog.Logger) (string, error) {
	if files, err := locationOf(dir); err != nil || files != "" {
		return files, errors.Join(err, createFolders(files), writeOrigin(files, dir))
	}
	if account.credential == nil {
		return dir, nil
	}
	ok, err := account.canEnter(filepath.Dir(dir))
	if err != nil {
		return "", fmt.Errorf("check PostgreSQL folder: %w", err)
	}
	if ok {
		// The account may enter the folder but not list it. The files of this process in it have mode 0600.
		return dir, os.Chmod(dir, 0o711)
	}
	if _, err := os.Stat(filepath.Join(dir, "data")); err == nil {
		return "", fmt.Errorf("%s contains a database, but user %s, who runs PostgreSQL, can no longer enter the folders above it: "+
			"allow all users to enter them (chmod o+x)", dir, account.name)
	}
	// The name is random, not derived from the path: a new folder at an old path must not find old data.
	files := filepath.Join(outside, rand.Text())
	logger.Info("database files placed outside the data folder",
		"reason", "the user that runs PostgreSQL cannot enter the data folder", "user", account.name, "folder", dir, "files", files)
	if err := os.WriteFile(filepath.Join(dir, location), []byte(files+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("save the location of the database files: %w", err)
	}
	sweep(outside, time.Now(), logger)
	return files, errors.Join(createFolders(files), writeOrigin(files, dir))
}

// locationOf reads the path of the folder outside from dir/location. It is empty if there is no such file.
func locationOf(dir string) (string, error) {
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

func createFolders(files string) error {
	if files == "" {
		return nil
	}
	for _, path := range []string{filepath.Dir(files), files} {
		if err := os.MkdirAll(path, 0o711); err != nil {
			return fmt.Errorf("create folder for database files: %w", err)
		}
		// The umask may have reduced the mode of MkdirAll.
		if err := os.Chmod(path, 0o711); err != nil {
			return fmt.Errorf("create folder for database files: %w", err)
		}
	}
	return nil
}

// writeOrigin runs at every start, so the age of the file is the time since the last start.
func writeOrigin(files, dir string) error {
	if files == "" {
		return nil
	}
	return os.WriteFile(filepath.Join(files, origin), []byte(dir+"\n"), 0o600)
}

// sweep removes orphaned database files: those of a deleted folder, since deleting a folder does not delete files outside of it.
// It runs when the files of another folder are created. It leaves what it cannot remove for the next time.
func sweep(outside string, now time.Time, logger *slog.Logger) {
	notes, _ := filepath.Glob(filepath.Join(outside, "*", origin))
	for _, note := range notes {
		files := filepath.Dir(note)
		if !isOrphaned(note, now) {
			continue
		}
		if exited, err := (home{files: files}).hasExited(); err != nil || !exited {
			continue
		}
		if err := os.RemoveAll(files); err != nil {
			logger.Warn("removal of orphaned database files failed", "files", files, "error", err)
			continue
		}
		logger.Info("orphaned database files removed", "files", files)
	}
}

func isOrphaned(note string, now time.Time) bool {
	info, err := os.Stat(note)
	if err != nil || now.Sub(info.ModTime()) < orphanAge {
		return false
	}
	dir, err := os.ReadFile(note)
	if err != nil {
		return false
	}
	_, err = os.Stat(strings.TrimSpace(string(dir)))
	return errors.Is(err, fs.ErrNotExist)
}
