package embedded

import (
	"context"
	"log/slog"
	"time"
)

// Abandon gives up the folder as a killed owner does, but leaves server and watchdog running.
func (s *Server) Abandon() error { return s.home.lock.Close() }

// Data is the folder of the database files.
func (s *Server) Data() string { return s.home.data() }

// Fetch fetches the programs from a Maven repository and returns their folder.
func Fetch(ctx context.Context, cache, repository string) (string, error) {
	fetched, err := fetchInto(ctx, cache, repository, account{}, slog.New(slog.DiscardHandler))
	return fetched.dir, err
}

// Sweep removes orphaned database files from the folder, as of the given time.
func Sweep(outside string, now time.Time) {
	sweep(outside, now, slog.New(slog.DiscardHandler))
}

// NoteOrigin says in the folder files that it belongs to dir.
func NoteOrigin(files, dir string) error { return noteOrigin(files, dir) }
