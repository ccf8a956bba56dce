package embedded

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	// origin is the note in a folder outside that names the folder whose database files it holds.
	origin = "origin"
	// orphanAge leaves time to start once in a folder that was moved, which notes its new place.
	orphanAge = 24 * time.Hour
)

// noteOrigin is written at every start, so its age is the time since the last one.
func noteOrigin(files, dir string) error {
	if files == "" {
		return nil
	}
	return os.WriteFile(filepath.Join(files, origin), []byte(dir+"\n"), 0o600)
}

// sweep removes database files whose folder was deleted: deleting a clone cannot reach what lies outside of it.
// It is done when another folder's files are made, so that they do not pile up. What fails is left for the next time.
func sweep(outside string, now time.Time, logger *slog.Logger) {
	notes, _ := filepath.Glob(filepath.Join(outside, "*", origin))
	for _, note := range notes {
		files := filepath.Dir(note)
		if !orphaned(note, now) {
			continue
		}
		if gone, err := (home{files: files}).serverGone(); err != nil || !gone {
			continue
		}
		if err := os.RemoveAll(files); err != nil {
			logger.Warn("cannot remove the database files of a deleted folder", "files", files, "error", err)
			continue
		}
		logger.Info("removed the database files of a deleted folder", "files", files)
	}
}

func orphaned(note string, now time.Time) bool {
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
